import {isProviderError, type ProviderError} from 'vibe-plugin-api'
import {VibeError} from '../errors.ts'
import {curableElsewhere} from '../providers/curable.ts'
import {isPriced} from '../providers/price.ts'
import type {ResolvedInstance} from '../providers/types.ts'
import type {AgentEvent, AskRemote, RemoteQuestion, Speaker} from './events.ts'
import {failedAlone, failedTogether, sentenceOf, type FailedTry} from './failover-errors.ts'
import {judgeCandidate, type Judgement} from './judge-candidate.ts'
import {catalogued, type Candidate, type Fallbacks, type ReadyProvider} from './ready.ts'

/**
 * How long a fallback goes on answering before its provider is asked again. Shorter, and each message of a chat would first
 * wait for the same outage; longer, and a short outage would move a whole session to another model.
 */
const STAY_MS = 5 * 60_000
/** A service may ask to be left alone for longer; nobody wants to be moved for days. */
const LONGEST_STAY_MS = 60 * 60_000

/** Who answers the requests of one turn. */
export type Route = {
  readonly current: ReadyProvider
  /** Whether that is the provider the user chose. */
  readonly chosen: boolean
  /** The current one has answered. */
  answered: () => void
  /** Moves on to the next provider that may take over. @throws the failure, or one that names all, when there is none */
  failOver: (error: unknown, how: HandOver) => Promise<void>
}

export type HandOver = {
  signal: AbortSignal
  emit: (event: AgentEvent) => void
  askRemote: AskRemote | undefined
  capped: boolean
  /** Of the conversation so far. */
  tokens: number
  messages: number
  files: string[]
  /** What the failed provider had begun to say. */
  discarded: string
}

type Travel = {
  primary: ReadyProvider
  fallbacks: Fallbacks
  place: number
  tried: Set<number>
  failures: FailedTry[]
  needsConsent: boolean
}

/** @param primary who the turn is meant for; a fallback that took over lately goes on instead */
export function openRoute(primary: ReadyProvider): Route {
  const {fallbacks} = primary
  if (!fallbacks) return directRoute(primary)
  const place = standIn(fallbacks)
  const travel: Travel = {primary, fallbacks, place, tried: new Set(), failures: [], needsConsent: false}
  const current = () => fallbacks.state.opened.get(travel.place) ?? primary
  return {
    get current() {
      return current()
    },
    get chosen() {
      return travel.place === 0
    },
    answered: () => void fallbacks.state.answered.add(travel.place),
    failOver: (error, how) => moveOn(travel, {error, ready: current()}, how),
  }
}

function directRoute(primary: ReadyProvider): Route {
  return {
    current: primary,
    chosen: true,
    answered: () => undefined,
    failOver: (error) => Promise.reject(error as Error),
  }
}

function standIn({state}: Fallbacks): number {
  const {standIn: now} = state
  if (now && performance.now() < now.until && state.opened.has(now.place)) return now.place
  delete state.standIn
  return 0
}

async function moveOn(travel: Travel, failed: {error: unknown; ready: ReadyProvider}, how: HandOver): Promise<void> {
  const {error, ready} = failed
  // What was thrown after Ctrl-C says nothing about the service.
  if (how.signal.aborted || !isProviderError(error)) throw error
  travel.failures.push({error, instance: ready.opened.instance, model: ready.model})
  travel.tried.add(travel.place)
  const answered = travel.place !== 0 || travel.fallbacks.state.answered.has(0)
  if (curableElsewhere(error, answered)) {
    for (let place = 0; place <= travel.fallbacks.candidates.length; place++) {
      if (travel.tried.has(place)) continue
      travel.tried.add(place)
      const next = await open(place, travel, {error, how})
      how.signal.throwIfAborted()
      if (next) return enter(place, next, {travel, failed: {error, ready}, how})
    }
  }
  const {failures, needsConsent} = travel
  throw failures.length > 1 ? failedTogether(failures) : failedAlone(error, {ready, needsConsent})
}

type Leaving = {travel: Travel; failed: {error: ProviderError; ready: ReadyProvider}; how: HandOver}

