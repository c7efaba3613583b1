import {readFileSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {systemCode} from '../errors.ts'

/** What a manifest's check found; an empty list means that it passed. */
export type Verdict = readonly string[]

/** Verdicts on manifests that have been checked before, so that a start loads no validator. */
export type VerdictCache = {
  get: (key: string) => Verdict | undefined
  set: (key: string, verdict: Verdict) => void
  /** Writes what is new, together with what other processes have written since. Never fails: a cache may be lost. */
  save: () => Promise<void>
}

const FILE = 'providers.json'
const FORMAT = 1
const MAX_BYTES = 1_000_000
const MAX_VERDICTS = 200
const MAX_PROBLEMS = 3

/**
 * Opens `providers.json` in the cache folder. A file that is missing, damaged or written by another version counts as empty.
 * @param vibeVersion verdicts of other versions are not believed: their schema may differ
 */
export function openVerdictCache(cacheFolder: string, vibeVersion: string): VerdictCache {
  const file = join(cacheFolder, FILE)
  const known = readVerdicts(file, vibeVersion)
  const fresh = new Map<string, Verdict>()
  return {
    get: (key) => fresh.get(key) ?? known.get(key),
    set: (key, verdict) => void fresh.set(key, verdict.slice(0, MAX_PROBLEMS)),
    save: async () => {
      if (fresh.size === 0) return
      await writeVerdicts({file, cacheFolder, vibeVersion, fresh})
      fresh.clear()
    },
  }
}

function readVerdicts(file: string, vibeVersion: string): Map<string, Verdict> {
  const verdicts = new Map<string, Verdict>()
  const content = readContent(file)
  if (content === undefined || content['format'] !== FORMAT || content['vibe'] !== vibeVersion) return verdicts
  const stored = content['verdicts']
  if (typeof stored !== 'object' || stored === null) return verdicts
  for (const [key, verdict] of Object.entries(stored)) if (isVerdict(verdict)) verdicts.set(key, verdict)
  return verdicts
}

function readContent(file: string): Record<string, unknown> | undefined {
  try {
    const found = statSync(file, {throwIfNoEntry: false})
    if (!found?.isFile() || found.size > MAX_BYTES) return undefined
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return typeof content === 'object' && content !== null ? {...content} : undefined
  } catch (error) {
    // A damaged or unreadable cache is as good as none; what it held is found out again.
    if (error instanceof SyntaxError || systemCode(error) !== undefined) return undefined
    throw error
  }
}

function isVerdict(value: unknown): value is string[] {
  return Array.isArray(value) && value.length <= MAX_PROBLEMS && value.every((item) => typeof item === 'string')
}

type Writing = {file: string; cacheFolder: string; vibeVersion: string; fresh: ReadonlyMap<string, Verdict>}

/** Two processes may each lose the other's newest verdicts here; they are then found out once more. */
async function writeVerdicts({file, cacheFolder, vibeVersion, fresh}: Writing): Promise<void> {
  const merged = [...new Map([...readVerdicts(file, vibeVersion), ...fresh])].slice(-MAX_VERDICTS)
  const text = JSON.stringify({format: FORMAT, vibe: vibeVersion, verdicts: Object.fromEntries(merged)})
  try {
    const [{writeFileAtomic}, {ensurePrivateFolder}] = await Promise.all([
      import('../files/atomic-write.ts'),
      import('../files/private-folder.ts'),
    ])
    await ensurePrivateFolder(cacheFolder)
    await writeFileAtomic(file, `${text}\n`, {mode: 0o600})
  } catch {
    // A full or read-only disk costs the next start a few milliseconds, nothing else.
  }
}
