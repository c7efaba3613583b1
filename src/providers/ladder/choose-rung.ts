import type {ModelInfo} from 'vibe-plugin-api'
import type {KnownAbilities} from '../abilities.ts'
import type {ProviderManifest} from '../types.ts'
import type {RungChoice} from './ladder.ts'
import type {Rung} from './rungs.ts'

export type RungFacts = {
  /** What the user fixed. */
  toolMode: Rung | undefined
  known: KnownAbilities | undefined
  manifest: Pick<ProviderManifest, 'capabilities' | 'models'>
  model: string
  /** It is asked at its maker's own address, so that what the manifest says of it holds. */
  atHome: boolean
}

/**
 * Where a model begins: where the user says; else what a conversation or a measurement showed; else what its maker says
 * of it; else native calls are tried, and what the model does then decides.
 */
export function chooseRung({toolMode, known, manifest, model, atHome}: RungFacts): RungChoice {
  if (toolMode !== undefined)
    return {rung: toolMode, why: 'you chose it (toolMode)', fixed: true, proven: toolMode === 'native'}
  if (known?.learned) {
    const {rung, why, at} = known.learned
    return {rung, why: `learned ${dayOf(at)}: ${why}`, fixed: false, proven: false}
  }
  if (known?.measured) {
    const {rung, findings} = known.measured
    const proven = findings.tools.is === 'yes'
    return {rung, why: `measured ${dayOf(known.at)}`, fixed: false, proven}
  }
  return declared(manifest, model, atHome)
}

function declared({capabilities, models}: RungFacts['manifest'], model: string, atHome: boolean): RungChoice {
  const listed: ModelInfo | undefined = models.catalog?.find(({id}) => id === model)
  const can = listed?.tools ?? (capabilities['tools'] === 'model' ? undefined : capabilities['tools'])
  if (can === false || can === 'no')
    return {rung: 'json', why: 'its provider says that it has no tool calls', fixed: false, proven: false}
  const proven = atHome && (can === true || can === 'yes')
  const why = proven ? 'its provider says that it has tool calls' : 'not measured; native calls are tried first'
  return {rung: 'native', why, fixed: false, proven}
}

function dayOf(at: string): string {
  return at.slice(0, 10)
}
