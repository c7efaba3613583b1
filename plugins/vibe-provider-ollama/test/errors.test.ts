import {expect} from 'chai'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {createServer} from 'node:net'
import type {AddressInfo} from 'node:net'
import {jsonReply, ollamaReply, type Reply} from 'vibe-plugin-testkit'
import {createProvider} from '../src/index.ts'
import {answerOf, collect, contextFor, DONE, errorOf, ndjson, QUESTION, say, withServer} from './helpers.ts'

/** A port on which nothing listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

const statusOf = (status: number, error: unknown) => jsonReply({error}, status)
const page = (status: number, text: string): Reply => ({
  status,
  headers: {'content-type': 'text/html'},
  steps: [{write: text}],
})

describe('ollama errors', () => {
  const cases: Array<[string, Reply, object, RegExp?]> = [
    [
      'a missing model',
      statusOf(404, "model 'm' not found"),
      {code: 'model-not-found', retryable: false, status: 404, hint: 'vibe model:pull m   or: ollama pull m'},
      /model 'm' not found/,
    ],
    [
      'a missing model in old words',
      statusOf(404, "model 'm' not found, try pulling it first"),
      {code: 'model-not-found'},
    ],
    ['a path that does not exist', page(404, '404 page not found'), {code: 'bad-response', retryable: false}, /404/],
    [
      'a model without tools',
      statusOf(400, 'registry/m does not support tools'),
      {code: 'unsupported', retryable: false},
    ],
    ['a model without thinking', statusOf(400, '"m" does not support thinking'), {code: 'unsupported'}],
    [
      'a 404 in other words',
      statusOf(404, 'gone'),
      {code: 'model-not-found', hint: 'vibe model:pull m   or: ollama pull m'},
    ],
    ['a bad request', statusOf(400, 'invalid options'), {code: 'invalid-request', retryable: false}, /invalid options/],
    [
      'a long prompt',
      statusOf(400, 'the prompt is longer than the context length currently available to the model'),
      {code: 'context-overflow', retryable: false},
    ],
    [
      'too little memory',
      statusOf(500, 'model requires more system memory (9.1 GiB) than is available (4.0 GiB)'),
      {code: 'server-error', retryable: false, status: 500},
      /9\.1 GiB/,
    ],
    [
      'a full queue',
      statusOf(503, 'server busy, please try again. maximum pending requests exceeded'),
      {code: 'overloaded', retryable: true},
    ],
    ['a crash', statusOf(500, 'llama runner process has terminated'), {code: 'server-error', retryable: true}],
    ['a refused key', statusOf(401, 'unauthorized'), {code: 'auth-invalid', retryable: false}],
    ['a limit', statusOf(429, 'too many requests'), {code: 'rate-limited', retryable: true}],
    ['a page of a proxy', page(502, '<html><h1>Bad\ngateway</h1>'), {code: 'server-error', status: 502}, /Bad gateway/],
    ['an empty error', {status: 500, steps: []}, {code: 'server-error', retryable: true}],
    ['a page that claims to be fine', page(200, '<html>login'), {code: 'bad-response'}, /not Ollama's/],
    ['a redirect', {status: 302, headers: {location: 'http://127.0.0.1:1/'}, steps: []}, {code: 'bad-response'}],
    [
      'an error in the stream',
      ndjson([say('x'), {error: 'model runner has unexpectedly stopped'}]),
      {code: 'server-error', retryable: true},
      /unexpectedly stopped/,
    ],
    ['an error as an object', ndjson([{error: {message: 'oops', type: 'api_error'}}]), {code: 'server-error'}, /oops/],
    ['an error with a status', ndjson([{error: 'x', status_code: 429}]), {code: 'rate-limited', status: 429}],
    ['an answer without its end', ndjson([say('half')]), {code: 'stream-interrupted', retryable: true}],
    [
      'a line that was cut',
      {steps: [...ndjson([say('half')]).steps, {write: '{"done": tr'}]},
      {code: 'stream-interrupted', retryable: true},
    ],
    ['an empty answer', {steps: []}, {code: 'stream-interrupted', retryable: true}],
    [
      'a broken connection',
      {steps: [...ndjson([say('x')]).steps, {waitMs: 20}, {destroy: true}]},
      {code: 'stream-interrupted'},
    ],
    ['a line that is no JSON', ndjson([say('x'), 'garbage', DONE]), {code: 'bad-response', retryable: true}, /garbage/],
    ['a line that is no object', ndjson(['[1]', DONE]), {code: 'bad-response'}],
  ]
  for (const [name, reply, expected, words] of cases) {
    it(`tells ${name}`, () =>
      withServer(
        () => reply,
        async ({url}) => {
          const error = await errorOf(answerOf(url))
          expect(error).to.include(expected)
          if (words) expect(error.message).to.match(words)
        },
      ))
  }

  it('keeps the wait that a busy server names', async () => {
    for (const [status, code] of [
      [429, 'rate-limited'],
      [503, 'overloaded'],
    ] as const) {
      await withServer(
        () => ({...statusOf(status, 'later'), headers: {'retry-after': '7'}}),
        async ({url}) => {
          expect(await errorOf(answerOf(url))).to.include({code, retryAfterMs: 7000, retryable: true})
        },
      )
    }
  })

  it('says how to start Ollama where nothing listens', async () => {
    const error = await errorOf(answerOf(`http://127.0.0.1:${await freePort()}`))
    expect(error).to.include({code: 'network', retryable: true, hint: 'Start Ollama: ollama serve'})
    expect(error.message).to.contain('ECONNREFUSED')
  })

  it('never shows the key, also when the server does', () =>
    withServer(
      ({headers}) => statusOf(401, `bad ${headers['authorization']}`),
      async ({url}) => {
        const error = await errorOf(answerOf(url, {key: 'secret-0123456789'}))
        expect(error.message).to.contain('****').and.not.contain('0123456789')
        expect(JSON.stringify(error)).to.not.contain('0123456789')
      },
    ))

  it('tells a missing model also when it must look it up first', () =>
    withServer(
      () => statusOf(404, "model 'm' not found"),
      async ({url, requests}) => {
        expect(await errorOf(answerOf(url, {request: {reasoning: 'high'}}))).to.include({code: 'model-not-found'})
        expect(requests.map(({path}) => path)).to.deep.equal(['/api/show', '/api/chat'])
      },
    ))

  it('remembers nothing of a call that failed', () =>
    withServer(
      (_request, index) => (index === 0 ? statusOf(500, 'no') : ollamaReply({text: 'ok'})),
      async ({url}) => {
        const provider = createProvider(contextFor(url))
        const ask = () => collect(provider, QUESTION)
        expect(await errorOf(ask())).to.include({code: 'server-error'})
        expect((await ask()).at(-1)?.type).to.equal('response-end')
      },
    ))

  it('uses no proxy, whatever Node was told', () =>
    withServer(
      () => jsonReply({version: '0.9.9'}),
      async ({url}) => {
        const proxy = `http://127.0.0.1:${await freePort()}`
        const script = `
          const {createProvider} = await import(process.argv[1])
          const context = {endpoint: process.argv[2], settings: {}, providerId: 'ollama', userAgent: 'x', debug() {}, credential: async () => ({kind: 'none'})}
          const report = await createProvider(context).validateConnection({signal: AbortSignal.timeout(5000)})
          console.log(JSON.stringify(report))`
        const entry = new URL('../src/index.ts', import.meta.url).href
        const child = spawn(process.execPath, ['--input-type=module', '-e', script, entry, url], {
          env: {
            ...process.env,
            NODE_USE_ENV_PROXY: '1',
            HTTP_PROXY: proxy,
            http_proxy: proxy,
            NO_PROXY: '',
            no_proxy: '',
          },
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        let output = ''
        for await (const chunk of child.stdout) output += String(chunk)
        expect(JSON.parse(output)).to.include({ok: true})
      },
    ))
})
