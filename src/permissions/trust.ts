import {realpathSync} from 'node:fs'
import {join} from 'node:path'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {readJsonStore, updateJsonStore} from '../files/json-store.ts'
import type {JsonObject} from '../files/json-store.ts'
import {snapshotOf} from './trust-snapshot.ts'
import type {Snapshot} from './trust-snapshot.ts'

export type TrustState = {
  /** changed: it was trusted, and a file that can execute or redirect is not the same any more. */
  state: 'trusted' | 'changed' | 'unknown' | 'impossible'
  /** The real path that trust is kept for. */
  root: string
  /** What trusting would vouch for, as it is now. */
  files: Snapshot
  /** Of a changed project: the files that were added, changed or removed. */
  changes: string[]
}

/** Where trust is kept: for each real path the digests of what was vouched for. Nothing is inherited from parents or from git. */
export function trustFile(dataFolder: string): string {
  return join(dataFolder, 'trust.json')
}

/** @param root the project's folder, as opened */
export function readTrust(root: string, dataFolder: string): TrustState {
  const real = realpathSync(root)
  const files = snapshotOf(real)
  if (files === undefined) return {state: 'impossible', root: real, files: {}, changes: []}
  const known = knownFiles(real, dataFolder)
  if (known === undefined) return {state: 'unknown', root: real, files, changes: []}
  const names = [...new Set([...Object.keys(known), ...Object.keys(files)])]
  const changes = names.filter((name) => known[name] !== files[name]).sort()
  return {state: changes.length === 0 ? 'trusted' : 'changed', root: real, files, changes}
}

/** Whether what the project brings along may be obeyed; false for whatever cannot be read. */
export function isTrusted(root: string, dataFolder: string): boolean {
  try {
    const known = knownFiles(realpathSync(root), dataFolder) !== undefined
    return known && readTrust(root, dataFolder).state === 'trusted'
  } catch {
    // A folder that cannot be resolved is nobody's trusted project.
    return false
  }
}

/**
 * Trusts a project as it is.
 * @param options.files what was shown to the person who agreed: when the project has changed since, it is refused
 * @throws VibeError `trust-impossible` or `trust-changed` (exit 6)
 */
export async function trust(
  root: string,
  dataFolder: string,
  options: {signal: AbortSignal; files?: Snapshot},
): Promise<TrustState> {
  const now = readTrust(root, dataFolder)
  if (now.state === 'impossible')
    throw refusal(
      'trust-impossible',
      `${now.root} cannot be trusted: .env or .vibe-coder holds what cannot be read, is too large, or is no regular file`,
    )
  if (options.files !== undefined && !same(options.files, now.files))
    throw refusal('trust-changed', `${now.root} changed while you looked at it`)
  const entry = {since: new Date().toISOString(), files: now.files}
  await updateJsonStore(trustFile(dataFolder), options.signal, (store) => ({
    ...store,
    version: 1,
    projects: {...projectsOf(store), [now.root]: entry},
  }))
  return {...now, state: 'trusted', changes: []}
}

/** Takes trust back. @returns whether there was any */
export async function distrust(root: string, dataFolder: string, signal: AbortSignal): Promise<boolean> {
  const real = realpathSync(root)
  if (knownFiles(real, dataFolder) === undefined) return false
  await updateJsonStore(trustFile(dataFolder), signal, (store) => {
    const others = Object.entries(projectsOf(store)).filter(([path]) => path !== real)
    return {...store, projects: Object.fromEntries(others)}
  })
  return true
}

function knownFiles(root: string, dataFolder: string): Snapshot | undefined {
  const store = readJsonStore(trustFile(dataFolder))
  if (store.state !== 'ok') return undefined
  const projects = projectsOf(store.value)
  const entry = Object.hasOwn(projects, root) ? projects[root] : undefined
  const files = isObject(entry) ? entry['files'] : undefined
  if (!isObject(files) || !Object.values(files).every((value) => typeof value === 'string')) return undefined
  return files as Snapshot
}

function projectsOf(store: JsonObject): JsonObject {
  return isObject(store['projects']) ? store['projects'] : {}
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function same(one: Snapshot, other: Snapshot): boolean {
  const names = Object.keys(one)
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
}

function refusal(code: string, message: string): VibeError {
  return new VibeError({code, message, hint: 'Look at .env and .vibe-coder again', exit: ExitCode.needsApproval})
}
