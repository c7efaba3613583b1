import {isProviderError, ProviderError} from 'vibe-plugin-api'
import {offlineErrorIn} from '../net/offline-error.ts'
import {abortedError} from './stream-watch.ts'

type Context = {plugin: string; endpoint: string; aborted: boolean}

/** Whatever a plugin threw, as the error the contract promises; the cause is kept. */
export function asProviderError(error: unknown, {plugin, endpoint, aborted}: Context): ProviderError {
  if (aborted) return isProviderError(error) && error.code === 'aborted' ? error : abortedError()
  const offline = offlineErrorIn(error)
  if (offline)
    return new ProviderError(
      {code: 'network', message: offline.message, retryable: false, ...(offline.hint ? {hint: offline.hint} : {})},
      {cause: error},
    )
  if (!isProviderError(error)) {
    return new ProviderError(
      {code: 'unknown', message: `The plugin ${plugin} failed: ${messageOf(error)}`, retryable: false},
      {cause: error},
    )
  }
  if (error.code !== 'aborted') return error
  // Nobody asked for an abort: the connection was cut under the plugin.
  return new ProviderError(
    {code: 'stream-interrupted', message: `The answer from ${endpoint} was cut off.`, retryable: true},
    {cause: error},
  )
}

function messageOf(error: unknown): string {
  if (error instanceof Error && error.message !== '') return error.message
  try {
    return String(error)
  } catch {
    return 'it threw something that has no text' // An object without toString is as bad as it gets.
  }
}
