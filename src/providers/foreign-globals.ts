/** What a plugin had changed of what everybody shares, by name: "Array.prototype.map". */
export type Damage = {
  /** The language itself: whoever needs that changed cannot work here. */
  language: string[]
  /** The process's own things, which many libraries wrap: they are put back, and that is all. */
  process: string[]
}

type Holder = {
  name: string
  object: object
  kind: keyof Damage
  before: PropertyDescriptorMap
  names?: readonly string[]
}

const STREAM_NAMES = ['write', 'end', 'emit', 'destroy'] as const

/**
 * Remembers what everybody shares, so that a plugin cannot take it along.
 * @returns puts back what has been changed since and says what that was
 */
export function watchGlobals(): () => Damage {
  const holders = holdersNow()
  const cwd = process.cwd()
  // The means themselves might be gone by then.
  const {getOwnPropertyDescriptor, defineProperty, is} = Object
  const {ownKeys, deleteProperty} = Reflect
  const tools = {getOwnPropertyDescriptor, defineProperty, deleteProperty, ownKeys, is}
  return () => {
    const damage: Damage = {language: [], process: []}
    for (const holder of holders) restore(holder, damage[holder.kind], tools)
    if (process.cwd() !== cwd) process.chdir(cwd)
    return damage
  }
}

type Tools = Pick<typeof Object, 'getOwnPropertyDescriptor' | 'defineProperty' | 'is'> &
  Pick<typeof Reflect, 'deleteProperty' | 'ownKeys'>

/** Loops over indexes: by now an iterator may be a stranger's. */
function restore({name, object, before, names}: Holder, damaged: string[], tools: Tools): void {
  const keys = tools.ownKeys(before)
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as keyof PropertyDescriptorMap
    const was = before[key]
    const is = tools.getOwnPropertyDescriptor(object, key)
    if (was === undefined || same(was, is, tools.is)) continue
    damaged[damaged.length] = `${name}.${String(key)}`
    if (is === undefined || is.configurable === true || is.writable === true) tools.defineProperty(object, key, was)
  }
  const added = tools.ownKeys(object)
  for (let index = 0; index < added.length; index++) {
    const key = added[index] as string | symbol
    if (tools.getOwnPropertyDescriptor(before, key) !== undefined || !harms(object, key, {names, tools})) continue
    damaged[damaged.length] = `${name}.${String(key)}`
    tools.deleteProperty(object, key)
  }
}

function same(was: PropertyDescriptor, is: PropertyDescriptor | undefined, equal: typeof Object.is): boolean {
  if (is === undefined) return false
  if (equal(was.value, is.value) && was.get === is.get && was.set === is.set) return true
  // Node itself puts a value in the place of a getter when somebody asks for it first.
  return was.get !== undefined && is.get === undefined && equal(was.get.call(globalThis), is.value)
}

/** New names of a plugin's own are nobody's business, unless every object shows them or they hide something. */
function harms(
  object: object,
  key: string | symbol,
  {names, tools}: {names?: readonly string[] | undefined; tools: Tools},
): boolean {
  if (names !== undefined) return names.includes(String(key))
  if (object === globalThis) return false
  const isPrototype = tools.getOwnPropertyDescriptor(object, 'constructor') !== undefined
  if (isPrototype) return tools.getOwnPropertyDescriptor(object, key)?.enumerable === true
  const parent: unknown = Reflect.getPrototypeOf(object)
  return object === process && parent !== null && key in (parent as object) && !String(key).startsWith('_')
}

function holdersNow(): Holder[] {
  const classes = [Object, Array, String, Number, Boolean, Function, RegExp, Map, Set, Promise, Date, Error, Uint8Array]
  return [
    ...classes.flatMap((one) => [holder(one.name, one), holder(`${one.name}.prototype`, one.prototype as object)]),
    holder('JSON', JSON),
    holder('Math', Math),
    holder('Reflect', Reflect),
    {...holder('globalThis', globalThis), kind: 'process', before: Object.getOwnPropertyDescriptors(globalThis)},
    {...holder('console', console), kind: 'process'},
    {...holder('process', process), kind: 'process'},
    ...(['stdout', 'stderr'] as const).map(streamHolder),
  ]
}

/** Of a stream only what writes: the rest of it changes with each write. */
function streamHolder(name: 'stdout' | 'stderr'): Holder {
  const all = Object.getOwnPropertyDescriptors(process[name]) as PropertyDescriptorMap
  const own = STREAM_NAMES.flatMap((key) => (all[key] ? [[key, all[key]] as const] : []))
  const before = Object.fromEntries(own)
  return {name: `process.${name}`, object: process[name], kind: 'process', before, names: STREAM_NAMES}
}

function holder(name: string, object: object): Holder {
  return {name, object, kind: 'language', before: functionsOf(object)}
}

/** The rest is state, which may change: Error.stackTraceLimit. */
function functionsOf(object: object): PropertyDescriptorMap {
  const own = Object.entries(Object.getOwnPropertyDescriptors(object))
  return Object.fromEntries(own.filter(([, {value}]) => typeof value === 'function'))
}
