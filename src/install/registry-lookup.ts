import {join} from 'node:path'
import {isSupportedApi} from '../providers/api-window.ts'
import {isOlder} from '../providers/plugin-facts.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {runNpm, type NpmRun} from './npm.ts'
import {npmFailure, oneLine} from './npm-failure.ts'
import {memberOf, packageFacts, textIn} from './package-facts.ts'
import type {Candidate} from './types.ts'

/** Milliseconds for one answer of a registry about a package. */
const ANSWER_MS = 20_000

type Wanted = {name: string; range: string}
type Place = Omit<NpmRun, 'limitMs'>

/** What a registry says about one version of a package, and the whole of its package.json. */
export type Found = {candidate: Candidate; pjson: unknown}

/**
 * Asks the registry what it would deliver. Nothing is downloaded but the answer.
 * @throws VibeError for every way in which no usable answer comes
 */
export async function lookUp(wanted: Wanted, place: Place): Promise<Found> {
  const from = await registryOf(wanted.name, place)
  const version =
    /[\s^~<>=|*]|\.x/i.test(wanted.range) || /^\d+(\.\d+)?$/.test(wanted.range)
      ? await bestOf(wanted, from, place)
      : wanted.range
  const json = await view([`${wanted.name}@${version}`], from, place).catch((error: unknown) =>
    versionError(error, wanted, place),
  )
  const pjson: unknown = Array.isArray(json) ? json.at(-1) : json
  const facts = packageFacts(pjson)
  if (facts === undefined || facts.name !== wanted.name) throw noAnswer(wanted, from)
  const {isPlugin: _isPlugin, dependencies: _dependencies, ...known} = facts
  return {candidate: {...known, kind: 'registry', from, ...uploadFacts(pjson, facts.version)}, pjson}
}

/**
 * The newest version whose contract this vibe speaks, for who wants one that is not understood.
 * @returns undefined when there is none, or when the registry does not say
 */
export async function fittingVersion(name: string, place: Place): Promise<string | undefined> {
  const json = await view([`${name}@>=0.0.0-0`, 'version', 'vibe'], '', place).catch(() => [])
  const rows = Array.isArray(json) ? json : [json]
  const fitting = rows.filter((row) => {
    const apiVersion = memberOf(memberOf(row, 'vibe'), 'apiVersion')
    return typeof apiVersion === 'number' && isSupportedApi(apiVersion)
  })
  return newest(fitting.flatMap((row) => textIn(row, 'version') ?? []))
}

/** Who uploaded a version, where the registry says so. */
export async function publisherOf(name: string, version: string, place: Place): Promise<string | undefined> {
  const json = await view([`${name}@${version}`, 'version', '_npmUser'], '', place).catch(() => undefined)
  return personIn(memberOf(json, '_npmUser'))
}

/** npm prefers the version that is tagged "latest" when it is among those that a range allows. */
async function bestOf({name, range}: Wanted, from: string, place: Place): Promise<string> {
  const asked = [`${name}@${range}`, 'version', 'dist-tags']
  const json = await view(asked, from, place).catch((error: unknown) => versionError(error, {name, range}, place))
  const rows = Array.isArray(json) ? json : [json]
  const versions = rows.flatMap((row) => textIn(row, 'version') ?? (typeof row === 'string' ? row : []))
  const latest = textIn(memberOf(rows.at(-1), 'dist-tags'), 'latest')
  const best = latest !== undefined && versions.includes(latest) ? latest : newest(versions)
  if (best === undefined) throw noAnswer({name, range}, from)
  return best
}

/** Tells a version that does not exist from a package that does not. @throws always */
async function versionError(error: unknown, {name, range}: Wanted, place: Place): Promise<never> {
  if (!(error instanceof VibeError) || error.code !== 'package-not-found') throw error
  const tags = memberOf(await view([name, 'dist-tags', 'name'], '', place).catch(() => undefined), 'dist-tags')
  const latest = textIn(tags, 'latest')
  if (latest === undefined) throw error
  throw new VibeError({
    code: 'version-not-found',
    message: `${name} has no version "${range}"; the newest is ${latest}. Nothing was changed.`,
    ...(error.origin !== undefined && {origin: error.origin}),
    hint: `vibe plugins install ${name}@${latest}`,
    exit: error.exit,
  })
}

