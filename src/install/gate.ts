import {API_VERSION} from 'vibe-plugin-api'
import {didYouMean} from '../did-you-mean.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {apiSentence, isSupportedApi} from '../providers/api-window.ts'
import {exists, fittingVersion, lookUp} from './registry-lookup.ts'
import {fetchPackage, shownAddress} from './fetch-package.ts'
import {readManifests} from '../providers/manifest.ts'
import {isOwnPart, ownerOf} from '../providers/plugin-facts.ts'
import {headerOf} from '../providers/plugin-header.ts'
import {knownPackages, knownWords, packageFor} from './known-packages.ts'
import type {NpmRun} from './npm.ts'
import {packageFacts} from './package-facts.ts'
import type {Candidate, OfferedProvider, Source} from './types.ts'

type Place = Omit<NpmRun, 'limitMs'>

/** A package that may be asked about: everything known of it, and the tarball when it does not come from a registry. */
export type Admitted = {candidate: Candidate; dependencies: string[]; tarball?: string}

/**
 * Finds out what would be installed and refuses what must not be, before anybody is asked. Runs nothing of the package, and
 * of one from a registry downloads nothing.
 * @param place a folder of our own that outlives the installation; the tarball lies in it
 * @throws VibeError for what cannot be read, is no plugin, or speaks a contract that this vibe does not
 */
export async function admit(source: Source, place: Place): Promise<Admitted> {
  const admitted = source.kind === 'registry' ? await fromRegistry(source, place) : await fromElsewhere(source, place)
  const {candidate, isPlugin, header} = admitted
  if (isOwnPart(candidate.name)) throw ownPart(candidate.name, candidate.from)
  if (!isPlugin) throw noPlugin(candidate)
  if (typeof header === 'string') throw badHeader(candidate, header)
  if (candidate.apiVersion !== undefined && !isSupportedApi(candidate.apiVersion))
    throw await unsupported(candidate, place)
  const known = knownPackages()
  const resembles = known.includes(candidate.name)
    ? undefined
    : packageFor(didYouMean(shortName(candidate.name), knownWords()) ?? '')
  const isShipped = place.host.plugins.some(({name, type}) => type === 'core' && name === candidate.name)
  const marks = {...(resembles !== undefined && {resembles}), ...(isShipped && {replacesShipped: true as const})}
  return {...admitted, candidate: {...candidate, ...marks}}
}

type Judged = Admitted & {isPlugin: boolean; header: ReturnType<typeof headerOf>}

async function fromRegistry(source: Extract<Source, {kind: 'registry'}>, place: Place): Promise<Judged> {
  const {candidate, pjson} = await lookUp(source, place).catch(async (error: unknown) => {
    const isUnknown = error instanceof VibeError && error.code === 'package-not-found'
    throw isUnknown ? await unknownName(source.name, error, place) : error
  })
  const facts = packageFacts(pjson)
  const header = headerOf({name: candidate.name, pjson})
  return {candidate, dependencies: facts?.dependencies ?? [], isPlugin: facts?.isPlugin === true, header}
}

async function fromElsewhere(source: Exclude<Source, {kind: 'registry'}>, place: Place): Promise<Judged> {
  const {folder, integrity, bytes, pjson, tarball} = await fetchPackage(source, place)
  const facts = packageFacts(pjson)
  const from = 'path' in source ? source.path : shownAddress(source.url)
  if (facts === undefined) throw nameless(from)
  const {isPlugin, dependencies, ...known} = facts
  const plugin = {name: facts.name, version: facts.version, type: 'user', root: folder, pjson}
  const entries = await readManifests(plugin, {vibeVersion: place.host.vibeVersion})
  const providers = entries.map(({id, state, problems}) => settled({id, state, problems}, facts.name))
  const candidate: Candidate = {...known, kind: source.kind, from, integrity, bytes, maintainers: [], providers}
  return {candidate, dependencies, isPlugin, tarball, header: headerOf(plugin)}
}

/** An id of ours in another's package is said before the installation, not after it. */
function settled(provider: OfferedProvider, name: string): OfferedProvider {
  const owner = ownerOf(provider.id)
  if (provider.state !== 'ok' || owner === undefined || owner === name) return provider
  return {...provider, state: 'id-reserved', problems: [`the id "${provider.id}" belongs to ${owner}`]}
}

