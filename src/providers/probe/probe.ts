import {isProviderError, type ModelInfo} from 'vibe-plugin-api'
import {VibeError} from '../../errors.ts'
import {ExitCode} from '../../exit-codes.ts'
import type {Abilities, Ability, Finding} from '../abilities.ts'
import {askModels, providerFailure} from '../check-provider.ts'
import type {Rung} from '../ladder/rungs.ts'
import type {Asking} from './ask.ts'
import {tryJsonCalls, trySearchReplace, tryText, tryTools, tryWholeFile} from './steps.ts'

/** Said before anything is sent. */
export const PROBE_COST = '3 to 6 small requests, a few hundred tokens'

const UNTRIED: Finding = {is: 'unknown', why: 'not tried: tool calls work'}
const UNTRIED_BELOW: Finding = {is: 'unknown', why: 'not tried: a better way works'}

/**
 * Measures by small real requests what one model can do. Each step has its own timer; what a step's failure shows is a
 * finding, and what makes every further request pointless ends it.
 * @param models the service's list, where it is already known
 * @throws VibeError: exit 4 for the key, 5 for the network or a service that does not answer at all, 130 when interrupted
 */
export async function probeModel(asking: Asking, models?: readonly ModelInfo[]): Promise<Abilities> {
  const {firstTokenMs, ...text} = await orFail(asking, tryText)
  const {tools, parallelTools, refused} = await orFail(asking, tryTools)
  const below = tools.is === 'yes' ? BELOW_NATIVE : await orFail(asking, tryBelow)
  const findings = {...text, tools, parallelTools, ...below}
  const contextWindow = await windowOf(asking, models)
  return {
    findings,
    rung: rungFor(findings, refused),
    ...(contextWindow !== undefined && {contextWindow}),
    ...(firstTokenMs !== undefined && {firstTokenMs}),
  }
}

type Below = Record<'jsonCalls' | 'searchReplace' | 'wholeFile', Finding>
const BELOW_NATIVE: Below = {jsonCalls: UNTRIED, searchReplace: UNTRIED, wholeFile: UNTRIED}

async function tryBelow(asking: Asking): Promise<Below> {
  const jsonCalls = await tryJsonCalls(asking)
  if (jsonCalls.is === 'yes') return {jsonCalls, searchReplace: UNTRIED_BELOW, wholeFile: UNTRIED_BELOW}
  const searchReplace = await trySearchReplace(asking)
  if (searchReplace.is === 'yes') return {jsonCalls, searchReplace, wholeFile: UNTRIED_BELOW}
  return {jsonCalls, searchReplace, wholeFile: await tryWholeFile(asking)}
}

/**
 * The best rung that was seen to work. A model that did nothing of what it was asked has shown nothing: it begins at the
 * top, unless the service does not take tools, and a conversation will tell.
 */
function rungFor(findings: Record<Ability, Finding>, refused: boolean): Rung {
  if (findings.tools.is === 'yes') return 'native'
  if (findings.jsonCalls.is === 'yes') return 'json'
  if (findings.searchReplace.is === 'yes') return 'search-replace'
  if (findings.wholeFile.is === 'yes') return 'whole-file'
  return refused ? 'json' : 'native'
}

async function windowOf({opened, model, signal}: Asking, models?: readonly ModelInfo[]): Promise<number | undefined> {
  try {
    const list = models ?? (await askModels(opened, signal))
    return list?.find(({id}) => id === model)?.contextWindow
  } catch (error) {
    if (error instanceof VibeError && error.exit !== ExitCode.interrupted) return undefined
    throw error
  }
}

async function orFail<Result>(asking: Asking, step: (asking: Asking) => Promise<Result>): Promise<Result> {
  try {
    return await step(asking)
  } catch (error) {
    const {reason} = asking.signal
    if (asking.signal.aborted && reason instanceof VibeError) throw reason
    if (isProviderError(error)) throw providerFailure(error, asking.opened.instance)
    throw error
  }
}
