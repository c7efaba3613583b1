import {isProviderError} from 'vibe-plugin-api'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import type {ProviderEntry} from './types.ts'

/** What is said when a plugin's code fails before it is a provider: package, version, cause, and the ways around it. */
export function entryFailure({id, plugin}: ProviderEntry, error: unknown): VibeError {
  // A plugin may itself refuse to start with a reason for the user; its hint is better than ours.
  const ownHint = isProviderError(error) ? error.hint : undefined
  return new VibeError(
    {
      code: 'provider-entry-failed',
      message: `The plugin ${plugin.name} ${plugin.version} (provider "${id}") failed to start: ${causeOf(error)}`,
      origin: plugin.root,
      hint: ownHint ?? `${mend(plugin)}   or go on without plugins: --no-plugins`,
      exit: ExitCode.notSetUp,
    },
    {cause: error},
  )
}

function mend({name, type}: ProviderEntry['plugin']): string {
  if (type === 'link') return 'Mend the plugin'
  return type === 'core'
    ? 'Install vibe again: npm install -g vibe-coder'
    : `vibe plugins update   or: vibe plugins uninstall ${name}`
}

/** One line that is safe to print; the whole stack goes to the debug log and stays in `cause`. */
function causeOf(error: unknown): string {
  const text = error instanceof Error ? error.message : describe(error)
  return (
    text
      .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
      .trim()
      .slice(0, 300) || 'no reason given'
  )
}

/** For the debug log. */
export function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : describe(error)
}

/** A plugin may throw anything, even an object that cannot become text. */
function describe(value: unknown): string {
  try {
    return String(value)
  } catch {
    return 'it threw an object without a text' // String() runs the object's own toString.
  }
}
