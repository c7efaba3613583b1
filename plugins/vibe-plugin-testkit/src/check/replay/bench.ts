import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {CallOptions, ChatEvent, ChatRequest, Credential, Provider, ProviderContext} from 'vibe-plugin-api'
import {QUESTION} from '../../collect.ts'
import {testContext, TEST_KEY} from '../../context.ts'
import {isChat, type Dialect, type Lack} from '../../dialects/dialect.ts'
import type {ScriptedAnswer} from '../../scripted-answer.ts'
import {startScriptedServer, type Answer, type RecordedRequest, type ScriptedServer} from '../../scripted-server.ts'
import {Skip} from '../check.ts'
import {manifestContext, type Subject} from '../subjects.ts'
import {listen, type Told} from './listen.ts'

/** Taken before anything watches the global one. */
const ownFetch = globalThis.fetch

export type Ask = {
  request?: Partial<ChatRequest>
  options?: Partial<CallOptions>
  served?: ScriptedAnswer
  /** Called with each event; true leaves the loop. */
  onEvent?: (event: ChatEvent) => boolean | void | Promise<boolean | void>
}

/** A service on loopback and a provider that talks to it. */
export type Service = {
  server: ScriptedServer
  /** The context's endpoint. */
  endpoint: string
  provider: Provider
  /** The requests for an answer so far. */
  chats: () => RecordedRequest[]
  /** Streams one answer, whatever becomes of it; `served` is what it has to say. */
  ask: (ask?: Ask) => Promise<Told>
}

/** Where one scenario takes place. Everything that it opens is closed when it is over. */
export type Bench = {
  subject: Subject
  /** @throws Skip for a provider that opens no connection */
  dialect: () => Dialect
  /** Leaves the scenario out when the protocol cannot say something. */
  needs: (...lacks: Lack[]) => void
  /** Answers requests for an answer; all others as the dialect does. */
  serve: (answer: Answer, changes?: Partial<ProviderContext>) => Promise<Service>
  /** A provider that gives one good answer, through a service or from a script. */
  give: (answer: ScriptedAnswer) => Promise<Provider>
  /** What such a provider says. */
  hear: (answer: ScriptedAnswer, ask?: Ask) => Promise<Told>
  /** A context for the subject, for scenarios with servers of their own. */
  context: (endpoint: string, changes?: Partial<ProviderContext>) => ProviderContext
  open: (context: ProviderContext) => Promise<Provider>
  listen: (provider: Provider, ask?: Ask) => Promise<Told>
  /** Whether instances are used with a key. */
  hasKey: boolean
  close: () => Promise<void>
}

/** What one scenario leaves behind for the checks of all scenarios. */
export type Traces = {
  streams: Told[]
  debugged: string[]
  failures: unknown[]
  /** What the service did not know of its requests. */
  odd: string[]
}

export function createBench(subject: Subject, scenario: string, traces: Traces): Bench {
  const closers: Closers = []
  const opening = createOpening(subject, closers, traces)
  const talking = createTalking(opening, {scenario, traces})
  const serving = createServing({...opening, ...talking}, closers, traces.odd)
  return {
    ...opening,
    ...talking,
    ...serving,
    hasKey: credentialOf(subject).kind === 'api-key',
    needs: (...lacks) => {
      const lack = lacks.find((one) => subject.dialect?.lacks?.includes(one))
      if (lack !== undefined) throw new Skip(`the protocol has no ${lack.replaceAll('-', ' ')}`)
    },
    hear: async (answer, given) => talking.listen(await serving.give(answer), {served: answer, ...given}),
    close: async () => {
      for (const close of closers) await close()
    },
  }
}

type Closers = Array<() => Promise<unknown>>
type Opening = Pick<Bench, 'subject' | 'dialect' | 'context' | 'open'>
type Talking = Pick<Bench, 'listen'>

function createOpening(subject: Subject, closers: Closers, {debugged}: Traces): Opening {
  const credential = credentialOf(subject)
  return {
    subject,
    dialect: () => {
      if (subject.dialect === undefined) throw new Skip('it opens no connection')
      return subject.dialect
    },
    context: (endpoint, changes) => ({
      ...testContext(endpoint, {instanceId: 'conformance', userAgent: 'vibe-provider-check/1'}),
      ...manifestContext(subject),
      fetch: ownFetch,
      credential: async () => credential,
      debug: (message, detail) => void debugged.push(`${message} ${JSON.stringify(detail ?? {})}`),
      ...changes,
    }),
    open: async (context) => {
      const provider = await subject.create(context)
      closers.unshift(async () => provider?.dispose?.())
      return provider
    },
  }
}

function createTalking({subject}: Opening, {scenario, traces}: {scenario: string; traces: Traces}): Talking {
  return {
    listen: async (provider, {request, options, ...how} = {}) => {
      const whole = {...QUESTION, model: subject.model, ...request}
      const stream = provider.chat(whole, {signal: new AbortController().signal, ...options})
      const told = await listen(stream, {scenario, ...how})
      traces.streams.push(told)
      if (told.error !== undefined) traces.failures.push(told.error)
      return told
    },
  }
}

function createServing(bench: Opening & Talking, closers: Closers, odd: string[]): Pick<Bench, 'serve' | 'give'> {
  const {subject, dialect, context, open, listen: ask} = bench
  const serve: Bench['serve'] = async (answer, changes) => {
    const speech = dialect()
    const noted: Answer = (request, index) => {
      const problem = speech.odd?.(request)
      if (problem !== undefined) odd.push(problem)
      return answer(request, index)
    }
    const server = await startScriptedServer(answering(speech, noted, [subject.model, 'other-model']))
    closers.push(server.close)
    const endpoint = `${server.url}${speech.base}`
    const provider = await open(context(endpoint, changes))
    const chats = () => server.requests.filter((request) => isChat(speech, request))
    return {server, endpoint, provider, chats, ask: (one) => ask(provider, one)}
  }
  const give: Bench['give'] = async (answer) => {
    if (subject.script === undefined) return (await serve(() => dialect().reply(answer))).provider
    const folder = await mkdtemp(join(tmpdir(), 'vibe-conformance-'))
    closers.push(() => rm(folder, {recursive: true, force: true}))
    const settings = await subject.script(answer, folder)
    return open(context(subject.manifest.endpoint.default, {settings}))
  }
  return {serve, give}
}

/** Requests for an answer go to `answer`, all others to the dialect. */
function answering(dialect: Dialect, answer: Answer, models: readonly string[]): Answer {
  let chats = 0
  return (request) => {
    if (isChat(dialect, request)) return answer(request, chats++)
    return dialect.aside?.(request, models) ?? {status: 404, steps: [{write: '{"error":"nothing is here"}'}]}
  }
}

function credentialOf({manifest}: Subject): Credential {
  const kinds = manifest.auth.map(({kind}) => kind)
  if (kinds.includes('api-key')) return {kind: 'api-key', value: TEST_KEY}
  if (kinds.some((kind) => kind.startsWith('oauth'))) return {kind: 'oauth', accessToken: TEST_KEY}
  return kinds.includes('ambient') ? {kind: 'ambient'} : {kind: 'none'}
}