async function unsupported(candidate: Candidate, place: Place): Promise<VibeError> {
  const {name, version, apiVersion = 0, kind, from} = candidate
  const fitting = kind === 'registry' ? await fittingVersion(name, place) : undefined
  const sentence = apiSentence({name, version, type: 'user', root: '', pjson: {}}, apiVersion, place.host.vibeVersion)
  const [facts = sentence] = sentence.split(/(?<=speaks [\d-]+\.) /)
  const update = apiVersion > API_VERSION ? 'Update vibe: npm install -g vibe-coder' : undefined
  const other =
    fitting === undefined
      ? otherVersion(candidate)
      : `an older version that fits: vibe plugins install ${name}@${fitting}`
  return new VibeError({
    code: 'api-unsupported',
    message: `${facts} Nothing was installed.`,
    origin: `${name} ${version}, ${from}`,
    hint: update === undefined ? sentenceCase(other) : `${update}   or ${other}`,
    exit: ExitCode.notSetUp,
  })
}

function otherVersion({name, kind}: Candidate): string {
  const isKnown = kind === 'registry' ? ' (none is published yet)' : ''
  return `a version of it for contract ${API_VERSION}: vibe plugins install ${name}@VERSION${isKnown}`
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** People type "ollama" for "vibe-provider-ollama", and they mistype. */
async function unknownName(name: string, error: VibeError, place: Place): Promise<VibeError> {
  const near = packageFor(didYouMean(shortName(name), knownWords()) ?? '')
  const full = `vibe-provider-${name}`
  const isShort = !name.startsWith('vibe-') && !name.startsWith('@')
  const meant = packageFor(name) ?? (isShort && (await exists(full, place)) ? full : near)
  if (meant === undefined || meant === name) return error
  return new VibeError({
    code: error.code,
    message: `There is no package "${name}"; did you mean ${meant}?`,
    ...(error.origin !== undefined && {origin: error.origin}),
    hint: `vibe plugins install ${meant}`,
    exit: error.exit,
  })
}

function shortName(name: string): string {
  return name.replace(/^.*vibe-provider-/, '')
}

function noPlugin({name, version, from}: Candidate): VibeError {
  const meant =
    packageFor(name) ?? (knownPackages().includes(`vibe-provider-${name}`) ? `vibe-provider-${name}` : undefined)
  return new VibeError({
    code: 'no-plugin',
    message: `${name} ${version} is no plugin of vibe: its package.json has neither "vibe" nor "oclif". Nothing was installed.`,
    origin: from,
    hint: meant === undefined ? withoutRegistry(name) : `vibe plugins install ${meant}`,
    exit: ExitCode.usage,
  })
}

/** Some registries keep only those members of a package.json that npm itself knows. */
function withoutRegistry(name: string): string {
  return shortName(name) === name
    ? 'Providers are called vibe-provider-NAME'
    : `If this registry leaves such members out: npm pack ${name}   then vibe plugins install ./FILE.tgz`
}

/** What a package wants of vibe cannot be told, so that nobody could agree to it. */
function badHeader({name, version, from}: Candidate, problem: string): VibeError {
  return new VibeError({
    code: 'header-invalid',
    message: `${name} ${version} does not say what it offers to vibe: ${problem}. Nothing was installed.`,
    origin: from,
    hint: `Tell its author: "vibe": {"apiVersion": ${API_VERSION}, "providers": ["./vibe.provider.json"]}`,
    exit: ExitCode.notSetUp,
  })
}

/** @param from where it would come from */
export function ownPart(name: string, from: string): VibeError {
  return new VibeError({
    code: 'package-unusable',
    message: `${name} is a part of vibe itself, and no plugin can take its place. Nothing was installed.`,
    origin: from,
    hint: 'To update vibe: npm install -g vibe-coder',
    exit: ExitCode.usage,
  })
}

function nameless(from: string): VibeError {
  return new VibeError({
    code: 'package-unusable',
    message: `Cannot install ${from}: its package.json has no usable name and version. Nothing was changed.`,
    origin: from,
    hint: 'Give it a "name" and a "version"',
    exit: ExitCode.usage,
  })
}
