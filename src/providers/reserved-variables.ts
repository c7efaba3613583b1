import {isForeign, ownerOf} from './plugin-facts.ts'
import {outlineOfEntry} from './outline.ts'
import type {AuthMethod, ProviderEntry, ProviderManifest, SettingSchema} from './types.ts'

const OWN_VARIABLE = /^VIBE_CODER_/i

/**
 * Takes variables that hold a first-party provider's key out of the manifests of other packages: such a manifest needs
 * no code to have a key sent to its own address, and nobody who exported OPENAI_API_KEY meant it for another service.
 * A user who does mean it names the variable with `--key-env`, which no manifest decides.
 * @returns the same entries in the same order; those that lose a variable say so in `withheld` and `notes`
 */
export function withholdKeyVariables(entries: readonly ProviderEntry[]): ProviderEntry[] {
  const owners = ownersOfVariables(entries)
  return entries.map((entry) => withhold(entry, owners))
}

/** What became of the variables that an entry lost, in a sentence; undefined when it lost none. */
export function withheldSentence({withheld = [], plugin}: ProviderEntry): string | undefined {
  if (withheld.length === 0) return undefined
  const [first] = withheld
  const names = withheld.map(({variable}) => variable).join(', ')
  return `${names} belongs to ${first?.owner ?? 'vibe'} and is not read for ${plugin.name} unless --key-env names it`
}

function ownersOfVariables(entries: readonly ProviderEntry[]): Map<string, string> {
  const owners = new Map<string, string>()
  for (const entry of entries) {
    const {id, plugin} = entry
    if (isForeign(plugin) && plugin.name !== ownerOf(id)) continue
    for (const variable of outlineOfEntry(entry)?.keyVariables ?? []) owners.set(variable.toUpperCase(), plugin.name)
  }
  return owners
}

function withhold(entry: ProviderEntry, owners: ReadonlyMap<string, string>): ProviderEntry {
  const {id, plugin} = entry
  if (!isForeign(plugin) || plugin.name === ownerOf(id)) return entry
  const outline = outlineOfEntry(entry)
  if (outline === undefined) return entry
  const withheld = new Map<string, string>()
  const isFree = (variable: string) => {
    // Windows finds a variable in any spelling.
    const owner = owners.get(variable.toUpperCase()) ?? (OWN_VARIABLE.test(variable) ? 'vibe' : undefined)
    if (owner !== undefined) withheld.set(variable, owner)
    return owner === undefined
  }
  // Nearly every manifest keeps what it has, and is not even read.
  for (const variable of [...outline.keyVariables, ...outline.settingVariables]) isFree(variable)
  const {manifest} = withheld.size === 0 ? {} : entry
  if (manifest === undefined) return entry
  const reduced = withoutVariables(manifest, isFree)
  const lost = {...entry, manifest: reduced, withheld: [...withheld].map(([variable, owner]) => ({variable, owner}))}
  return {...lost, notes: [...(entry.notes ?? []), withheldSentence(lost) ?? '']}
}

type IsFree = (variable: string) => boolean

function withoutVariables(manifest: ProviderManifest, isFree: IsFree): ProviderManifest {
  const properties = Object.entries(manifest.settings.properties).map(
    ([name, schema]) => [name, withoutVariable(schema, isFree)] as const,
  )
  return {
    ...manifest,
    auth: manifest.auth.map((method) => authWithout(method, isFree)),
    settings: {...manifest.settings, properties: Object.fromEntries(properties)},
  }
}

function authWithout(method: AuthMethod, isFree: IsFree): AuthMethod {
  return method.kind === 'api-key' ? {...method, env: method.env.filter(isFree)} : method
}

/** A setting may be sent as a header, so that its variable is a way out for a key as well. */
function withoutVariable(schema: SettingSchema, isFree: IsFree): SettingSchema {
  const variable = schema['x-vibe']?.env
  if (variable === undefined || isFree(variable)) return schema
  const {env: _, ...rest} = schema['x-vibe'] ?? {}
  return {...schema, 'x-vibe': rest}
}
