import type {ProviderError} from 'vibe-plugin-api'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {describeProviderError, exitForProviderError} from '../providers/exit-code.ts'
import type {ResolvedInstance} from '../providers/types.ts'
import type {ReadyProvider} from './ready.ts'

export type FailedTry = {error: ProviderError; instance: ResolvedInstance; model: string}

/** What happened, as a person wants to read it. */
export function sentenceOf(error: ProviderError, instance: ResolvedInstance): string {
  return describeProviderError(error, {instance}).message
}

/** Every provider of the chain has failed: one error that names them all. */
export function failedTogether(failures: readonly FailedTry[]): VibeError {
  const [first] = failures
  const exits = failures.map(({error}) => exitForProviderError(error))
  const said = failures.map(({error, instance, model}) => `${instance.name} (${model}): ${sentenceOf(error, instance)}`)
  return new VibeError({
    code: 'all-providers-failed',
    message: `Nobody answered. ${said.join(' ')}`,
    hint: first ? describeProviderError(first.error, {instance: first.instance}).hint : 'vibe provider:list',
    exit: exits.includes(ExitCode.unreachable) ? ExitCode.unreachable : (exits[0] ?? ExitCode.unreachable),
  })
}

/**
 * The failure of the only provider that was tried. Where a fallback lacked nothing but leave, that is what mends it.
 * @returns the error itself otherwise
 */
export function failedAlone(
  error: ProviderError,
  {ready, needsConsent}: {ready: ReadyProvider; needsConsent: boolean},
): Error {
  if (!needsConsent) return error
  const {instance} = ready.opened
  const {code, message, origin, hint} = describeProviderError(error, {instance})
  return new VibeError({
    code,
    message,
    origin,
    hint: `${hint}   Or let conversations go on with its fallbacks, which are not local: vibe provider:update ${instance.name} --allow-remote-fallback`,
    exit: exitForProviderError(error),
  })
}
