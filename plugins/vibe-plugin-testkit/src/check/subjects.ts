import {pathToFileURL} from 'node:url'
import {checkSettings, findInPackage} from '#vibe-rules'
import type {CreateProvider, JsonObject, Protocol, ProviderContext} from 'vibe-plugin-api'
import type {Dialect} from '../dialects/dialect.ts'
import {dialectOf} from '../dialects/known.ts'
import type {Conformance} from './conformance.ts'
import {implementerOf, implementingManifest} from './implementer.ts'
import {readPackage} from './read-package.ts'
import type {CheckedPackage, Manifest} from './subject.ts'

/** One provider as it is talked to: a manifest, the code behind it, and how its service speaks. */
export type Subject = {
  /** "acme (openai-chat)" */
  label: string
  manifest: Manifest
  protocol?: Protocol
  dialect?: Dialect
  script?: NonNullable<Conformance['script']>
  settings: JsonObject
  model: string
  create: CreateProvider
  /** The package whose code speaks for a manifest of data alone. */
  through?: string
}

/** A provider that cannot be talked to, and why. */
export type Hindrance = {label: string; expected: string; got: string; mend: string}

const MODEL = 'conformance-model'

/** @returns for each manifest one subject for each protocol that it speaks, or what keeps it from being one */
export async function subjectsOf(checked: CheckedPackage, own: Conformance): Promise<Array<Subject | Hindrance>> {
  const found = await Promise.all(
    checked.manifests.map(async ({manifest}) => {
      if (manifest === undefined) return []
      return Promise.all(dialectsOf(manifest, own).map((dialect) => subjectOf(manifest, checked, {own, ...dialect})))
    }),
  )
  return found.flat()
}

type Spoken = {protocol?: Protocol; dialect?: Dialect}

/** A package's own dialect is for what is no protocol of the contract. */
function dialectsOf({protocol, entry}: Manifest, own: Conformance): Spoken[] {
  const protocols = protocol === undefined ? (entry?.implements ?? []) : [protocol]
  if (protocols.length > 0) return protocols.map((one) => ({protocol: one, dialect: dialectOf(one)}))
  return [own.dialect === undefined ? {} : {dialect: own.dialect}]
}

type Speaking = Spoken & {own: Conformance}

async function subjectOf(
  manifest: Manifest,
  checked: CheckedPackage,
  {own, protocol, dialect}: Speaking,
): Promise<Subject | Hindrance> {
  const label = protocol === undefined ? manifest.id : `${manifest.id} (${protocol})`
  if (dialect === undefined && own.script === undefined) return withoutDialect(label)
  const {settings, problems} = checkSettings(manifest.settings, own.settings ?? {})
  const [wrong] = own.script === undefined ? problems : []
  if (wrong !== undefined) return badSettings(label, wrong.message)
  try {
    const {create, through} = await creatorOf(manifest, checked)
    const model = own.model ?? manifest.models.default ?? MODEL
    return {
      label,
      manifest,
      settings,
      model,
      create,
      ...(through === undefined ? {} : {through}),
      ...(protocol === undefined ? {} : {protocol}),
      ...(dialect === undefined ? {} : {dialect}),
      ...(own.script === undefined ? {} : {script: own.script}),
    }
  } catch (error) {
    return {
      label,
      expected: 'code that can be loaded',
      got: error instanceof Error ? error.message : String(error),
      mend: 'Build the package; the static leg says more.',
    }
  }
}

type Creator = {create: CreateProvider; through?: string}

/** The function that makes the provider: the package's own, or that of whoever speaks the protocol for it. */
async function creatorOf(manifest: Manifest, checked: CheckedPackage): Promise<Creator> {
  if (manifest.protocol === undefined) return {create: await importCreator(manifest, checked.root)}
  const implementer = implementerOf(manifest.protocol, checked.root)
  const speaking = implementer && implementingManifest(implementer, manifest.protocol)
  if (implementer === undefined || speaking === undefined)
    throw new Error(`no package that speaks ${manifest.protocol} is installed beside this kit`)
  const {name, version} = readPackage(implementer.root)
  return {create: await importCreator(speaking, implementer.root), through: `${name} ${version}`}
}

async function importCreator({entry}: Manifest, root: string): Promise<CreateProvider> {
  const found = findInPackage(root, entry?.module ?? '')
  if (typeof found === 'string') throw new Error(found)
  const exports = (await import(pathToFileURL(found.path).href)) as Record<string, unknown>
  const name = entry?.export ?? 'createProvider'
  if (typeof exports[name] !== 'function') throw new Error(`${entry?.module} exports no function "${name}"`)
  return exports[name] as CreateProvider
}

function withoutDialect(label: string): Hindrance {
  return {
    label,
    expected: 'a protocol that the kit can answer in',
    got: 'an entry that implements none, and no conformance module',
    mend: 'Export a dialect from conformance.js in the package: how your service answers. See docs/conformance.md.',
  }
}

function badSettings(label: string, message: string): Hindrance {
  const mend = 'Export settings from conformance.js in the package: what an instance needs.'
  return {label, expected: 'settings that fit the manifest', got: message, mend}
}

/** The members of a context that come from the manifest, as vibe fills them in. */
export function manifestContext({manifest, protocol, settings}: Subject): Partial<ProviderContext> {
  const header = manifest.auth.find(({kind, header: name}) => kind === 'api-key' && name !== undefined)
  const name = header?.header
  const scheme = header?.scheme ?? (name?.toLowerCase() === 'authorization' ? 'Bearer' : 'none')
  return {
    providerId: manifest.id,
    quirks: Object.freeze([...(manifest.quirks ?? [])]),
    settings: Object.freeze({...settings}),
    ...(protocol === undefined ? {} : {protocol}),
    ...(name === undefined ? {} : {authHeader: {name, scheme}}),
  }
}
