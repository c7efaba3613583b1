import {usableFallbacks, type FallbackEntry} from '../config/fallbacks.ts'
import {resolveInstance, type ResolveOptions} from '../providers/instances.ts'
import type {ResolvedInstance} from '../providers/types.ts'
import type {Candidate, Fallbacks, ReadyProvider} from './ready.ts'

export type PlanOptions = ResolveOptions & {
  open: (instance: ResolvedInstance) => Promise<ReadyProvider>
}

/**
 * Who goes on when a configured provider fails. Entries that are wrong were said when the configuration was read.
 * @returns undefined when nobody is named
 */
export function planFallbacks(owner: string, options: PlanOptions): Fallbacks | undefined {
  const {providers} = options.config.values
  const configured = Object.hasOwn(providers, owner) ? providers[owner] : undefined
  const entries = usableFallbacks(owner, configured?.fallbacks ?? [], providers)
  if (entries.length === 0) return undefined
  return {
    candidates: entries.map((entry) => candidate(entry, options)),
    remoteAllowed: configured?.allowRemoteFallback === true,
    state: {answered: new Set(), opened: new Map(), consent: new Map()},
  }
}

function candidate(entry: FallbackEntry, options: PlanOptions): Candidate {
  const {open, ...resolving} = options
  const {temperature, maxTokens} = options.selection
  // A model that the command line, the environment or a profile named was meant for the provider that failed.
  const model = entry.model ?? options.config.values.providers[entry.provider]?.model
  const selection = {
    provider: entry.provider,
    ...(model === undefined ? {} : {model}),
    ...(temperature === undefined ? {} : {temperature}),
    ...(maxTokens === undefined ? {} : {maxTokens}),
  }
  const look = () => {
    const resolved = resolveInstance({...resolving, selection})
    const instance = model === undefined ? resolved : {...resolved, model}
    return {instance, model: instance.model ?? ''}
  }
  return {label: entry.text, look, open: () => open(look().instance)}
}