function enter(place: number, next: ReadyProvider, {travel, failed, how}: Leaving): void {
  const {error, ready} = failed
  const {state} = travel.fallbacks
  travel.place = place
  if (place === 0) delete state.standIn
  else state.standIn = {place, until: performance.now() + stayMs(error)}
  how.emit({
    type: 'failover',
    from: speakerOf(ready),
    to: speakerOf(next),
    rung: next.ladder?.rung ?? 'native',
    code: error.code,
    reason: sentenceOf(error, ready.opened.instance),
    discarded: how.discarded,
  })
}

function stayMs({retryAfterMs}: ProviderError): number {
  return Math.min(LONGEST_STAY_MS, Math.max(STAY_MS, retryAfterMs ?? 0))
}

export function speakerOf({opened, model}: ReadyProvider): Speaker {
  return {provider: opened.instance.name, model}
}

type Asking = {error: ProviderError; how: HandOver}

/** The provider at a place, opened, or undefined with a notice that says why it was passed over. */
async function open(place: number, travel: Travel, asking: Asking): Promise<ReadyProvider | undefined> {
  if (place === 0) return travel.primary
  const candidate = travel.fallbacks.candidates[place - 1]
  if (!candidate) return undefined
  try {
    const judged = await judge(candidate, travel, asking)
    if (judged.kind === 'go') return await opened(place, candidate, travel.fallbacks)
    travel.needsConsent ||= judged.needsConsent === true
    passOver(candidate, judged.reason, asking.how)
  } catch (error) {
    if (!(error instanceof VibeError)) throw error
    passOver(candidate, error.message, asking.how)
  }
  return undefined
}

async function opened(place: number, candidate: Candidate, {state}: Fallbacks): Promise<ReadyProvider> {
  const ready = state.opened.get(place) ?? (await candidate.open())
  state.opened.set(place, ready)
  return ready
}

function passOver({label}: Candidate, reason: string, {emit}: HandOver): void {
  emit({type: 'notice', message: `The fallback ${label} was passed over: ${reason.replace(/\.$/, '')}.`})
}

async function judge(
  candidate: Candidate,
  {primary, fallbacks}: Travel,
  {error, how}: Asking,
): Promise<Exclude<Judgement, {kind: 'ask'}>> {
  const {instance, model} = candidate.look()
  const known = catalogued(instance, model)
  const facts = {
    local: instance.local,
    contextWindow: known?.contextWindow,
    priceKnown: known?.price !== undefined && isPriced(known.price),
  }
  const given = fallbacks.remoteAllowed || fallbacks.state.consent.get(instance.endpoint)
  const consent = given
    ? 'given'
    : given === false && fallbacks.state.consent.has(instance.endpoint)
      ? 'refused'
      : how.askRemote
        ? 'unasked'
        : 'impossible'
  const needs = {fromLocal: primary.opened.instance.local, tokens: how.tokens, capped: how.capped, consent} as const
  const judged = judgeCandidate(facts, needs)
  if (judged.kind !== 'ask' || !how.askRemote)
    return judged.kind === 'ask' ? {kind: 'skip', reason: 'nobody could be asked'} : judged
  const yes = await how.askRemote(questionFor({instance, model}, {primary, error, how}), how.signal)
  if (how.signal.aborted) throw how.signal.reason
  fallbacks.state.consent.set(instance.endpoint, yes)
  return judgeCandidate(facts, {...needs, consent: yes ? 'given' : 'refused'}) as Exclude<Judgement, {kind: 'ask'}>
}

function questionFor(
  to: {instance: ResolvedInstance; model: string},
  {primary, error, how}: {primary: ReadyProvider; error: ProviderError; how: HandOver},
): RemoteQuestion {
  const from = primary.opened.instance
  return {
    from: {provider: from.name, endpoint: withoutQuery(from.endpoint)},
    to: {provider: to.instance.name, model: to.model, endpoint: withoutQuery(to.instance.endpoint)},
    reason: sentenceOf(error, from),
    messages: how.messages,
    tokens: how.tokens,
    files: how.files,
  }
}

/** Some people put a key into the address. */
function withoutQuery(endpoint: string): string {
  const {origin, pathname} = new URL(endpoint)
  return `${origin}${pathname}`
}
