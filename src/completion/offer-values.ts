import {factsOf, type KnownPlace} from './facts.ts'
import type {Offer} from './reply.ts'
import {valuesFor, type Asked} from './values.ts'

/** What needs configuration and manifests, behind one door: each file more that a press of TAB loads is waited for. */
export function offerValues(place: KnownPlace, asked: Omit<Asked, 'facts'>): Promise<Offer> {
  return valuesFor({facts: factsOf(place), ...asked})
}
