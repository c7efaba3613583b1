import type {Socket} from 'node:net'
import type {Environment} from '../paths.ts'
import {isLocalAddress, isLoopbackName} from '../addresses.ts'
import {offlineError} from './offline-error.ts'
import {loopbackLookup} from './offline-names.ts'
import {proxySettings} from './proxy.ts'

type ConnectOptions = Record<string, unknown>

/**
 * Every connection of net, tls, http, https, http2 and fetch begins with `net.Socket.prototype.connect`.
 * @returns puts the original back
 */
export function guardSockets(env: Environment): () => void {
  const {Socket} = process.getBuiltinModule('node:net')
  const connect = Socket.prototype.connect
  const proxies = proxyAddresses(env)
  const guarded = function (this: Socket, ...given: unknown[]) {
    const {options, callbacks} = normalized(given)
    // A path is a socket of this machine's file system.
    if (!options || options['path']) return Reflect.apply(connect, this, given as [])
    const host = typeof options['host'] === 'string' && options['host'] !== '' ? options['host'] : 'localhost'
    const target = `${bare(host)}:${String(options['port'])}`
    if (!isLocalAddress(host) || proxies.has(target)) return refuse(this, target)
    // A caller's own lookup could turn a local name into any address.
    const safe = isLoopbackName(host) ? {...options, lookup: loopbackLookup} : options
    return Reflect.apply(connect, this, [safe, ...callbacks] as unknown as [])
  }
  Socket.prototype.connect = guarded as typeof connect
  return () => {
    Socket.prototype.connect = connect
  }
}

/** UDP has no connection to refuse, and nothing that talks to models uses it: no such socket may send. */
export function guardDatagrams(): () => void {
  const {Socket} = process.getBuiltinModule('node:dgram')
  const {send, connect} = Socket.prototype
  const refused = () => {
    throw offlineError('what UDP would reach')
  }
  Object.assign(Socket.prototype, {send: refused, connect: refused})
  return () => void Object.assign(Socket.prototype, {send, connect})
}

/** The forms of `connect`: (options), (port, host), (path), or the one array of these that Node's own functions pass on. */
function normalized(given: unknown[]): {options: ConnectOptions | undefined; callbacks: unknown[]} {
  const values = Array.isArray(given[0]) ? (given[0] as unknown[]) : given
  const [first, second] = values
  const callbacks = values.filter((value) => typeof value === 'function').slice(-1)
  if (typeof first === 'object' && first !== null) return {options: first as ConnectOptions, callbacks}
  const isPort = typeof first === 'number' || (typeof first === 'string' && /^\d+$/.test(first))
  return {options: isPort ? {port: Number(first), host: second} : undefined, callbacks}
}

function refuse(socket: Socket, target: string): Socket {
  // Node reports failed connects a tick later too: http attaches its listeners in between.
  process.nextTick(() => socket.destroy(offlineError(target)))
  return socket
}

function proxyAddresses(env: Environment): ReadonlySet<string> {
  const urls = proxySettings(env).flatMap(({url}) => (URL.canParse(url) ? [new URL(url)] : []))
  return new Set(
    urls.map(({hostname, port, protocol}) => `${bare(hostname)}:${port || (protocol === 'https:' ? '443' : '80')}`),
  )
}

function bare(host: string): string {
  return host.toLowerCase().replace(/^\[(.*)\]$/, '$1')
}
