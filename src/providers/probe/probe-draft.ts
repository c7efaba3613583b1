import type {ModelInfo} from 'vibe-plugin-api'
import {VibeError} from '../../errors.ts'
import {ExitCode} from '../../exit-codes.ts'
import {openAbilityStore, type Abilities} from '../abilities.ts'
import type {AddHost, Draft} from '../draft.ts'
import type {Asking} from './ask.ts'
import {probeModel} from './probe.ts'

/** Nobody waits longer for the end of a set-up; `vibe provider:probe` takes the time it needs. */
const REMOTE_MS = 60_000
const LOCAL_MS = 240_000

export type ProbeEvent =
  | {step: 'probe'; state: 'start'; model: string}
  | {step: 'probe'; state: 'done'; abilities: Abilities}
  | {step: 'probe'; state: 'failed'; why: string}

/**
 * Measures a model that has just answered. A measurement that fails costs the new provider nothing: it is said, and a
 * conversation will find out.
 * @returns undefined when it failed
 * @throws VibeError when the key is refused or the user interrupts
 */
export async function measureAloud(
  asking: Asking,
  report: (event: ProbeEvent) => void,
  models?: readonly ModelInfo[],
): Promise<Abilities | undefined> {
  report({step: 'probe', state: 'start', model: asking.model})
  const ms = asking.opened.instance.local ? LOCAL_MS : REMOTE_MS
  const timer = AbortSignal.timeout(ms)
  try {
    const abilities = await probeModel({...asking, signal: AbortSignal.any([asking.signal, timer])}, models)
    report({step: 'probe', state: 'done', abilities})
    return abilities
  } catch (error) {
    if (timer.aborted && !asking.signal.aborted) {
      report({step: 'probe', state: 'failed', why: `it took longer than ${ms / 1000} s`})
      return undefined
    }
    const known = error instanceof VibeError
    if (!known || error.exit === ExitCode.interrupted || error.exit === ExitCode.authentication) throw error
    report({step: 'probe', state: 'failed', why: error.message})
    return undefined
  }
}

/** Keeps what was measured of a provider that is now saved. A disk that cannot hold it only costs another measurement. */
export async function keepMeasured({resolved, measured}: Draft, {homes}: Pick<AddHost, 'homes'>): Promise<void> {
  if (!measured || resolved.model === undefined) return
  await openAbilityStore(homes.cache)
    .keep(resolved, resolved.model, {measured})
    .catch(() => undefined)
}
