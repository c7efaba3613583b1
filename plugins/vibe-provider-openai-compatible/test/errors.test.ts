import {expect} from 'chai'
import {inspect} from 'node:util'
import type {ProviderErrorCode} from 'vibe-plugin-api'
import {jsonReply, openaiChatReply, sseEvent, sseReply, type Reply} from 'vibe-plugin-testkit'
import {answerOf, contextFor, errorOf, KEY, withServer} from './helpers.ts'
import {createProvider} from '../src/index.ts'

type Case = [name: string, reply: Reply, code: ProviderErrorCode, retryable: boolean, words?: RegExp]

const failed = (status: number, error: object | string, headers: Record<string, string> = {}): Reply => {
  const reply = jsonReply({error}, status)
  return {...reply, headers: {...reply.headers, ...headers}}
}
const text = (status: number, body: string, type = 'text/html'): Reply => ({
  status,
  headers: {'content-type': type},
  steps: [{write: body}],
})
const chunk = sseEvent({choices: [{index: 0, delta: {content: 'part'}}]})

const CASES: Case[] = [
  [
    '401',
    failed(401, {message: 'Incorrect API key provided', code: 'invalid_api_key'}),
    'auth-invalid',
    false,
    /Incorrect API key/,
  ],
  ['401 with an expired key', failed(401, {message: 'Token expired'}), 'auth-expired', false],
  [
    '400 that means the key',
    failed(400, {message: 'API key not valid. Please pass a valid API key.'}),
    'auth-invalid',
    false,
  ],
  ['403', failed(403, {message: 'Country not supported'}), 'permission-denied', false, /Country/],
  [
    '404 for the model',
    failed(404, {message: 'The model `m` does not exist', code: 'model_not_found'}),
    'model-not-found',
    false,
  ],
  ['404 in words', failed(404, 'model "m" not found, try pulling it first'), 'model-not-found', false, /pulling/],
  ['400 for the model', failed(400, {message: 'm is not a valid model ID'}), 'model-not-found', false],
  [
    '404 of a wrong path',
    text(404, '<html><head><title>404 Not Found</title></head></html>'),
    'invalid-request',
    false,
    /404 Not Found/,
  ],
  ['400', failed(400, {message: 'messages must not be empty'}), 'invalid-request', false],
  [
    '422 with a detail list',
    jsonReply({detail: [{msg: 'field required'}]}, 422),
    'invalid-request',
    false,
    /field required/,
  ],
  ['400 overflow by code', failed(400, {message: 'no', code: 'context_length_exceeded'}), 'context-overflow', false],
  ['400 overflow by type', failed(400, {message: 'no', type: 'exceed_context_size_error'}), 'context-overflow', false],
  [
    '400 overflow in words',
    failed(400, {message: "This model's maximum context length is 8192 tokens."}),
    'context-overflow',
    false,
  ],
  ['413', text(413, 'Request Entity Too Large', 'text/plain'), 'context-overflow', false],
  ['429', failed(429, {message: 'Too many tokens per minute'}), 'rate-limited', true],
  [
    '429 without quota',
    failed(429, {message: 'You exceeded your current quota', code: 'insufficient_quota'}),
    'quota-exhausted',
    false,
  ],
  ['402', failed(402, {message: 'Insufficient Balance'}), 'quota-exhausted', false],
  ['500', failed(500, {message: 'boom'}), 'server-error', true],
  ['502 page', text(502, '<html><title>502 Bad Gateway</title></html>'), 'server-error', true, /Bad Gateway/],
  ['503', failed(503, {message: 'Loading model'}), 'overloaded', true],
  ['529', text(529, '', 'text/plain'), 'overloaded', true],
  [
    'blocked content',
    failed(400, {message: 'The response was filtered', code: 'content_filter'}),
    'content-blocked',
    false,
  ],
  [
    'unsupported parameter',
    failed(400, {message: 'Unsupported parameter: x', code: 'unsupported_parameter'}),
    'unsupported',
    false,
  ],
  [
    'a web page with 200',
    text(200, '<!DOCTYPE html>\n<html><body>Please \u0007log in</body></html>'),
    'bad-response',
    false,
    /a proxy answered: .*Please log in/,
  ],
  ['a wrong content type', text(200, 'PNG\u0000 not for you', 'image/png'), 'bad-response', false, /not for you/],
  ['an empty body', text(200, '', 'text/event-stream'), 'bad-response', true, /empty answer/],
  ['a document that is no JSON', text(200, '{"choices": [', 'application/json'), 'bad-response', false],
  [
    'empty choices',
    sseReply([sseEvent({id: 'x', choices: []}), 'data: [DONE]\n\n']),
    'bad-response',
    true,
    /without any choice/,
  ],
  ['empty choices in a document', jsonReply({choices: []}), 'bad-response', true],
  [
    'an error document with 200',
    jsonReply({error: {message: 'Upstream is overloaded', code: 529}}),
    'overloaded',
    true,
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
  ['an error event that is no JSON', sseReply([chunk, 'event: error\ndata: gone\n\n']), 'server-error', true, /gone/],
  ['an event that is no JSON', sseReply(['data: {"cho\n\n', chunk]), 'bad-response', true],
  ['an end without finish_reason', sseReply([chunk]), 'stream-interrupted', true],
  [
    'a destroyed connection',
    {headers: {'content-type': 'text/event-stream'}, steps: [{write: chunk}, {waitMs: 10}, {destroy: true}]},
    'stream-interrupted',
    true,
  ],
  [
    'a redirect to another origin',
    {status: 307, headers: {location: 'https://example.invalid/v1'}, steps: []},
    'bad-response',
    false,
    /example\.invalid/,
  ],
]

describe('openai-compatible errors', () => {
  for (const [name, reply, code, retryable, words] of CASES) {
    it(`maps ${name} to ${code}`, () =>
      withServer(
        () => reply,
        async ({url, requests}) => {
          const error = await errorOf(answerOf(url))
          expect(error).to.include({code, retryable})
          expect(requests).to.have.length(1)
          if (words) expect(error.message).to.match(words)
        },
      ))
  }

  it('takes the time to wait from each form of header', async () => {
    const date = new Date(Date.now() + 30_000).toUTCString()
    const forms: Array<[Record<string, string>, number, number]> = [
      [{'retry-after': '7'}, 7000, 7000],
      [{'retry-after-ms': '250', 'retry-after': '9'}, 250, 250],
      [{'retry-after': date}, 25_000, 30_000],
    ]
    for (const [headers, least, most] of forms) {
      await withServer(
        () => failed(429, {message: 'slow'}, {...headers, 'x-request-id': 'req-1'}),
        async ({url}) => {
          const error = await errorOf(answerOf(url))
          expect(error.retryAfterMs).to.be.within(least, most)
          expect(error).to.include({status: 429, requestId: 'req-1', code: 'rate-limited'})
        },
      )
    }
  })

  it('asks for a key when none was sent', () =>
    withServer(
      () => failed(401, {message: 'who?'}),
      async ({url}) => {
        expect(await errorOf(answerOf(url, {key: null}))).to.include({code: 'auth-missing'})
      },
    ))

  it('masks a key that the service echoes', () =>
    withServer(
      ({headers}) => failed(401, `bad ${headers.authorization} and ${headers['x-secret']}`),
      async ({url}) => {
        const error = await errorOf(answerOf(url, {headers: {'x-secret': 'very-hidden-value-9876'}}))
        expect(error.message).to.include('****cdef').and.include('****9876')
        expect(JSON.stringify({...error, stack: error.stack}))
          .to.not.include(KEY)
          .and.not.include('very-hidden')
      },
    ))

  it('masks a key that the cut of a long message would halve', async () => {
    for (let filler = 180; filler < 200; filler++) {
      const words = `${'x'.repeat(filler)}${KEY}`
      for (const reply of [
        failed(500, words),
        jsonReply({error: {message: words}}),
        text(200, `<p>${words}`),
        sseReply([`event: error\ndata: ${words}\n\n`]),
      ]) {
        await withServer(
          () => reply,
          async ({url}) => {
            expect((await errorOf(answerOf(url))).message).to.not.include('sk-t')
          },
        )
      }
    }
  })

  it('follows a redirect within the origin and keeps the method', () =>
    withServer(
      ({path}) =>
        path === '/moved' ? openaiChatReply({text: 'here'}) : {status: 307, headers: {location: '/moved'}, steps: []},
      async ({url, requests}) => {
        await answerOf(url)
        expect(requests.map(({method, path}) => `${method} ${path}`)).to.deep.equal([
          'POST /chat/completions',
          'POST /moved',
        ])
      },
    ))

  it('sends no request at all to the target of a redirect to another origin', () =>
    withServer(
      () => openaiChatReply({text: 'caught'}),
      async (thief) => {
        const location = `${thief.url.replace('127.0.0.1', 'localhost')}/steal`
        await withServer(
          () => ({status: 302, headers: {location}, steps: []}),
          async ({url}) => {
            expect(await errorOf(answerOf(url))).to.include({code: 'bad-response'})
            expect(await errorOf(answerOf(url, {authHeader: {name: 'x-api-key', scheme: 'none'}}))).to.include({
              code: 'bad-response',
            })
          },
        )
        expect(thief.requests).to.have.length(0)
      },
    ))

  it('names host and cause when nothing answers', async () => {
    let url = ''
    await withServer(
      () => ({steps: []}),
      async (server) => void (url = server.url),
    )
    const refused = await errorOf(answerOf(url))
    expect(refused).to.include({code: 'network', retryable: true})
    expect(refused.message).to.include(new URL(url).host).and.include('ECONNREFUSED')
    const unknown = await errorOf(answerOf('http://no-such-host.invalid/v1'))
    expect(unknown.code).to.equal('network')
    expect(unknown.message).to.include('no-such-host.invalid')
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
      () => ({steps: []}),
      async ({url}) => {
        const error = await errorOf(answerOf(url.replace('http:', 'https:')))
        expect(error).to.include({code: 'tls', retryable: false})
      },
    ))

  it('caps a line without an end', () => {
    const flood = {
      headers: {'content-type': 'text/event-stream'},
      steps: [{write: 'data: "'}, ...Array.from({length: 9}, () => ({write: 'x'.repeat(1024 * 1024)}))],
    }
    return withServer(
      () => flood,
      async ({url}) => {
        const error = await errorOf(answerOf(url))
        expect(error.code).to.equal('bad-response')
        expect(error.message).to.include('8 MiB')
      },
    )
  })

  it('lets an error of the credential pass with its own code', async () => {
    const credential = async () => {
      throw new Error('the keychain is locked')
    }
    const error = await errorOf(
      answerOf('http://127.0.0.1:9/v1', {...contextFor(''), endpoint: 'http://127.0.0.1:9/v1', credential}),
    )
    expect(error.message).to.include('the keychain is locked')
    expect(createProvider(contextFor('http://127.0.0.1:9')).id).to.equal('openai-compatible')
  })
})
