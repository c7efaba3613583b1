import {addableTypes} from '../providers/add-provider.ts'
import {knownProviders, type KnownProvider} from '../providers/known-providers.ts'
import type {ProviderEntry, ProviderManifest, Registry} from '../providers/types.ts'
import type {Choice} from './prompts.ts'

export type InstalledType = ProviderEntry & {manifest: ProviderManifest}
export type OfferedTypes = {
  /** With code of their own, shipped or installed by the user. */
  installed: InstalledType[]
  /** Data alone that comes with vibe. */
  services: InstalledType[]
  /** Known, but their package is not here. */
  installable: KnownProvider[]
}

/** Every type that a person could use, in the order in which it is offered; each group by name. */
export function offeredTypes(registry: Registry): OfferedTypes {
  const types = addableTypes(registry)
  const isService = ({plugin, manifest}: InstalledType) => plugin.type === 'core' && manifest.entry === undefined
  const here = new Set(registry.entries.map(({id}) => id))
  return {
    installed: types.filter((type) => !isService(type)),
    services: types.filter(isService),
    installable: knownProviders()
      .filter(({id}) => !here.has(id))
      .toSorted((left, right) => left.name.localeCompare(right.name)),
  }
}

/** The same as choices, each under its id. */
export function typeChoices(registry: Registry): Choice[] {
  const {installed, services, installable} = offeredTypes(registry)
  const also = (id: string) => knownProviders().find((known) => known.id === id)?.also ?? []
  return [
    ...[...installed, ...services].map(({id, manifest}) => ({
      value: id,
      label: id,
      hint: manifest.description ?? manifest.name,
      also: [manifest.name, ...also(id)],
    })),
    ...installable.map(({id, name, package: spec}) => ({
      value: id,
      label: id,
      hint: `not installed yet: ${spec}`,
      also: [name, ...also(id)],
    })),
  ]
}