/** Whether a registry has a package; no is also the answer when it does not say. */
export async function exists(name: string, place: Place): Promise<boolean> {
  return view([name, 'version'], '', place).then(
    () => true,
    () => false,
  )
}

function newest(versions: string[]): string | undefined {
  return versions.toSorted((left, right) => (isOlder(left, right) ? -1 : 1)).at(-1)
}

async function view(args: string[], from: string, place: Place): Promise<unknown> {
  const [subject = ''] = args
  // With an empty cache: an old answer must not stand in for a registry that is away.
  const cache = `--cache=${join(place.cwd, 'cache')}`
  const result = await runNpm(['view', ...args, cache], {...place, limitMs: ANSWER_MS})
  if (result.state !== 'done') throw npmFailure({subject, from, result})
  try {
    // Nothing at all is how npm says that no version matches.
    if (result.stdout.trim() === '') throw notFound(subject, from)
    return JSON.parse(result.stdout)
  } catch (error) {
    if (error instanceof VibeError) throw error
    throw noAnswer({name: subject, range: ''}, from)
  }
}

/** Which registry npm asks for a package: that of its scope, or the general one. */
async function registryOf(name: string, place: Place): Promise<string> {
  const [scope] = name.split('/')
  const keys = name.startsWith('@') ? [`${scope}:registry`, 'registry'] : ['registry']
  const result = await runNpm(['config', 'get', ...keys], {...place, limitMs: ANSWER_MS})
  const lines = result.stdout.split('\n').map((line) =>
    line
      .replace(/^[^=]*=/, '')
      .replaceAll('"', '')
      .trim(),
  )
  const url = lines.find((line) => URL.canParse(line))
  return url === undefined ? 'the registry of npm' : withoutSecrets(url)
}

function withoutSecrets(text: string): string {
  const url = new URL(text)
  return `${url.origin}${url.pathname.replace(/\/$/, '')}`
}

function uploadFacts(
  json: unknown,
  version: string,
): Omit<Partial<Candidate>, 'maintainers'> & {maintainers: string[]} {
  const dist = memberOf(json, 'dist')
  const shasum = textIn(dist, 'shasum')
  const sha1 = shasum === undefined ? undefined : `sha1-${Buffer.from(shasum, 'hex').toString('base64')}`
  const integrity = textIn(dist, 'integrity') ?? sha1
  const publishedAt = textIn(memberOf(json, 'time'), version)
  const bytes = memberOf(dist, 'unpackedSize')
  const publisher = personIn(memberOf(json, '_npmUser'))
  const listed = memberOf(json, 'maintainers')
  const maintainers = (Array.isArray(listed) ? listed : []).slice(0, 20).flatMap((person) => personIn(person) ?? [])
  return {
    maintainers,
    ...(publisher !== undefined && {publisher}),
    ...(integrity !== undefined && {integrity}),
    ...(publishedAt !== undefined && Number.isFinite(Date.parse(publishedAt)) && {publishedAt}),
    ...(typeof bytes === 'number' && {bytes}),
  }
}

/** "Ada <ada@example.com>", or an object of the same. @returns the name */
function personIn(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value : (textIn(value, 'name') ?? textIn(value, 'email'))
  const name = text === undefined ? '' : oneLine(text.replace(/\s*<[^>]*>.*$/, ''))
  return name === '' ? undefined : name.slice(0, 60)
}

function notFound(subject: string, from: string): VibeError {
  return new VibeError({
    code: 'package-not-found',
    message: `Cannot install ${subject}: there is no such package or version. Nothing was changed.`,
    origin: from,
    hint: 'Check the name and the version: npm view NAME versions',
    exit: ExitCode.notSetUp,
  })
}

function noAnswer({name, range}: Wanted, from: string): VibeError {
  return new VibeError({
    code: 'registry-answer',
    message: `Cannot install ${range === '' ? name : `${name}@${range}`}: the registry gave no usable answer. Nothing was changed.`,
    origin: from,
    hint: 'Try again later, or choose another: vibe config:set npm.registry URL',
    exit: ExitCode.unreachable,
  })
}
