import {isProviderError, type CallOptions, type ConnectionReport, type Provider} from 'vibe-plugin-api'
import {TEST_KEY} from '../../context.ts'
import {startScriptedServer, type Answer, type ScriptedServer} from '../../scripted-server.ts'
import {demand, describe, Skip} from '../check.ts'
import type {Bench} from './bench.ts'
import {failed, same, show} from './demands.ts'
import {within} from './listen.ts'
import type {Scenario} from './scenario.ts'

const BOUND_MS = 2_000
const LONGEST_MS = 8_000
/** Nothing listens there, no system hands it out, and fetch does not refuse it. */
const DEAD_PORT = 3
const PAGE = {headers: {'content-type': 'text/html'}, steps: [{write: '<!doctype html><h1>Sign in</h1>'}]}
const OTHER = {headers: {'content-type': 'application/json'}, steps: [{write: '{"status":"fine"}'}]}
const VALIDATE = 'Report ok only after the service itself has answered as it should; say what went wrong otherwise.'
const LIST = 'Treat the list of models like an answer: the same headers, the same errors, the same signal.'

/** What is said of a service before anything is asked of it. */
export const connecting: readonly Scenario[] = [
  {
    id: 'validate-away',
    title: 'a service that is not there is not reported as a connection',
    mend: VALIDATE,
    run: async ({dialect, context, open}) => {
      const report = await validated(await open(context(`http://127.0.0.1:${DEAD_PORT}${dialect().base}`)))
      same(report.ok ? 'ok' : report.error.code, 'network', 'the code')
    },
  },
  {
    id: 'validate-page',
    title: 'a web page is not reported as a connection',
    mend: VALIDATE,
    run: (bench) =>
      withServer(
        bench,
        () => PAGE,
        async (provider) => {
          const report = await validated(provider)
          demand(!report.ok, 'an error', show(report))
        },
      ),
  },
  {
    id: 'validate-headers',
    title: 'validating carries the key and the headers of the user',
    mend: LIST,
    run: (bench) =>
      withAside(bench, async (provider, server) => {
        await validated(provider, {'x-acme-team': 'blue'})
        carries(bench, server)
      }),
  },
  {
    id: 'list-headers',
    title: 'a request for the list of models carries the key and the headers of the user',
    mend: LIST,
    run: (bench) =>
      withAside(bench, async (provider, server) => {
        await within(
          LONGEST_MS,
          listOf(provider)({signal: new AbortController().signal, headers: {'x-acme-team': 'blue'}}),
          'a list',
        )
        carries(bench, server)
      }),
  },
  {
    id: 'list-errors',
    title: 'a list of models that cannot be had is an error, not an empty list',
    mend: LIST,
    run: async (bench) => {
      const body = JSON.stringify(bench.dialect().errorBody({status: 401, message: 'No such key'}))
      const refused = {status: 401, headers: {'content-type': 'application/json'}, steps: [{write: body}]}
      for (const [answer, codes] of [
        [refused, ['auth-invalid', 'auth-missing']],
        [PAGE, ['bad-response']],
        [OTHER, ['bad-response']],
      ] as const)
        await withServer(
          bench,
          () => answer,
          async (provider) => {
            const error = await errorOf(listOf(provider)({signal: new AbortController().signal}))
            demand(
              isProviderError(error) && (codes as readonly string[]).includes(error.code),
              codes.join(' or '),
              error === undefined ? 'a list' : describe(error),
            )
          },
        )
    },
  },
  {
    id: 'list-abort',
    title: 'listing the models ends when it is aborted',
    mend: LIST,
    run: (bench) =>
      withServer(
        bench,
        async ({closed}) => {
          await closed
          return {steps: []}
        },
        async (provider) => {
          const error = await within(BOUND_MS, errorOf(listOf(provider)({signal: AbortSignal.timeout(100)})), 'an end')
          demand(isProviderError(error) && error.code === 'aborted', 'a ProviderError aborted', describe(error))
        },
      ),
  },
  {
    id: 'error-unfinished',
    title: 'an error whose words never end is an error all the same, and can be aborted',
    mend: 'Read the body of an error for a moment and up to a size, and hand signal to that wait too.',
    run: async ({dialect, serve}) => {
      const body = JSON.stringify(dialect().errorBody({status: 500, message: 'Broken for good'}))
      const {ask} = await serve(() => ({
        status: 500,
        headers: {'content-type': 'application/json'},
        steps: [{write: body.slice(0, -3)}, {stall: true}],
      }))
      const stop = new AbortController()
      const timer = setTimeout(() => stop.abort(), 200)
      try {
        failed(await within(BOUND_MS, ask({options: {signal: stop.signal}}), 'an end of the call'))
      } finally {
        clearTimeout(timer)
      }
    },
  },
]

async function withServer(
  {dialect, context, open}: Bench,
  answer: Answer,
  run: (provider: Provider, server: ScriptedServer) => Promise<void>,
): Promise<void> {
  const speech = dialect()
  const server = await startScriptedServer(answer)
  try {
    await run(await open(context(`${server.url}${speech.base}`)), server)
  } finally {
    await server.close()
  }
}

/** With a service that answers everything but chats as it should. */
function withAside(bench: Bench, run: (provider: Provider, server: ScriptedServer) => Promise<void>): Promise<void> {
  const {aside, reply} = bench.dialect()
  if (aside === undefined) throw new Skip('the dialect answers nothing but chats')
  const models = [bench.subject.model]
  return withServer(bench, (request) => aside(request, models) ?? reply({text: 'ok'}), run)
}

function carries({hasKey}: Bench, {requests}: ScriptedServer): void {
  demand(requests.length > 0, 'a request', 'none')
  const bare = requests.find(({headers}) => headers['x-acme-team'] !== 'blue')
  demand(bare === undefined, "the user's header in each request", `none in ${bare?.path}`)
  const hasKeyIn = requests.some(({headers}) => Object.values(headers).some((value) => value.includes(TEST_KEY)))
  demand(!hasKey || hasKeyIn, 'the key in a request', 'none')
}

function listOf(provider: Provider): (options: CallOptions) => Promise<unknown> {
  const {listModels} = provider
  if (listModels === undefined) throw new Skip('it lists no models')
  return (options) => listModels.call(provider, options)
}

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return within(LONGEST_MS, work, 'an end').then(
    () => undefined,
    (error: unknown) => error,
  )
}

function validated(provider: Provider, headers?: Record<string, string>): Promise<ConnectionReport> {
  const options = {signal: new AbortController().signal, ...(headers && {headers})}
  return within(LONGEST_MS, provider.validateConnection(options), 'a report')
}
