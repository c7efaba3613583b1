import {readFileSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {systemCode} from '../errors.ts'
import {isRung, type Rung} from './ladder/rungs.ts'
import type {ResolvedInstance} from './types.ts'

/** What is measured, in the order it is shown. */
export const ABILITIES = [
  'text',
  'streaming',
  'usage',
  'tools',
  'parallelTools',
  'jsonCalls',
  'searchReplace',
  'wholeFile',
] as const
export type Ability = (typeof ABILITIES)[number]

export type Finding = {is: 'yes' | 'no' | 'unknown'; /** In one short sentence. */ why: string}

/** What small real requests showed of one model at one configured provider. */
export type Abilities = {
  findings: Record<Ability, Finding>
  /** Tokens; absent when the service does not tell. */
  contextWindow?: number
  /** Milliseconds from the first request to its first word. */
  firstTokenMs?: number
  /** The best rung that worked. */
  rung: Rung
}

export type KnownAbilities = {
  /** ISO 8601. */
  at: string
  measured?: Abilities
  /** What a conversation showed later: it counts more than the measurement. */
  learned?: {rung: Rung; why: string; at: string}
}

export type AbilityStore = {
  /** Undefined when nothing is known, or what is known is of another address, type or version of the package. */
  get: (instance: ResolvedInstance, model: string) => KnownAbilities | undefined
  /** @throws what the disk throws */
  keep: (instance: ResolvedInstance, model: string, found: {measured: Abilities}) => Promise<void>
  /** Never fails: without it the next start finds out again. */
  learn: (instance: ResolvedInstance, model: string, found: {rung: Rung; why: string}) => Promise<void>
  /** @param model undefined forgets every model of the provider. @returns how many were forgotten */
  forget: (instance: ResolvedInstance, model?: string) => Promise<number>
}

const FILE = 'abilities.json'
const FORMAT = 1
const MAX_BYTES = 2_000_000
const MAX_ENTRIES = 500
const LOCK_MS = 3_000

type Stored = KnownAbilities & {package: string}
type Entries = Record<string, Stored>

/** Opens `abilities.json` in the cache folder; a file that is missing, damaged or of another format counts as empty. */
export function openAbilityStore(cacheFolder: string): AbilityStore {
  const path = join(cacheFolder, FILE)
  return {
    get: (instance, model) => publicPart(known(readEntries(path), instance, model)),
    async keep(instance, model, {measured}) {
      const entry = {package: packageOf(instance), at: new Date().toISOString(), measured}
      await update(path, (entries) => ({...entries, [keyOf(instance, model)]: entry}))
    },
    async learn(instance, model, found) {
      const at = new Date().toISOString()
      const change = (entries: Entries) => {
        const before = known(entries, instance, model) ?? {at, package: packageOf(instance)}
        return {...entries, [keyOf(instance, model)]: {...before, learned: {...found, at}}}
      }
      // A full or read-only disk must not cost the turn that is under way.
      await update(path, change).catch(() => undefined)
    },
    forget: (instance, model) => forget(path, {instance, model}),
  }
}

async function forget(path: string, {instance, model}: {instance: ResolvedInstance; model: string | undefined}) {
  let count = 0
  const belongs = (key: string) =>
    model === undefined ? key.startsWith(instanceKey(instance)) : key === keyOf(instance, model)
  await update(path, (entries) => {
    const left = Object.entries(entries).filter(([key]) => !belongs(key))
    count = Object.keys(entries).length - left.length
    return Object.fromEntries(left)
  })
  return count
}

async function update(path: string, change: (entries: Entries) => Entries): Promise<void> {
  const {updateJsonStore} = await import('../files/json-store.ts')
  await updateJsonStore(path, AbortSignal.timeout(LOCK_MS), (value) => ({
    format: FORMAT,
    models: newest(change(entriesOf(value))),
  }))
}

function known(entries: Entries, instance: ResolvedInstance, model: string): Stored | undefined {
  const key = keyOf(instance, model)
  const entry = Object.hasOwn(entries, key) ? entries[key] : undefined
  return entry?.package === packageOf(instance) ? entry : undefined
}

function publicPart(entry: Stored | undefined): KnownAbilities | undefined {
  if (!entry) return undefined
  const {package: _, ...rest} = entry
  return rest
}

function instanceKey({name, entry, endpoint}: ResolvedInstance): string {
  return `${name} ${entry.manifest.id} ${withoutSecrets(endpoint)} `
}

function keyOf(instance: ResolvedInstance, model: string): string {
  return `${instanceKey(instance)}${model}`
}

/** Some people put a password or a key into the address. */
function withoutSecrets(endpoint: string): string {
  if (!URL.canParse(endpoint)) return endpoint
  const {origin, pathname} = new URL(endpoint)
  return `${origin}${pathname}`
}

function packageOf({entry}: ResolvedInstance): string {
  return `${entry.plugin.name}@${entry.plugin.version}`
}

/** Read at every start, so without what only a writer needs. */
function readEntries(path: string): Entries {
  try {
    const facts = statSync(path, {throwIfNoEntry: false})
    if (!facts?.isFile() || facts.size > MAX_BYTES) return {}
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return isObject(value) ? entriesOf(value) : {}
  } catch (error) {
    // What a damaged or unreadable file held is measured again.
    if (error instanceof SyntaxError || systemCode(error) !== undefined) return {}
    throw error
  }
}

function entriesOf(value: Record<string, unknown>): Entries {
  const models = value['models']
  if (value['format'] !== FORMAT || typeof models !== 'object' || models === null) return {}
  return Object.fromEntries(Object.entries(models).filter((entry): entry is [string, Stored] => isStored(entry[1])))
}

function newest(entries: Entries): Entries {
  const all = Object.entries(entries)
  if (all.length <= MAX_ENTRIES) return entries
  return Object.fromEntries(all.toSorted(([, a], [, b]) => b.at.localeCompare(a.at)).slice(0, MAX_ENTRIES))
}

/** Whatever is in a damaged file must not reach anybody as a fact. */
function isStored(value: unknown): value is Stored {
  if (!isObject(value) || typeof value['at'] !== 'string' || typeof value['package'] !== 'string') return false
  const {measured, learned} = value
  if (measured !== undefined && !isAbilities(measured)) return false
  return learned === undefined || (isObject(learned) && isRung(learned['rung']) && areTexts(learned, ['why', 'at']))
}

function isAbilities(value: unknown): value is Abilities {
  if (!isObject(value) || !isRung(value['rung']) || !isObject(value['findings'])) return false
  const {findings, contextWindow, firstTokenMs} = value
  const numbers = [contextWindow, firstTokenMs].every((number) => number === undefined || typeof number === 'number')
  return numbers && ABILITIES.every((ability) => isFinding(findings[ability]))
}

function isFinding(value: unknown): value is Finding {
  return isObject(value) && ['yes', 'no', 'unknown'].some((word) => word === value['is']) && areTexts(value, ['why'])
}

function areTexts(value: Record<string, unknown>, members: readonly string[]): boolean {
  return members.every((member) => typeof value[member] === 'string')
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
