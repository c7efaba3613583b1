import {isAbsolute, relative, resolve, sep} from 'node:path'
import type {Protocol} from 'vibe-plugin-api'
import {packageNameOf} from './package-name.ts'
import {scaffoldFiles} from './scaffold-files.ts'
import {addressOf, exampleEndpoint, type ProviderKind} from './scaffold-manifest.ts'
import {writePackage} from './write-package.ts'

export type CreateRequest = {
  /** An id, or a package name that ends in `vibe-provider-ID`. */
  name: string
  kind: ProviderKind
  /** Where the package goes; by default a folder of its name in `cwd`. */
  folder?: string
  endpoint?: string
  keyVariable?: string | false
  model?: string
}

export type CreatePlace = {
  cwd: string
  /** The folder with the code that `--code` begins with. */
  templates: string
  /** Names of the packages that are there already. */
  installed: readonly string[]
  signal: AbortSignal
  platform?: NodeJS.Platform
  now?: Date
}

export type CreatedProvider = {
  id: string
  package: string
  folder: string
  kind: 'data' | 'code'
  protocol?: Protocol
  files: string[]
  /** The address in the manifest; `placeholder` when nobody named one and the author has to. */
  endpoint: string
  placeholder?: true
  /** What to type next, in order. */
  next: string[]
}

/**
 * Writes a new provider package that works as it stands: it can be linked, checked and published.
 * @throws VibeError (exit 2) when the name, a value or the folder cannot be used; nothing is written then
 */
export async function createProviderPackage(request: CreateRequest, place: CreatePlace): Promise<CreatedProvider> {
  const name = packageNameOf(request.name)
  const {kind, endpoint, keyVariable, model} = request
  const {cwd, templates, signal, now = new Date()} = place
  const folder = resolve(cwd, request.folder ?? name.name.replace(/^@[^/]*\//, ''))
  const files = await scaffoldFiles({
    name,
    templates,
    year: now.getFullYear(),
    kind,
    ...(endpoint !== undefined && {endpoint}),
    ...(keyVariable !== undefined && {keyVariable}),
    ...(model !== undefined && {model}),
  })
  await writePackage(folder, files, signal)
  return {
    id: name.id,
    package: name.name,
    folder,
    kind: kind === 'code' ? 'code' : 'data',
    ...(kind !== 'code' && {protocol: kind.protocol}),
    files: [...files.keys()].sort(),
    ...addressFacts(request, name.id),
    next: nextSteps({id: name.id, kind, folder}, place),
  }
}

function addressFacts({kind, endpoint}: CreateRequest, id: string): Pick<CreatedProvider, 'endpoint' | 'placeholder'> {
  const example = exampleEndpoint(id, kind)
  const {text, local} = addressOf(endpoint ?? example)
  return text === example && !local ? {endpoint: text, placeholder: true} : {endpoint: text}
}

type Made = {id: string; kind: ProviderKind; folder: string}

function nextSteps({id, kind, folder}: Made, {cwd, installed, platform = process.platform}: CreatePlace): string[] {
  const speaker = 'vibe-provider-ollama'
  const lacksSpeaker = kind !== 'code' && kind.protocol === 'ollama' && !installed.includes(speaker)
  return [
    ...(lacksSpeaker ? [`vibe plugins install ${speaker}`] : []),
    `vibe plugins link ${quoted(shownFolder(folder, cwd), platform)}`,
    `vibe provider:add ${id} --type ${id}`,
    `vibe chat --provider ${id}`,
  ]
}

/** A folder below the current one by its short way. */
function shownFolder(folder: string, cwd: string): string {
  const way = relative(cwd, folder)
  if (way === '') return '.'
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way) ? folder : `.${sep}${way}`
}

/** One word for the shell. */
function quoted(word: string, platform: NodeJS.Platform): string {
  if (/^[\w./\\:@%+,=-]+$/.test(word)) return word
  return platform === 'win32' ? `"${word}"` : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
