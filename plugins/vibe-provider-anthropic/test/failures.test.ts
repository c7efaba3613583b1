import {createServer} from 'node:net'
import {expect} from 'chai'
import {isProviderError, type ChatEvent, type ProviderErrorCode} from 'vibe-plugin-api'
import {anthropicReply, jsonReply, type Reply} from 'vibe-plugin-testkit'
import {KEY, ask, collect, events, failure, providerAt, streamOf, withServer} from './support.ts'

const errorBody = (type: string, message: string) => ({type: 'error', error: {type, message}, request_id: 'req_body'})
const refuse = (status: number, [type, message]: [string, string], headers: Record<string, string> = {}): Reply => ({
  ...jsonReply(errorBody(type, message), status),
  headers: {'content-type': 'application/json', 'request-id': 'req_7', ...headers},
})
const failWith = (reply: Reply) => withServer(reply, async (server) => failure(collect(await providerAt(server.url))))
const start = {type: 'message_start', message: {id: 'm'}}
const text = [
  {type: 'content_block_start', index: 0, content_block: {type: 'text', text: ''}},
  {type: 'content_block_delta', index: 0, delta: {type: 'text_delta', text: 'so far'}},
]

describe('vibe-provider-anthropic: a failure', () => {
  const printed: unknown[][] = []
  const original = {error: console.error, warn: console.warn, log: console.log, info: console.info}
  before(() => {
    for (const name of Object.keys(original) as Array<keyof typeof original>) {
      console[name] = (...words: unknown[]) => void printed.push(words)
    }
  })
  after(() => {
    Object.assign(console, original)
    expect(printed, 'nothing may be printed').to.deep.equal([])
  })

  const table: Array<[number, string, string, ProviderErrorCode, boolean]> = [
    [400, 'invalid_request_error', 'messages: at least one message is required', 'invalid-request', false],
    [400, 'invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum', 'context-overflow', false],
    [400, 'invalid_request_error', 'Your credit balance is too low to access the API', 'quota-exhausted', false],
    [400, 'invalid_request_error', 'Output blocked by content filtering policy', 'content-blocked', false],
    [401, 'authentication_error', 'invalid x-api-key', 'auth-invalid', false],
    [402, 'billing_error', 'payment required', 'quota-exhausted', false],
    [403, 'permission_error', 'not allowed', 'permission-denied', false],
    [404, 'not_found_error', 'model: nope', 'model-not-found', false],
    [413, 'request_too_large', 'Request exceeds the maximum size', 'context-overflow', false],
    [429, 'rate_limit_error', 'This request would exceed the input tokens per minute limit', 'rate-limited', true],
    [500, 'api_error', 'Internal server error', 'server-error', true],
    [504, 'timeout_error', 'timed out', 'timeout', true],
    [529, 'overloaded_error', 'Overloaded', 'overloaded', true],
  ]
  for (const [status, type, words, code, retryable] of table) {
    it(`maps ${status} ${type} "${words.slice(0, 30)}" to ${code}`, async () => {
      const error = await failWith(refuse(status, [type, words]))
      expect(error).to.include({code, retryable, status, requestId: 'req_7'})
      expect(error.message)
        .to.include(words)
        .and.match(new RegExp(`^127\\.0\\.0\\.1:\\d+ answered ${status}: `))
    })
  }

  it('sends one request only, whatever the answer', async () => {
    await withServer(refuse(529, ['overloaded_error', 'x'], {'x-should-retry': 'true'}), async (server) => {
      await failure(collect(await providerAt(server.url)))
      expect(server.requests).to.have.length(1)
    })
  })

  it('reads how long to wait, in milliseconds, seconds and as a date', async () => {
    expect((await failWith(refuse(429, ['rate_limit_error', 'x'], {'retry-after': '7'}))).retryAfterMs).to.equal(7000)
    expect(
      (await failWith(refuse(429, ['rate_limit_error', 'x'], {'retry-after-ms': '150', 'retry-after': '7'})))
        .retryAfterMs,
    ).to.equal(150)
    const date = new Date(Date.now() + 30_000).toUTCString()
    expect((await failWith(refuse(429, ['rate_limit_error', 'x'], {'retry-after': date}))).retryAfterMs).to.be.within(
      25_000,
      31_000,
    )
    expect((await failWith(refuse(429, ['rate_limit_error', 'x']))).retryAfterMs).to.equal(undefined)
    expect((await failWith(refuse(500, ['api_error', 'x'], {'x-should-retry': 'false'}))).retryable).to.equal(false)
  })

  it('makes one line of an error page, and goes by its status', async () => {
    const page = (status: number): Reply => ({
      status,
      headers: {'content-type': 'text/html'},
      steps: [{write: '<html><head><style>b {}</style></head><body><h1>Bad\n Gateway</h1><hr>nginx</body></html>'}],
    })
    const error = await failWith(page(502))
    expect(error).to.include({code: 'server-error', retryable: true, status: 502})
    expect(error.message).to.match(/answered 502: Bad Gateway nginx$/)
    expect(await failWith(page(503))).to.include({code: 'overloaded', retryable: true})
    expect(await failWith({...page(200)})).to.include({code: 'bad-response', retryable: false})
    expect((await failWith(page(200))).message).to.include('an HTML page instead of an event stream')
    expect((await failWith({...page(500), steps: []})).message).to.match(/answered 500: /)
    expect((await failWith(jsonReply({type: 'message', content: []}))).code).to.equal('bad-response')
  })

  it('follows no redirect, so that the key stays where it belongs', async () => {
    await withServer(anthropicReply({text: 'x'}), async (elsewhere) => {
      const error = await failWith({status: 307, headers: {location: `${elsewhere.url}/v1/messages`}, steps: []})
      expect(error).to.include({code: 'bad-response', retryable: false, status: 307})
      expect(error.message).to.include(`redirects to ${elsewhere.url}`)
      expect(elsewhere.requests).to.have.length(0)
    })
  })

  it('tells a missing key from a wrong one', async () => {
    await withServer(refuse(401, ['authentication_error', 'x-api-key header is required']), async (server) => {
      const error = await failure(collect(await providerAt(server.url, {credential: async () => ({kind: 'none'})})))
      expect(error.code).to.equal('auth-missing')
      expect(error.hint).to.equal('Give a key with: vibe provider:update test --key-stdin')
    })
  })

  it('never shows the key', async () => {
    const echo = `Incorrect key ${KEY} given`
    for (const reply of [
      refuse(401, ['authentication_error', echo]),
      streamOf(events(start), events({type: 'error', error: {type: 'api_error', message: echo}})),
    ]) {
      const error = await failWith(reply)
      const all = `${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)} ${JSON.stringify(error.cause)}`
      expect(all).to.not.include(KEY)
      expect(error.message).to.include('…abcd')
    }
    const broken = 'sk-ant\nX-Evil: 1'
    const error = await failure(
      collect(await providerAt('http://127.0.0.1:9', {credential: async () => ({kind: 'api-key', value: broken})})),
    )
    expect(error.code).to.equal('auth-invalid')
    expect(`${error.message} ${error.stack} ${String(error.cause)}`).to.not.include('X-Evil')
  })

  it('reports an error event in the middle', async () => {
    const overloaded = {type: 'error', error: {type: 'overloaded_error', message: 'Overloaded'}}
    const error = await failWith(streamOf(events(start, ...text), events(overloaded)))
    expect(error).to.include({code: 'overloaded', retryable: true, requestId: 'req_1'})
    expect(error.message).to.include('broke off its answer: Overloaded')
    expect((await failWith(streamOf('event: error\ndata: not json\n\n'))).code).to.equal('server-error')
  })

  it('reports a stream that ends early, is cut, or holds no JSON', async () => {
    expect(await failWith(streamOf(events(start, ...text)))).to.include({code: 'stream-interrupted', retryable: true})
    expect(await failWith(streamOf())).to.include({code: 'stream-interrupted', retryable: true})
    expect(
      await failWith(streamOf(`${events(start, ...text)}event: content_block_delta\ndata: {"type":"cont`)),
    ).to.include({code: 'stream-interrupted'})
    const cut: Reply = {...streamOf(), steps: [{write: events(start, ...text)}, {waitMs: 20}, {destroy: true}]}
    expect(await failWith(cut)).to.include({code: 'stream-interrupted', retryable: true})
    const broken = await failWith(streamOf(events(start, 'event: content_block_delta\ndata: {"type": oops\n\n')))
    expect(broken).to.include({code: 'bad-response', retryable: true})
    const orphan = events(start, {
      type: 'content_block_delta',
      index: 0,
      delta: {type: 'input_json_delta', partial_json: '{'},
    })
    expect(await failWith(streamOf(orphan))).to.include({code: 'bad-response'})
    const before = await failWith({...streamOf(), steps: [{destroy: true}]})
    expect(before.retryable).to.equal(true)
  })

  it('reports a service that is not there', async () => {
    const free = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => free.once('listening', resolve))
    const {port} = free.address() as {port: number}
    await new Promise((resolve) => free.close(resolve))
    const refused = await failure(collect(await providerAt(`http://127.0.0.1:${port}`)))
    expect(refused).to.include({code: 'network', retryable: true})
    expect(refused.message).to.include('ECONNREFUSED')
    expect((await failure(collect(await providerAt('http://nowhere.invalid')))).code).to.equal('network')
    await withServer(anthropicReply({}), async (server) => {
      const plain = await failure(collect(await providerAt(server.url.replace('http:', 'https:'))))
      expect(['tls', 'network']).to.include(plain.code)
    })
    const certificate = Object.assign(new Error('self-signed certificate'), {code: 'DEPTH_ZERO_SELF_SIGNED_CERT'})
    const untrusted = await providerAt('https://gateway.test', {
      fetch: () => Promise.reject(new TypeError('fetch failed', {cause: certificate})),
    })
    expect(await failure(collect(untrusted))).to.include({code: 'tls', retryable: false})
  })

  const stalls: Array<[string, Reply]> = [
    ['before the first event', {...streamOf(), steps: [{stall: true}]}],
    ['in the middle', {...streamOf(), steps: [{write: events(start, ...text)}, {stall: true}]}],
    ['inside an error page', {status: 500, steps: [{write: 'x'}, {stall: true}]}],
  ]
  for (const [when, reply] of stalls) {
    it(`stops within 100 ms when it stalls ${when}, and closes the connection`, async () => {
      await withServer(reply, async (server) => {
        const control = new AbortController()
        const running = failure(collect(await providerAt(server.url), ask, {signal: control.signal}))
        while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
        await new Promise((resolve) => setTimeout(resolve, 50))
        const began = performance.now()
        control.abort()
        expect((await running).code).to.equal('aborted')
        expect(performance.now() - began).to.be.lessThan(100)
        await server.requests[0]?.closed
      })
    })
  }

  it('stops before the headers, while the key is being looked for, and before it starts', async () => {
    await withServer(
      () => new Promise<Reply>(() => undefined),
      async (server) => {
        expect(
          (await failure(collect(await providerAt(server.url), ask, {signal: AbortSignal.timeout(60)}))).code,
        ).to.equal('aborted')
      },
    )
    const asking = await providerAt('http://127.0.0.1:9', {credential: () => new Promise(() => undefined)})
    expect((await failure(collect(asking, ask, {signal: AbortSignal.timeout(30)}))).code).to.equal('aborted')
    expect((await failure(collect(asking, ask, {signal: AbortSignal.abort()}))).code).to.equal('aborted')
  })

  it('closes the connection when the reader leaves early', async () => {
    const reply: Reply = {...streamOf(), steps: [{write: events(start, ...text)}, {stall: true}]}
    await withServer(reply, async (server) => {
      const seen: ChatEvent['type'][] = []
      for await (const {type} of (await providerAt(server.url)).chat(ask, {signal: AbortSignal.timeout(5000)})) {
        seen.push(type)
        if (type === 'text-delta') break
      }
      expect(seen).to.deep.equal(['response-start', 'text-start', 'text-delta'])
      await server.requests[0]?.closed
    })
  })

  it('passes on what the credential says', async () => {
    const {ProviderError} = await import('vibe-plugin-api')
    const refusal = new ProviderError({code: 'auth-missing', message: 'no key', retryable: false})
    const target = await providerAt('http://127.0.0.1:9', {credential: () => Promise.reject(refusal)})
    const error = await failure(collect(target))
    expect(isProviderError(error) && error.message).to.equal('no key')
  })
})
