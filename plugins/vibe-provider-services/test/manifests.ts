import {readdirSync, readFileSync} from 'node:fs'

type Model = {id: string; kind: string; price?: Record<string, unknown>; contextWindow?: number}
export type Manifest = {
  id: string
  name: string
  docs: string
  quirks?: string[]
  endpoint: {default: string; env?: string[]; local?: boolean; required?: boolean}
  auth: Array<{kind: string; env?: string[]; header?: string; getKeyUrl?: string}>
  models: {source: string; asOf?: string; default?: string; currency?: string; catalog?: Model[]}
}

const folder = new URL('../services/', import.meta.url)

/** Every manifest of the package, by id. */
export function manifests(): Manifest[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return names.toSorted().map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Manifest)
}

export function manifestOf(id: string): Manifest {
  const manifest = manifests().find((one) => one.id === id)
  if (!manifest) throw new Error(`no manifest ${id}`)
  return manifest
}
