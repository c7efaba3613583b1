import {commitHooks} from '../../git/hooks.ts'
import type {Repository} from '../../git/repository.ts'
import {isTrusted} from '../../permissions/trust.ts'
import type {Workplace} from '../open.ts'

/** `not-run` with the reason in words. */
export type HookState = {state: 'none' | 'run' | 'not-run'; names: string[]; reason?: string}

/** Hooks are programs of the repository: only with the user's word, and in a project that is trusted. */
export async function hooksOf(repository: Repository, workplace: Workplace): Promise<HookState> {
  const names = await commitHooks(repository)
  if (names.length === 0) return {state: 'none', names}
  if (!workplace.config.values.git.hooks) return {state: 'not-run', names, reason: 'git.hooks is off'}
  if (!isTrusted(repository.root, workplace.homes.data))
    return {state: 'not-run', names, reason: 'the project is not trusted'}
  return {state: 'run', names}
}

/** One line about hooks that were not run; undefined when there is none. */
export function hookNotice({state, names, reason}: HookState): string | undefined {
  return state === 'not-run' ? `Hooks of this repository are not run (${names.join(', ')}): ${reason}.` : undefined
}
