import type {ChatRequest, Credential, Provider, ProviderContext} from 'vibe-plugin-api'
import {testContext} from '../../context.ts'
import {judge, Mismatch, type CheckResult} from '../check.ts'
import {listen, type Told} from '../replay/listen.ts'
import {manifestContext, type Subject} from '../subjects.ts'
import {liveChecks} from './live-checks.ts'

export type LiveOptions = {keyEnv?: string; endpoint?: string; model?: string; env: NodeJS.ProcessEnv}
/** `note` says why nothing was asked, and what would change that. */
export type Live = {results: CheckResult[]; streams: Told[]; note?: string}

/** What a live check talks through. The service's streams are held to the grammar as well. */
export type LiveBench = {
  subject: Subject
  provider: Provider
  model: string
  ask: (request: Partial<ChatRequest>) => Promise<Told>
  signal: () => AbortSignal
}

/** A real service may take its time, but not for ever: milliseconds for one call. */
const CALL_MS = 60_000

/** Asks the real service a handful of short questions. It spends some hundred tokens, and no retry spends more. */
export async function runLive(subject: Subject, options: LiveOptions): Promise<Live> {
  const key = keyOf(subject, options)
  const needsKey = !subject.manifest.auth.some(({kind, optional}) => kind === 'none' || optional === true)
  if (key === undefined && needsKey) return {results: [], streams: [], note: withoutKey(subject, options)}
  if (subject.dialect === undefined)
    return {results: [], streams: [], note: `live: ${subject.label} opens no connection.`}
  const streams: Told[] = []
  const head = {leg: 'live', subject: subject.label} as const
  const results: CheckResult[] = []
  let bench: LiveBench | undefined
  const begin = {
    id: 'live/model',
    title: 'the provider starts and there is a model to ask',
    mend: 'Name one with --model.',
  }
  results.push(
    await judge({...head, ...begin}, async () => {
      const provider = await subject.create(contextOf(subject, options, key))
      bench = benchOf({subject, provider, model: await modelOf(subject, provider, options)}, streams)
    }),
  )
  if (bench !== undefined) {
    for (const {id, title, mend, run} of liveChecks) {
      const open = bench
      results.push(await judge({...head, id: `live/${id}`, title, mend}, () => run(open)))
    }
    await bench.provider.dispose?.()
  }
  return {results: key === undefined ? results : results.map((one) => masked(one, key)), streams}
}

function benchOf(open: Pick<LiveBench, 'subject' | 'provider' | 'model'>, streams: Told[]): LiveBench {
  const signal = () => AbortSignal.timeout(CALL_MS)
  return {
    ...open,
    signal,
    ask: async (request) => {
      const whole = {model: open.model, messages: [], ...request}
      const stream = open.provider.chat(whole, {signal: signal()})
      const told = await listen(stream, {scenario: 'live', longestMs: CALL_MS})
      streams.push(told)
      return told
    },
  }
}

function contextOf(subject: Subject, {endpoint}: LiveOptions, key: string | undefined): ProviderContext {
  const oauth = !subject.manifest.auth.some(({kind}) => kind === 'api-key')
  const credential: Credential =
    key === undefined ? {kind: 'none'} : oauth ? {kind: 'oauth', accessToken: key} : {kind: 'api-key', value: key}
  const address = (endpoint ?? subject.manifest.endpoint.default).replace(/\/+$/, '')
  return {
    ...testContext(address, {instanceId: 'conformance', userAgent: 'vibe-provider-check/1'}),
    ...manifestContext(subject),
    credential: async () => credential,
  }
}

function keyOf({manifest}: Subject, {keyEnv, env}: LiveOptions): string | undefined {
  const names = keyEnv === undefined ? manifest.auth.flatMap((method) => method.env ?? []) : [keyEnv]
  return names.map((name) => env[name]).find((value) => value !== undefined && value !== '')
}

function withoutKey({manifest, label}: Subject, {keyEnv}: LiveOptions): string {
  const names = keyEnv === undefined ? manifest.auth.flatMap((method) => method.env ?? []) : [keyEnv]
  return `live: skipped for ${label}: there is no key in ${names.join(' or ') || 'any variable; name one with --key-env'}.`
}

async function modelOf(subject: Subject, provider: Provider, {model}: LiveOptions): Promise<string> {
  if (model !== undefined) return model
  if (subject.manifest.models.default !== undefined) return subject.model
  const listed = await provider.listModels?.({signal: AbortSignal.timeout(CALL_MS)}).catch(() => [])
  const [first] = (listed ?? []).filter(({kind}) => kind === 'chat')
  if (first !== undefined) return first.id
  throw new Mismatch('a model to ask', 'none: name one with --model')
}

/** A report is pasted into issues. */
function masked(result: CheckResult, key: string): CheckResult {
  return JSON.parse(JSON.stringify(result).replaceAll(key, '****')) as CheckResult
}
