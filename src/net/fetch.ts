import type {Environment} from '../paths.ts'
import {isLocalAddress} from '../addresses.ts'
import {offlineError} from './offline-error.ts'
import {describeProxy, proxySettings, useProxy} from './proxy.ts'
import {followRedirects} from './redirects.ts'

export type FetchOptions = {
  env: Environment
  /** Refuse every address that is not local. */
  offline: boolean
}

/**
 * The global fetch with the user's proxy, and with NODE_EXTRA_CA_CERTS as Node itself reads it. It sets no timers: Node's
 * own five minutes until the headers and between bytes are off, since a local model may need longer; connecting is
 * still given up after Node's ten seconds. Redirects stay at one origin.
 * Nothing is loaded before the first call.
 */
export function createFetch({env, offline}: FetchOptions): typeof globalThis.fetch {
  let prepared = false
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    if (offline && !isLocalAddress(url.hostname)) throw offlineError(url.origin)
    // Offline, a proxy would only be a way out.
    if (!prepared && !offline) useProxy(env)
    prepared = true
    const send: typeof globalThis.fetch = (target, options) => globalThis.fetch(target, {...options, ...WITHOUT_TIMERS})
    try {
      return await followRedirects({send, input, init: init ?? {}})
    } catch (error) {
      throw offline || isLocalAddress(url.hostname) ? error : withProxyNamed(error, env)
    }
  }
}

type Dispatcher = {dispatch: (options: object, handler: object) => boolean}

/** Node's fetch has no option for its timers; its dispatcher, which is reached through this symbol, has one per request. */
const WITHOUT_TIMERS = {
  dispatcher: {
    dispatch: (options: object, handler: object) =>
      globalDispatcher().dispatch({...options, headersTimeout: 0, bodyTimeout: 0}, handler),
  },
} as unknown as RequestInit

/** Set by Node when it loads fetch, so always there when a request is dispatched. The newer name first. */
function globalDispatcher(): Dispatcher {
  const known = globalThis as unknown as Record<symbol, Dispatcher | undefined>
  const dispatcher = known[Symbol.for('undici.globalDispatcher.2')] ?? known[Symbol.for('undici.globalDispatcher.1')]
  if (!dispatcher) throw new TypeError('This version of Node has no global dispatcher')
  return dispatcher
}

/** "fetch failed" behind a proxy is most often the proxy's doing: say that there is one. */
function withProxyNamed(error: unknown, env: Environment): unknown {
  const [proxy] = proxySettings(env)
  if (!proxy || !(error instanceof TypeError)) return error
  return new TypeError(`${error.message} through the proxy of ${describeProxy(proxy)}`, {cause: error.cause ?? error})
}
