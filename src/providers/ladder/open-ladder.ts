import type {AbilityStore, KnownAbilities} from '../abilities.ts'
import type {ResolvedInstance} from '../types.ts'
import {chooseRung} from './choose-rung.ts'
import {createLadder, type Ladder, type RungChoice} from './ladder.ts'

/** The ladder of one model at one configured provider, with what is known of it. */
export function openLadder(instance: ResolvedInstance, model: string, store: AbilityStore): Ladder {
  const known = instance.toolMode === undefined ? store.get(instance, model) : undefined
  return createLadder(rungFor(instance, model, known), {
    model,
    learn: (rung, why) => store.learn(instance, model, {rung, why}),
  })
}

export function rungFor(instance: ResolvedInstance, model: string, known: KnownAbilities | undefined): RungChoice {
  const {toolMode, endpoint, entry} = instance
  const {manifest} = entry
  return chooseRung({toolMode, known, manifest, model, atHome: endpoint === manifest.endpoint.default})
}
