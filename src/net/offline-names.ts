import type {LookupAddress, LookupOptions} from 'node:dns'
import {isLocalAddress, isLoopbackName} from '../addresses.ts'
import {offlineError} from './offline-error.ts'

type Lookup = (error: Error | null, address?: string | LookupAddress[], family?: number) => void
type Functions = Record<string, unknown>

const ASKING = /^(?:lookup|lookupService|reverse|resolve(?:[A-Z0-9]\w*)?)$/

/**
 * Replaces what asks the system or a name server, in both styles and on resolvers of one's own.
 * @returns puts the originals back
 */
export function guardNames(): () => void {
  const dns = process.getBuiltinModule('node:dns')
  const places: Array<[object, typeof refuseCallback]> = [
    [dns, refuseCallback],
    [dns.promises, refusePromise],
    [dns.Resolver.prototype, refuseCallback],
    [dns.promises.Resolver.prototype, refusePromise],
  ]
  const restores = places.flatMap(([place, refuse]) =>
    Object.getOwnPropertyNames(place)
      .filter((name) => ASKING.test(name))
      .map((name) => replace(place as Functions, name, refuse)),
  )
  return () => {
    for (const restore of restores) restore()
  }
}

function replace(place: Functions, name: string, refuse: typeof refuseCallback): () => void {
  const original = place[name] as (...given: unknown[]) => unknown
  place[name] = function (this: unknown, ...given: unknown[]) {
    const host = String(given[0])
    if (name !== 'lookup' || !isLocalAddress(host)) return refuse(host, given)
    // An address is its own answer; a loopback name is given as one, so that no resolver is asked for it.
    return Reflect.apply(original, this, isLoopbackName(host) ? [loopbackFor(given[1]), ...given.slice(1)] : given)
  }
  return () => void (place[name] = original)
}

function refuseCallback(host: string, given: unknown[]): unknown {
  const callback = given.findLast((value) => typeof value === 'function') as Lookup | undefined
  process.nextTick(() => callback?.(offlineError(host)))
  return undefined
}

function refusePromise(host: string): unknown {
  return Promise.reject(offlineError(host))
}

function loopbackFor(options: unknown): string {
  const family: unknown =
    typeof options === 'object' && options !== null && 'family' in options ? options.family : options
  return family === 6 || family === 'IPv6' ? '::1' : '127.0.0.1'
}

/** A `lookup` for sockets that knows loopback only, both families, without a resolver. */
export function loopbackLookup(_name: string, options: LookupOptions, callback: Lookup): void {
  const all = [
    {address: '127.0.0.1', family: 4},
    {address: '::1', family: 6},
  ]
  const wanted =
    loopbackFor(options) === '::1'
      ? all.slice(1)
      : options.family === 4 || options.family === 'IPv4'
        ? all.slice(0, 1)
        : all
  const [first] = wanted
  process.nextTick(() => (options.all ? callback(null, wanted) : callback(null, first?.address, first?.family)))
}
