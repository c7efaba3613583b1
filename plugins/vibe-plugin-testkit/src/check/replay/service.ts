import {isProviderError, type CallOptions, type ConnectionReport, type Provider} from 'vibe-plugin-api'
import {QUESTION} from '../../collect.ts'
import {startScriptedServer} from '../../scripted-server.ts'
import {demand, describe, Skip} from '../check.ts'
import type {Bench} from './bench.ts'
import {same, show} from './demands.ts'
import {within} from './listen.ts'
import type {Scenario} from './scenario.ts'

const VALIDATE =
  'Report {ok: false, error} for what went wrong instead of throwing it; latencyMs and warnings otherwise.'
const LONGEST_MS = 10_000

/** Everything but answers: connecting, lists, counts, vectors. */
export const service: readonly Scenario[] = [
  {
    id: 'validate',
    title: 'a connection that works is reported so',
    mend: VALIDATE,
    run: async ({give}) => {
      const report = await validate(await give({text: 'ok'}))
      demand(report.ok, 'ok', show(report))
      demand(Number.isFinite(report.latencyMs) && report.latencyMs >= 0, 'latencyMs', show(report))
      demand(Array.isArray(report.warnings), 'warnings', show(report))
    },
  },
  {
    id: 'validate-key',
    title: 'a refused key is reported so',
    mend: VALIDATE,
    run: async ({dialect, context, open}) => {
      const speech = dialect()
      const body = JSON.stringify(speech.errorBody({status: 401, message: 'No such key'}))
      const headers = {'content-type': 'application/json'}
      const server = await startScriptedServer(() => ({status: 401, headers, steps: [{write: body}]}))
      try {
        const report = await validate(await open(context(`${server.url}${speech.base}`)))
        const code = report.ok ? 'ok' : report.error.code
        demand(['auth-invalid', 'auth-missing'].includes(code), 'auth-invalid', code)
      } finally {
        await server.close()
      }
    },
  },
  {
    id: 'validate-abort',
    title: 'validating ends when it is aborted',
    mend: 'Hand options.signal to the request.',
    run: async ({dialect, context, open}) => {
      const server = await startScriptedServer(async ({closed}) => {
        await closed
        return {steps: []}
      })
      try {
        const provider = await open(context(`${server.url}${dialect().base}`))
        const report = await validate(provider, AbortSignal.timeout(100))
        const code = report.ok ? 'ok' : report.error.code
        same(code, 'aborted', 'the code')
      } finally {
        await server.close()
      }
    },
  },
  {
    id: 'list-models',
    title: 'the models of the service are listed',
    mend: 'Return an entry {id, kind} for each model; leave out what the service does not tell, prices above all.',
    run: async (bench) => {
      const provider = await working(bench)
      const {listModels} = provider
      if (!offers(bench, 'modelListing', listModels)) throw new Skip('it lists no models')
      const models = await inTime(listModels?.call(provider, callOptions()))
      const ids = models?.map(({id}) => id)
      same(ids, [bench.subject.model, 'other-model'], 'the ids')
      const odd = models?.find(({kind}) => kind !== 'chat' && kind !== 'embedding')
      demand(odd === undefined, 'kind chat or embedding', show(odd))
      const priced = models?.find(({price}) => price?.input === 0 || price?.output === 0)
      demand(priced === undefined, 'no price, since none was told', show(priced?.price))
    },
  },
  {
    id: 'embed',
    title: 'texts become vectors in their own order',
    mend: 'Sort the vectors by the index that the service gives, and count them.',
    run: async (bench) => {
      const provider = await working(bench)
      const {embed} = provider
      if (!offers(bench, 'embeddings', embed)) throw new Skip('it makes no vectors')
      const result = await inTime(
        embed?.call(provider, {model: bench.subject.model, texts: ['one', 'three']}, callOptions()),
      )
      same(
        result?.vectors.map(([length]) => length),
        ['one'.length, 'three'.length],
        'the vectors, by the length of their texts',
      )
    },
  },
  {
    id: 'count-tokens',
    title: 'tokens are counted by the service',
    mend: 'Return the number that the service counted.',
    run: async (bench) => {
      const provider = await working(bench)
      const {countTokens} = provider
      if (!offers(bench, 'tokenCounting', countTokens)) throw new Skip('it counts no tokens')
      const count = await inTime(countTokens?.call(provider, {...QUESTION, model: bench.subject.model}, callOptions()))
      demand(Number.isInteger(count) && (count ?? 0) > 0, 'a number of tokens', show(count))
    },
  },
]

async function working({dialect, serve}: Bench): Promise<Provider> {
  const {provider} = await serve(() => dialect().reply({text: 'ok'}))
  return provider
}

/** What its manifest says "yes" to has to be there. */
function offers({subject, dialect}: Bench, ability: string, method: unknown): boolean {
  if (dialect().aside === undefined) throw new Skip('the dialect answers nothing but chats')
  const claimed = subject.manifest.capabilities[ability]
  demand(claimed !== 'yes' || method !== undefined, `a method for capabilities.${ability} "yes"`, 'none')
  return method !== undefined && claimed !== 'no'
}

/** The report; a provider may also throw when it is aborted. */
async function validate(provider: Provider, signal = new AbortController().signal): Promise<ConnectionReport> {
  try {
    return await within(LONGEST_MS, provider.validateConnection({signal}), 'a report')
  } catch (error) {
    if (signal.aborted && isProviderError(error)) return {ok: false, error}
    demand(!isProviderError(error), 'a report', `a thrown ${describe(error)}`)
    throw error
  }
}

function callOptions(): CallOptions {
  return {signal: new AbortController().signal}
}

async function inTime<Value>(work: Promise<Value> | undefined): Promise<Value | undefined> {
  return work && within(LONGEST_MS, work, 'an answer')
}
