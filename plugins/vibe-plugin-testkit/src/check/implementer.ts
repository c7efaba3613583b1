import {existsSync} from 'node:fs'
import {createRequire} from 'node:module'
import {dirname, join} from 'node:path'
import type {Protocol} from 'vibe-plugin-api'
import {readPackage} from './read-package.ts'
import type {Manifest} from './subject.ts'

/** Who speaks a protocol when a manifest of data alone borrows it: the packages that vibe itself would choose. */
const SPEAKERS: Readonly<Record<Protocol, string>> = {
  'openai-chat': 'vibe-provider-openai-compatible',
  'openai-responses': 'vibe-provider-openai',
  'anthropic-messages': 'vibe-provider-anthropic',
  ollama: 'vibe-provider-ollama',
}

export type Implementer = {name: string; root: string}

/** The packages that came with this kit and speak a protocol. */
export function implementers(): Implementer[] {
  return Object.values(SPEAKERS).flatMap((name) => find(name, import.meta.filename) ?? [])
}

/**
 * The package whose code speaks a protocol for a manifest of data alone: the checked package's own development
 * dependency when it has one, so that an author can test against a newer version, else the one that came with this kit.
 */
export function implementerOf(protocol: Protocol, root: string): Implementer | undefined {
  const name = SPEAKERS[protocol]
  return find(name, join(root, 'package.json')) ?? find(name, import.meta.filename)
}

/** The manifest of a package that implements a protocol. */
export function implementingManifest({root}: Implementer, protocol: Protocol): Manifest | undefined {
  const {manifests} = readPackage(root)
  return manifests.find(({manifest}) => manifest?.entry?.implements?.includes(protocol))?.manifest
}

function find(name: string, from: string): Implementer | undefined {
  try {
    const file = createRequire(from).resolve(`${name}/package.json`)
    return existsSync(file) ? {name, root: dirname(file)} : undefined
  } catch {
    return undefined // It is not installed there.
  }
}
