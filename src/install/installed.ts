import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {readManifests} from '../providers/manifest.ts'
import type {Admitted} from './gate.ts'
import type {NpmRun} from './npm.ts'
import {memberOf, packageFacts, textIn} from './package-facts.ts'
import {readPluginList, type ListedPlugin} from './plugin-list.ts'
import {publisherOf} from './registry-lookup.ts'
import type {Change, InstallHost, OfferedProvider} from './types.ts'

/** What is installed under a name now. */
export type InstalledFacts = {
  listed: ListedPlugin
  version: string
  root: string
  pjson: unknown
  /** Of the tarball that it was made of; a link has none. */
  integrity?: string
  providers: OfferedProvider[]
  /** Every provider's manifest and module are there. */
  isWhole: boolean
}

/** @returns undefined when nothing of that name is installed, or only its ruins are */
export async function installedFacts(name: string, host: InstallHost): Promise<InstalledFacts | undefined> {
  const {data} = host.homes
  const listed = readPluginList(data).plugins.find((plugin) => plugin.name === name)
  if (listed === undefined) return undefined
  const root = listed.type === 'link' ? listed.root : join(data, 'node_modules', name)
  const pjson = readJson(join(root, 'package.json'))
  const facts = packageFacts(pjson)
  if (facts === undefined) return undefined
  const {version} = facts
  const entries = await readManifests({name, version, type: listed.type, root, pjson}, {vibeVersion: host.vibeVersion})
  const integrity = listed.type === 'link' ? undefined : lockedIntegrity(data, name)
  return {
    listed,
    version,
    root,
    pjson,
    ...(integrity !== undefined && {integrity}),
    providers: entries.map(({id, state, problems}) => ({id, state, problems})),
    isWhole: entries.every(({state}) => state === 'ok'),
  }
}

/** What a new version brings that the installed one does not have. */
export async function changeBetween(
  before: InstalledFacts,
  {candidate, dependencies}: Admitted,
  place: Omit<NpmRun, 'limitMs'>,
): Promise<Change> {
  const facts = packageFacts(before.pjson)
  const missingIn = (known: readonly string[] | undefined, all: readonly string[]) =>
    all.filter((one) => known?.includes(one) !== true)
  const {publisher} = candidate
  const former = publisher === undefined ? undefined : await publisherOf(candidate.name, before.version, place)
  return {
    from: before.version,
    ...(before.listed.type === 'link' && {unlinked: before.root}),
    ...(former !== undefined && former !== publisher && {formerPublisher: former}),
    newPowers: missingIn(facts?.powers, candidate.powers),
    newScripts: missingIn(facts?.scripts, candidate.scripts),
    newDependencies: missingIn(facts?.dependencies, dependencies),
  }
}

/** The checksum that npm has written down for a package of a folder. */
export function lockedIntegrity(folder: string, name: string): string | undefined {
  return textIn(lockedPackages(folder)[`node_modules/${name}`], 'integrity')
}

/** Every package of a folder by its path, as npm's lock file lists them. */
export function lockedPackages(folder: string): Readonly<Record<string, unknown>> {
  const packages = memberOf(readJson(join(folder, 'package-lock.json')), 'packages')
  return typeof packages === 'object' && packages !== null ? (packages as Record<string, unknown>) : {}
}

/** @returns undefined for what is missing or is no JSON */
export function readJson(path: string): unknown {
  if (!existsSync(path)) return undefined
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined // Damaged: as good as not installed, and replaced by what is installed now.
  }
}
