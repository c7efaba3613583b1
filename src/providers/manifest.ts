import {apiSentence, isSupportedApi} from './api-window.ts'
import {findInPackage, readJsonFile, type FileStamp} from './package-file.ts'
import {headerOf} from './plugin-header.ts'
import type {PluginSource, ProviderEntry, ProviderManifest} from './types.ts'
import type {VerdictCache} from './verdict-cache.ts'

export type ManifestOptions = {
  vibeVersion: string
  /** Remembers verdicts; without it everything is checked. Linked plugins are always checked. */
  verdicts?: VerdictCache
  /** Also refuse unknown members: for authors and at install. At run time a newer minor contract may add some. */
  strict?: boolean
}

const MAX_PROBLEMS = 3

/**
 * Reads and checks what a plugin says about its providers, without running any of its code.
 * @returns one entry for each manifest named in its package.json, `ok` or with its problems; none when it offers no providers
 */
export async function readManifests(plugin: PluginSource, options: ManifestOptions): Promise<ProviderEntry[]> {
  const header = headerOf(plugin)
  if (header === undefined) return []
  if (typeof header === 'string') return [broken(plugin, [header])]
  if (!isSupportedApi(header.apiVersion))
    return [unsupported(plugin, apiSentence(plugin, header.apiVersion, options.vibeVersion))]
  return Promise.all(header.providers.map((path) => readManifest(plugin, path, options)))
}

async function readManifest(plugin: PluginSource, path: string, options: ManifestOptions): Promise<ProviderEntry> {
  const file = findInPackage(plugin.root, path)
  if (typeof file === 'string') return broken(plugin, [file])
  const read = readJsonFile(file, path)
  if (typeof read === 'string') return broken(plugin, [read])
  const {json} = read
  const spoken = isObject(json) ? json['apiVersion'] : undefined
  if (typeof spoken === 'number' && Number.isSafeInteger(spoken) && !isSupportedApi(spoken)) {
    return unsupported(plugin, apiSentence(plugin, spoken, options.vibeVersion), json)
  }
  const key = `${plugin.name}@${plugin.version} ${path} ${stampText(file.stamp)}`
  const problems = await judge(
    json,
    key,
    plugin.type === 'link' || options.strict ? {...options, verdicts: undefined} : options,
  )
  if (problems.length > 0) return broken(plugin, problems, json)
  const manifest = json as ProviderManifest
  const entry = manifest.entry === undefined ? undefined : findInPackage(plugin.root, manifest.entry.module)
  if (typeof entry === 'string') return broken(plugin, [`entry.module: ${entry}`], json)
  return {id: manifest.id, state: 'ok', problems: [], plugin, manifest}
}

type Judging = Omit<ManifestOptions, 'verdicts'> & {verdicts?: VerdictCache | undefined}

async function judge(json: unknown, key: string, {verdicts, strict}: Judging): Promise<readonly string[]> {
  const known = verdicts?.get(key)
  if (known !== undefined) return known
  // Only for a manifest that is new: a start with known ones loads none of this.
  const {manifestProblems} = await import('./manifest-check.ts')
  const problems = manifestProblems(json, strict ? 'strict' : 'tolerant')
  verdicts?.set(key, problems)
  return problems
}

function broken(plugin: PluginSource, problems: readonly string[], json?: unknown): ProviderEntry {
  return {id: claimedId(plugin, json), state: 'manifest-invalid', problems: problems.slice(0, MAX_PROBLEMS), plugin}
}

function unsupported(plugin: PluginSource, sentence: string, json?: unknown): ProviderEntry {
  return {id: claimedId(plugin, json), state: 'api-unsupported', problems: [sentence], plugin}
}

/** What a bad entry is listed under: the id in its manifest if that is one, else what its package is called. */
function claimedId(plugin: PluginSource, json?: unknown): string {
  const id = isObject(json) && Object.hasOwn(json, 'id') ? json['id'] : undefined
  return typeof id === 'string' && /^[a-z][a-z0-9-]{0,39}$/.test(id) ? id : plugin.name.replace(/^.*vibe-provider-/, '')
}

function stampText({size, mtimeMs, ctimeMs}: FileStamp): string {
  return `${size} ${mtimeMs} ${ctimeMs}`
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
