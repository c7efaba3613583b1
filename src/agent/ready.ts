import type {Price} from 'vibe-plugin-api'
import type {Ladder} from '../providers/ladder/ladder.ts'
import type {CatalogModel, OpenedProvider, ResolvedInstance} from '../providers/types.ts'

export type ReadyProvider = {
  opened: OpenedProvider
  model: string
  /** undefined: unknown */
  price: Price | undefined
  /** How the model asks for tools; absent: through the service's own tool calls. */
  ladder?: Ladder
  /** Who goes on when it fails; shared by all turns, since a fallback that took over stays for a while. */
  fallbacks?: Fallbacks
}

/** A provider that may go on in place of another. */
export type Candidate = {
  /** As the configuration names it. */
  label: string
  /** What is known without running its code. @throws VibeError when it cannot be used */
  look: () => {instance: ResolvedInstance; model: string}
  /** Loads it. @throws VibeError */
  open: () => Promise<ReadyProvider>
}

export type Fallbacks = {
  readonly candidates: readonly Candidate[]
  /** `allowRemoteFallback` of the provider that has them. */
  readonly remoteAllowed: boolean
  readonly state: FallbackState
}

/** What one process remembers. */
export type FallbackState = {
  /** Places in the order of trial (0 is the provider itself) that have answered. */
  answered: Set<number>
  opened: Map<number, ReadyProvider>
  /** Who goes on at present, until when by `performance.now()`. */
  standIn?: {place: number; until: number}
  /** Answers to "may it be sent there", by endpoint. */
  consent: Map<string, boolean>
}

/** The catalogue's entry for a model; undefined when the package knows nothing of it. */
export function catalogued({entry}: ResolvedInstance, model: string): CatalogModel | undefined {
  return entry.manifest.models.catalog?.find((known) => known.id === model)
}

/** Ends what the fallbacks of a provider have opened. */
export async function disposeFallbacks({fallbacks}: ReadyProvider): Promise<void> {
  for (const {opened} of fallbacks?.state.opened.values() ?? []) await opened.provider.dispose?.()
  fallbacks?.state.opened.clear()
}
