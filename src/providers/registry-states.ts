import type {Protocol} from 'vibe-plugin-api'
import {outlineOfEntry} from './outline.ts'
import {declaredPowers, imitations, isForeign, isOlder, ownerOf} from './plugin-facts.ts'
import type {ProviderEntry, ProviderState} from './types.ts'

/** What a user has decided about plugins. */
export type PluginDecisions = {
  /** Which package keeps an id that several claim. */
  prefer: Readonly<Record<string, string>>
  /** Packages that may be used although they declare hooks or commands. */
  trusted: readonly string[]
}

/** Which package a user most likely lacks when nobody speaks a protocol. */
const SPEAKERS: Readonly<Record<Protocol, string>> = {
  'openai-chat': 'vibe-provider-openai-compatible',
  'openai-responses': 'vibe-provider-openai',
  'anthropic-messages': 'vibe-provider-anthropic',
  ollama: 'vibe-provider-ollama',
}

/**
 * Settles which of the entries that passed their own check are used: nobody is replaced silently, and nobody poses as another.
 * @returns the same entries in the same order, with the states that only the whole list decides
 */
export function settleStates(entries: readonly ProviderEntry[], decisions: PluginDecisions): ProviderEntry[] {
  const imitated = entries.some(({plugin}) => isForeign(plugin)) ? imitations() : () => undefined
  const admitted = entries.map((entry) => admit(entry, decisions, imitated(entry.id)))
  const keepers = keepersOf(admitted, decisions)
  const settled = admitted.map((entry) => settleConflict(entry, keepers))
  const spoken = new Set(
    settled.flatMap((entry) => (entry.state === 'ok' ? (outlineOfEntry(entry)?.implements ?? []) : [])),
  )
  return settled.map((entry) => settleProtocol(entry, spoken))
}

/** The usable entry whose code speaks a protocol: shipped ones first, and the specialist for foreign services before the others. */
export function findImplementer(entries: readonly ProviderEntry[], protocol: Protocol): ProviderEntry | undefined {
  const speakers = entries.filter(
    (entry) => entry.state === 'ok' && outlineOfEntry(entry)?.implements.includes(protocol),
  )
  const rank = (entry: ProviderEntry) =>
    entry.plugin.name === SPEAKERS[protocol] ? 0 : entry.plugin.type === 'core' ? 1 : 2
  return speakers.toSorted((left, right) => rank(left) - rank(right))[0]
}

/** Whether a shipped provider has been replaced by an older copy that the user once installed. */
export function shadowNote({plugin}: ProviderEntry, shipped: ReadonlyMap<string, string>): string | undefined {
  const own = plugin.type === 'core' ? undefined : shipped.get(plugin.name)
  if (own === undefined || !isOlder(plugin.version, own)) return undefined
  return `${plugin.name} ${plugin.version} hides the newer ${own} that comes with vibe; vibe plugins uninstall ${plugin.name}`
}

function admit(entry: ProviderEntry, {prefer, trusted}: PluginDecisions, imitated: string | undefined): ProviderEntry {
  if (entry.state !== 'ok') return entry
  const {id, plugin} = entry
  const owner = ownerOf(id) ?? imitated
  if (owner !== undefined && plugin.name !== owner && plugin.type !== 'core' && preferred(prefer, id) !== plugin.name) {
    return withState(
      entry,
      'id-reserved',
      `the id "${id}" ${imitated === undefined ? 'belongs to' : 'looks like that of'} ${owner}; to use ${plugin.name} for it: vibe provider:prefer ${id} ${plugin.name}`,
    )
  }
  const powers = declaredPowers(plugin)
  if (powers.length === 0) return entry
  const declared = `${plugin.name} declares ${powers.join(' and ')}`
  if (trusted.includes(plugin.name)) return {...entry, notes: [`${declared}; its hooks are not run`]}
  return withState(
    entry,
    'hooks-declared',
    `${declared}, which a provider does not need; to use it without its hooks, add it to trust.plugins`,
  )
}

/** The one entry that keeps each id: the preferred package, else the shipped one, else the first installed. */
function keepersOf(entries: readonly ProviderEntry[], {prefer}: PluginDecisions): Map<string, ProviderEntry> {
  const keepers = new Map<string, ProviderEntry>()
  const strength = ({id, plugin}: ProviderEntry) =>
    plugin.name === preferred(prefer, id) ? 2 : plugin.type === 'core' ? 1 : 0
  for (const entry of entries) {
    if (entry.state !== 'ok') continue
    const keeper = keepers.get(entry.id)
    if (keeper === undefined || strength(entry) > strength(keeper)) keepers.set(entry.id, entry)
  }
  return keepers
}

function settleConflict(entry: ProviderEntry, keepers: ReadonlyMap<string, ProviderEntry>): ProviderEntry {
  const keeper = keepers.get(entry.id)
  if (entry.state !== 'ok' || keeper === undefined || keeper === entry) return entry
  const {id, plugin} = entry
  if (keeper.plugin.name === plugin.name)
    return withState(entry, 'id-conflict', `${plugin.name} offers the id "${id}" twice`)
  return withState(
    entry,
    'id-conflict',
    `the id "${id}" is already offered by ${keeper.plugin.name}; to use this one: vibe provider:prefer ${id} ${plugin.name}`,
  )
}

function settleProtocol(entry: ProviderEntry, spoken: ReadonlySet<Protocol>): ProviderEntry {
  const protocol = outlineOfEntry(entry)?.protocol
  if (entry.state !== 'ok' || protocol === undefined || spoken.has(protocol)) return entry
  return withState(
    entry,
    'protocol-missing',
    `no installed provider speaks "${protocol}"; vibe plugins install ${SPEAKERS[protocol]}`,
  )
}

function withState(entry: ProviderEntry, state: ProviderState, problem: string): ProviderEntry {
  return {...entry, state, problems: [problem]}
}

function preferred(prefer: Readonly<Record<string, string>>, id: string): string | undefined {
  return Object.hasOwn(prefer, id) ? prefer[id] : undefined
}
