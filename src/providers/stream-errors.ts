import {isProviderError, ProviderError} from 'vibe-plugin-api'
import {offlineErrorIn} from '../net/offline-error.ts'
import {tameError, wordsOf} from './tame-error.ts'
import {abortedError} from './stream-watch.ts'

type Context = {plugin: string; endpoint: string; aborted: boolean}

/** Whatever a plugin threw, as the error the contract promises; the cause is kept. */
export function asProviderError(thrown: unknown, {plugin, endpoint, aborted}: Context): ProviderError {
  const error = tameError(thrown)
  if (aborted) return isProviderError(error) && error.code === 'aborted' ? error : abortedError()
  const offline = offlineErrorIn(error)
  if (offline)
    return new ProviderError(
      {code: 'network', message: offline.message, retryable: false, ...(offline.hint ? {hint: offline.hint} : {})},
      {cause: error},
    )
  if (!isProviderError(error)) {
    return new ProviderError(
      {code: 'unknown', message: `The plugin ${plugin} failed: ${wordsOf(error)}`, retryable: false},
      {cause: causeOf(thrown, error)},
    )
  }
  if (error.code !== 'aborted') return error
  // Nobody asked for an abort: the connection was cut under the plugin.
  return new ProviderError(
    {code: 'stream-interrupted', message: `The answer from ${endpoint} was cut off.`, retryable: true},
    {cause: error},
  )
}

/** What was thrown, unless reading it could fail or change. */
function causeOf(thrown: unknown, error: Error): unknown {
  const {types} = process.getBuiltinModule('node:util')
  return types.isProxy(thrown) || types.isNativeError(thrown) ? error : thrown
}
