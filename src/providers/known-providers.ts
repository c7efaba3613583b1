import known from './known-providers.json' with {type: 'json'}

/** A provider type that vibe knows by name, whether its package is installed or not. */
export type KnownProvider = {
  id: string
  package: string
  name: string
  description: string
  /** Other names that people type for it. */
  also?: string[]
}

const PROVIDERS: readonly KnownProvider[] = known.providers

export function knownProviders(): readonly KnownProvider[] {
  return PROVIDERS
}

/** @returns the known type with this id, undefined for every other word */
export function knownProvider(id: string): KnownProvider | undefined {
  return PROVIDERS.find((provider) => provider.id === id)
}
