import type {AbilityStore} from '../abilities.ts'
import type {ResolvedInstance} from '../types.ts'
import {chooseRung} from './choose-rung.ts'
import {createLadder, type Ladder} from './ladder.ts'

/** The ladder of one model at one configured provider, with what is known of it. */
export function openLadder(instance: ResolvedInstance, model: string, store: AbilityStore): Ladder {
  const {manifest} = instance.entry
  const known = instance.toolMode === undefined ? store.get(instance, model) : undefined
  const choice = chooseRung({toolMode: instance.toolMode, known, manifest, model})
  return createLadder(choice, {model, learn: (rung, why) => store.learn(instance, model, {rung, why})})
}
