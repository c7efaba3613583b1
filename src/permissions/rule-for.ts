import {relative, sep} from 'node:path'
import type {AccessRequest} from './access.ts'
import {plainWords} from './commands.ts'
import {isInside} from './paths.ts'

/**
 * The narrowest rule, as `--allow` takes it, that allows a request: for hints to people.
 * @returns `shell` for a command that is more than plain words, since no narrower rule ever fits one
 */
export function ruleTextFor(access: AccessRequest, root: string): string {
  if (access.kind === 'network') return `network:${access.host}`
  if (access.kind === 'execute') {
    const words = plainWords(access.command)
    return words === undefined ? 'shell' : `shell:${access.command.trim()}`
  }
  const inside = isInside(root, access.path) && access.path !== root
  return `${access.kind}:${inside ? relative(root, access.path).split(sep).join('/') : access.path}`
}
