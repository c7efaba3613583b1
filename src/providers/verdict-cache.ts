import {join} from 'node:path'
import {readCacheFile, writeCacheFile} from './cache-file.ts'
import {isOutline} from './outline.ts'
import type {Outline} from './types.ts'

/** What a manifest's check found; an empty list means that it passed. */
export type Verdict = readonly string[]

/** Verdicts on manifests that have been checked before, so that a start loads no validator and reads no manifest but those in use. */
export type VerdictCache = {
  get: (key: string) => Verdict | undefined
  /** Of a manifest that passed. */
  outline: (key: string) => Outline | undefined
  set: (key: string, verdict: Verdict, outline?: Outline) => void
  /** Writes what is new, together with what other processes have written since. Never fails: a cache may be lost. */
  save: () => Promise<void>
}

const FILE = 'providers.json'
const FORMAT = 1
const MAX_BYTES = 1_000_000
const MAX_VERDICTS = 200
const MAX_PROBLEMS = 3

type Known = {verdicts: ReadonlyMap<string, Verdict>; outlines: ReadonlyMap<string, Outline>}

/**
 * Opens `providers.json` in the cache folder. A file that is missing, damaged or written by another version counts as empty.
 * @param vibeVersion verdicts of other versions are not believed: their schema may differ
 */
export function openVerdictCache(cacheFolder: string, vibeVersion: string): VerdictCache {
  const file = join(cacheFolder, FILE)
  const known = readKnown(file, vibeVersion)
  const verdicts = new Map<string, Verdict>()
  const outlines = new Map<string, Outline>()
  return {
    get: (key) => verdicts.get(key) ?? known.verdicts.get(key),
    outline: (key) => outlines.get(key) ?? known.outlines.get(key),
    set: (key, verdict, outline) => {
      verdicts.set(key, verdict.slice(0, MAX_PROBLEMS))
      if (outline) outlines.set(key, outline)
    },
    save: async () => {
      if (verdicts.size === 0) return
      await writeKnown({file, vibeVersion}, {verdicts, outlines})
      verdicts.clear()
      outlines.clear()
    },
  }
}

function readKnown(file: string, vibeVersion: string): Known {
  const content = readCacheFile(file, MAX_BYTES)
  const isMine = content?.['format'] === FORMAT && content['vibe'] === vibeVersion
  const stored = (name: string) => Object.entries(isMine ? objectOf(content[name]) : {})
  return {
    verdicts: new Map(stored('verdicts').filter((pair): pair is [string, string[]] => isVerdict(pair[1]))),
    outlines: new Map(stored('outlines').filter((pair): pair is [string, Outline] => isOutline(pair[1]))),
  }
}

function objectOf(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}

function isVerdict(value: unknown): value is string[] {
  return Array.isArray(value) && value.length <= MAX_PROBLEMS && value.every((item) => typeof item === 'string')
}

/** Two processes may each lose the other's newest verdicts here; they are then found out once more. */
async function writeKnown({file, vibeVersion}: {file: string; vibeVersion: string}, fresh: Known): Promise<void> {
  const before = readKnown(file, vibeVersion)
  const verdicts = [...new Map([...before.verdicts, ...fresh.verdicts])].slice(-MAX_VERDICTS)
  const kept = new Set(verdicts.map(([key]) => key))
  const outlines = [...before.outlines, ...fresh.outlines].filter(([key]) => kept.has(key))
  await writeCacheFile(file, {
    format: FORMAT,
    vibe: vibeVersion,
    verdicts: Object.fromEntries(verdicts),
    outlines: Object.fromEntries(outlines),
  })
}
