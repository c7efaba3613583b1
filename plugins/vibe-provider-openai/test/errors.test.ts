import {expect} from 'chai'
import {inspect} from 'node:util'
import type {ProviderErrorCode} from 'vibe-plugin-api'
import {jsonReply, openaiChatReply, sseEvent, sseReply, type Reply, type Step} from 'vibe-plugin-testkit'
import {answerOf, contextFor, errorOf, KEY, QUESTION, withServer} from './helpers.ts'
import {createProvider} from '../src/index.ts'

type Case = [name: string, reply: Reply, code: ProviderErrorCode, retryable: boolean, words?: RegExp]

const failed = (status: number, error: object | string, headers: Record<string, string> = {}): Reply => {
  const reply = jsonReply({error}, status)
  return {...reply, headers: {...reply.headers, ...headers}}
}
const page = (status: number, body: string): Reply => ({
  status,
  headers: {'content-type': 'text/html'},
  steps: [{write: body}],
})
const chunk = sseEvent({choices: [{index: 0, delta: {content: 'part'}}]})
const stream = (steps: Step[]): Reply => ({headers: {'content-type': 'text/event-stream'}, steps})

const CASES: Case[] = [
  [
    '401',
    failed(401, {message: 'Incorrect API key provided', code: 'invalid_api_key'}),
    'auth-invalid',
    false,
    /Incorrect API key/,
  ],
  [
    '403',
    failed(403, {message: 'Country not supported', code: 'unsupported_country_region_territory'}),
    'permission-denied',
    false,
    /Country/,
  ],
  [
    '404 for the model',
    failed(404, {message: 'The model `m` does not exist or you do not have access to it.', code: 'model_not_found'}),
    'model-not-found',
    false,
  ],
  [
    '404 of a wrong path',
    page(404, '<html><title>404 Not Found</title></html>'),
    'invalid-request',
    false,
    /404 Not Found/,
  ],
  ['400', failed(400, {message: 'Invalid value: x', type: 'invalid_request_error'}), 'invalid-request', false],
  [
    '400 overflow',
    failed(400, {message: "This model's maximum context length is 8192 tokens.", code: 'context_length_exceeded'}),
    'context-overflow',
    false,
  ],
  ['413', page(413, 'Request Entity Too Large'), 'context-overflow', false],
  ['429', failed(429, {message: 'Rate limit reached', code: 'rate_limit_exceeded'}), 'rate-limited', true],
  [
    '429 without quota',
    failed(429, {message: 'You exceeded your current quota', code: 'insufficient_quota'}),
    'quota-exhausted',
    false,
  ],
  ['500', failed(500, {message: 'boom'}), 'server-error', true],
  ['502 page', page(502, '<html><title>502 Bad Gateway</title></html>'), 'server-error', true, /Bad Gateway/],
  ['503', failed(503, {message: 'busy'}), 'overloaded', true],
  ['529', page(529, ''), 'overloaded', true],
  ['blocked content', failed(400, {message: 'filtered', code: 'content_filter'}), 'content-blocked', false],
  [
    'unsupported parameter',
    failed(400, {message: 'Unsupported parameter: x', code: 'unsupported_parameter'}),
    'unsupported',
    false,
  ],
  [
    'a web page with 200',
    page(200, '<!DOCTYPE html><body>Please log in</body>'),
    'bad-response',
    false,
    /a proxy answered: .*Please log in/,
  ],
  [
    'an error document with 200',
    jsonReply({error: {message: 'busy', code: 'server_is_overloaded'}}),
    'overloaded',
    true,
  ],
  ['a document with 200', jsonReply({choices: []}), 'bad-response', false],
  [
    'empty choices',
    sseReply([sseEvent({id: 'x', choices: []}), 'data: [DONE]\n\n']),
    'bad-response',
    true,
    /without any choice/,
  ],
  [
    'an error inside the stream',
    sseReply([chunk, sseEvent({error: {message: 'slow down', code: 'rate_limit_exceeded'}})]),
    'rate-limited',
    true,
  ],
  [
    'an error event',
    sseReply([chunk, sseEvent({message: 'server had an error', type: 'server_error'}, 'error')]),
    'server-error',
    true,
  ],
  ['an event that is no JSON', sseReply(['data: {"cho\n\n', chunk]), 'bad-response', true],
  ['an end without finish_reason', sseReply([chunk]), 'stream-interrupted', true],
  ['an empty stream', sseReply([]), 'stream-interrupted', true],
  ['a destroyed connection', stream([{write: chunk}, {waitMs: 10}, {destroy: true}]), 'stream-interrupted', true],
  [
    'a redirect',
    {status: 307, headers: {location: 'https://example.invalid/v1'}, steps: []},
    'bad-response',
    false,
    /example\.invalid/,
  ],
]

for (const api of ['chat', 'responses']) {
  describe(`openai errors over ${api}`, () => {
    const cases = api === 'chat' ? CASES : CASES.filter(([name]) => !/choices|document with 200/.test(name))
    for (const [name, reply, code, retryable, words] of cases) {
      it(`maps ${name} to ${code}`, () =>
        withServer(
          () => reply,
          async ({url, requests}) => {
            const error = await errorOf(answerOf(url, {settings: {api}}))
            expect(error).to.include({code, retryable})
            expect(requests).to.have.length(1)
            if (words) expect(error.message).to.match(words)
          },
        ))
    }
  })
}

