import {isProviderError} from 'vibe-plugin-api'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {tameError, wordsOf} from './tame-error.ts'
import type {ProviderEntry} from './types.ts'

/** What is said when a plugin's code fails before it is a provider: package, version, cause, and the ways around it. */
export function entryFailure({id, plugin}: ProviderEntry, thrown: unknown): VibeError {
  const error = tameError(thrown)
  // A plugin may itself refuse to start with a reason for the user; its hint is better than ours.
  const ownHint = isProviderError(error) ? error.hint : undefined
  return new VibeError(
    {
      code: 'provider-entry-failed',
      message: `The plugin ${plugin.name} ${plugin.version} (provider "${id}") failed to start: ${wordsOf(error)}`,
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

/** For the debug log. */
export function stackOf(error: unknown): string {
  const tame = tameError(error)
  return tame.stack ?? tame.message
}
