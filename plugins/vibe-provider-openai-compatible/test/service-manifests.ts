import {readdirSync, readFileSync} from 'node:fs'

/** What of a service's manifest concerns who speaks to it. */
export type Manifest = {id: string; quirks?: string[]; auth: Array<{kind: string; header?: string}>}

const folder = new URL('../../vibe-provider-services/services/', import.meta.url)

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