describe('openai errors', () => {
  it('takes the time to wait and the id of the request', async () => {
    const date = new Date(Date.now() + 30_000).toUTCString()
    const forms = [
      [{'retry-after': '7'}, 7000, 7000],
      [{'retry-after-ms': '250'}, 250, 250],
      [{'retry-after': date}, 25_000, 30_000],
    ] as const
    for (const [headers, least, most] of forms) {
      await withServer(
        () => failed(429, {message: 'slow'}, {...headers, 'x-request-id': 'req-1'}),
        async ({url}) => {
          const error = await errorOf(answerOf(url))
          expect(error.retryAfterMs).to.be.within(least, most)
          expect(error).to.include({status: 429, requestId: 'req-1'})
        },
      )
    }
  })

  it('masks a key that the service echoes, also inside a stream', async () => {
    const echoes = (authorization: string): Reply[] => [
      failed(401, `bad ${authorization}`),
      sseReply([sseEvent({error: {message: `${'x'.repeat(190)}${authorization}`}})]),
      sseReply([sseEvent({message: authorization, code: 'server_error'}, 'error')]),
    ]
    for (const place of [0, 1, 2]) {
      await withServer(
        ({headers}) => echoes(headers.authorization ?? '')[place] ?? page(500, ''),
        async ({url}) => {
          const error = await errorOf(answerOf(url))
          expect(JSON.stringify({...error, stack: error.stack, cause: error.cause})).to.not.include(KEY.slice(0, 12))
        },
      )
    }
  })

  it('names host and cause when nothing answers', async () => {
    let url = ''
    await withServer(
      () => page(200, ''),
      async (server) => void (url = server.url),
    )
    const refused = await errorOf(answerOf(url))
    expect(refused).to.include({code: 'network', retryable: true})
    expect(refused.message).to.include(new URL(url).host).and.include('ECONNREFUSED')
    expect(await errorOf(answerOf('http://no-such-host.invalid/v1'))).to.include({code: 'network'})
  })

  it('keeps the innermost cause with its hint, and nothing that holds a key', async () => {
    const refusal = Object.assign(new Error('Offline mode is on'), {code: 'offline', hint: 'Switch it off.'})
    const credential = () => Promise.reject(new Error('wrapped', {cause: refusal}))
    const error = await errorOf(answerOf('http://127.0.0.1:9/v1', {credential}))
    expect(error).to.include({code: 'network', retryable: false, hint: 'Switch it off.', cause: refusal})
    const broken = await errorOf(answerOf('http://127.0.0.1:9/v1'))
    expect(inspect(broken, {depth: 20, showHidden: true})).to.not.include(KEY)
  })

  it('calls a failed handshake a TLS error', () =>
    withServer(
      () => page(200, ''),
      async ({url}) => {
        expect(await errorOf(answerOf(url.replace('http:', 'https:')))).to.include({code: 'tls', retryable: false})
      },
    ))

  it('takes a finished answer from a connection that breaks afterwards', () =>
    withServer(
      () =>
        stream([
          {write: sseEvent({choices: [{delta: {content: 'x'}, finish_reason: 'stop'}]})},
          {waitMs: 10},
          {destroy: true},
        ]),
      async ({url}) => {
        expect((await answerOf(url)).at(-1)).to.include({type: 'response-end', stopReason: 'end-turn'})
      },
    ))
})

describe('openai abort', () => {
  const places: Array<[string, Reply | undefined]> = [
    ['before the headers', undefined],
    ['before the first byte', stream([{stall: true}])],
    ['in a stall of the stream', stream([{write: chunk}, {stall: true}])],
    ['in a stall of an error body', {status: 500, steps: [{write: '{'}, {stall: true}]}],
  ]
  for (const [name, reply] of places) {
    it(`ends within 100 ms ${name}`, () =>
      withServer(
        () => reply ?? new Promise<Reply>(() => {}),
        async ({url, requests}) => {
          const controller = new AbortController()
          const work = errorOf(answerOf(url, {signal: controller.signal}))
          await new Promise((resolve) => setTimeout(resolve, 60))
          const start = performance.now()
          controller.abort()
          expect(await work).to.include({code: 'aborted', retryable: false})
          expect(performance.now() - start).to.be.below(100)
          await requests[0]?.closed
        },
      ))
  }

  it('ends while the credential is being fetched', async () => {
    const controller = new AbortController()
    const work = errorOf(
      answerOf('http://127.0.0.1:9', {signal: controller.signal, credential: () => new Promise(() => {})}),
    )
    setTimeout(() => controller.abort(), 20)
    expect(await work).to.include({code: 'aborted'})
  })

  it('closes the connection when the loop is left', () =>
    withServer(
      () => stream([{write: chunk}, {stall: true}]),
      async ({url, requests}) => {
        for await (const event of createProvider(contextFor(url)).chat(QUESTION, {
          signal: new AbortController().signal,
        })) {
          if (event.type === 'text-delta') break
        }
        expect(requests).to.have.length(1)
        await requests[0]?.closed
      },
    ))

  it('reports every arrival of bytes, comments too', () =>
    withServer(
      () =>
        stream(
          [1, 2, 3]
            .flatMap((): Step[] => [{write: ': ping\n\n'}, {waitMs: 15}])
            .concat({
              write: String(
                openaiChatReply({text: 'x'})
                  .steps.map((step) => ('write' in step ? step.write : ''))
                  .join(''),
              ),
            }),
        ),
      async ({url}) => {
        let arrivals = 0
        const options = {signal: new AbortController().signal, onActivity: () => void arrivals++}
        for await (const event of createProvider(contextFor(url)).chat(QUESTION, options))
          expect(event.type).to.be.a('string')
        expect(arrivals).to.be.at.least(4)
      },
    ))
})
