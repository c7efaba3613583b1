import {sep} from 'node:path'
import {apiSentence, isSupportedApi} from './api-window.ts'
import {findInPackage, readJsonFile, sameStamp, stampOf, type FileStamp} from './package-file.ts'
import {outlineOf} from './outline.ts'
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
  const verdicts = plugin.type === 'link' || options.strict ? undefined : options.verdicts
  const known = verdicts && knownEntry(plugin, path, verdicts)
  if (known) return known
  const file = findInPackage(plugin.root, path)
  if (typeof file === 'string') return broken(plugin, [file])
  const read = readJsonFile(file, path)
  if (typeof read === 'string') return broken(plugin, [read])
  const {json} = read
  const spoken = isObject(json) ? json['apiVersion'] : undefined
  if (typeof spoken === 'number' && Number.isSafeInteger(spoken) && !isSupportedApi(spoken)) {
    return unsupported(plugin, apiSentence(plugin, spoken, options.vibeVersion), json)
  }
  const key = keyFor(plugin, path, file.stamp)
  const problems = await judge(json, key, {...options, verdicts})
  if (problems.length > 0) return broken(plugin, problems, json)
  const manifest = json as ProviderManifest
  const outline = outlineOf(manifest)
  const entry = withCode({id: manifest.id, state: 'ok', problems: [], plugin, outline, manifest})
  // Without an outline it is looked at whole at each start, and says each time what its code lacks.
  if (entry.state === 'ok') verdicts?.set(key, [], outline)
  return entry
}

/** What has passed its check before and has not changed since is not read until somebody wants to see it. */
function knownEntry(plugin: PluginSource, path: string, verdicts: VerdictCache): ProviderEntry | undefined {
  // Not `join`, which thirty plugins would have compiled with all optimisations, in 3 ms.
  const whole = plugin.root + sep + path
  const stamp = stampOf(whole)
  const outline = stamp && verdicts.outline(keyFor(plugin, path, stamp))
  if (!outline) return undefined
  let read: {manifest: ProviderManifest | undefined} | undefined
  const manifest = () => {
    const found = readJsonFile({path: whole, stamp}, path)
    return typeof found === 'string' || !sameStamp(stampOf(whole), stamp) ? undefined : (found.json as ProviderManifest)
  }
  const entry: ProviderEntry = {
    id: outline.id,
    state: 'ok',
    problems: [],
    plugin,
    outline,
    get manifest() {
      return (read ??= {manifest: manifest()}).manifest
    },
  }
  // Where its code really lies was looked at with its check, and is again before it is imported.
  const isWhole = outline.module === undefined || stampOf(plugin.root + sep + outline.module) !== undefined
  return isWhole ? entry : withCode(entry)
}

/** The same, unless its code has gone. */
function withCode(entry: ProviderEntry): ProviderEntry {
  const {plugin, outline} = entry
  const code = outline?.module === undefined ? undefined : findInPackage(plugin.root, outline.module)
  return typeof code === 'string' ? broken(plugin, [`entry.module: ${code}`], {id: entry.id}) : entry
}

type Judging = Omit<ManifestOptions, 'verdicts'> & {verdicts: VerdictCache | undefined}

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

function keyFor({name, version}: PluginSource, path: string, {size, mtimeMs, ctimeMs, ino}: FileStamp): string {
  return `${name}@${version} ${path} ${size} ${mtimeMs} ${ctimeMs} ${ino}`
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
