/** @import {ChatEvent, ProviderContext} from 'vibe-plugin-api' */
/** @import {Answer, Reply} from 'vibe-plugin-testkit' */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {grammarViolations, jsonReply, openaiChatReply, sseEvent, startScriptedServer} from 'vibe-plugin-testkit'
import {createProvider} from '../src/index.js'

const KEY = 'a-key-of-the-test'
const REQUEST = {
  model: 'm',
  messages: [{role: /** @type {const} */ ('user'), content: [{type: /** @type {const} */ ('text'), text: 'hi'}]}],
}

/**
 * A provider that talks to a server which answers as it is told.
 * @param {Answer} answer
 */
async function start(answer) {
  const server = await startScriptedServer(answer)
  /** @type {ProviderContext} */
  const context = {
    apiVersion: 1,
    instanceId: 'test',
    providerId: 'test',
    quirks: [],
    settings: {},
    endpoint: server.url,
    credential: async () => ({kind: 'api-key', value: KEY}),
    fetch,
    userAgent: 'test',
    debug: () => {},
  }
  return {server, provider: createProvider(context)}
}

/**
 * The events of one answer, and the error it ended with.
 * @param {Reply} reply
 * @param {AbortSignal} [signal]
 */
async function ask(reply, signal = AbortSignal.timeout(5000)) {
  const {server, provider} = await start(() => reply)
  /** @type {ChatEvent[]} */
  const events = []
  let error
  try {
    for await (const event of provider.chat(REQUEST, {signal})) events.push(event)
  } catch (thrown) {
    error = /** @type {import('vibe-plugin-api').ProviderError} */ (thrown)
  }
  await server.close()
  return {events, error, requests: server.requests}
}

/** @param {ChatEvent[]} events */
const textOf = (events) => events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('')

test('streams a text with its usage, and sends the key', async () => {
  const {events, requests} = await ask(openaiChatReply({text: 'Grüße 🌍', usage: {input: 3, output: 2}}))
  assert.deepEqual(grammarViolations(events), [])
  assert.equal(textOf(events), 'Grüße 🌍')
  const end = events.at(-1)
  assert.deepEqual(end?.type === 'response-end' && [end.stopReason, end.usage], ['end-turn', {input: 3, output: 2}])
  assert.equal(requests[0]?.headers['authorization'], `Bearer ${KEY}`)
})

test('reads a stream that is torn into single bytes and has CRLF', async () => {
  const whole = openaiChatReply({text: 'Grüße 🌍'})
    .steps.map((step) => ('write' in step ? step.write : ''))
    .join('')
  const bytes = Buffer.from(whole.replaceAll('\n', '\r\n'))
  const steps = [...bytes].map((byte) => ({write: Uint8Array.of(byte)}))
  const {events, error} = await ask({headers: {'content-type': 'text/event-stream'}, steps})
  assert.equal(error, undefined)
  assert.equal(textOf(events), 'Grüße 🌍')
})

test('gives a tool call its input only when its JSON came whole', async () => {
  const call = {id: 'call_1', name: 'read', input: {path: 'a.txt'}}
  const {events} = await ask(openaiChatReply({toolCalls: [call]}))
  assert.deepEqual(grammarViolations(events), [])
  const end = events.find((event) => event.type === 'tool-call-end')
  assert.deepEqual(end?.input, {path: 'a.txt'})
  const torn = {
    choices: [
      {
        delta: {tool_calls: [{index: 0, id: 'c', function: {name: 'read', arguments: '{"pa'}}]},
        finish_reason: 'length',
      },
    ],
  }
  const cut = await ask({headers: {'content-type': 'text/event-stream'}, steps: [{write: sseEvent(torn)}]})
  assert.deepEqual(grammarViolations(cut.events), [])
  assert.equal(cut.events.find((event) => event.type === 'tool-call-end')?.input, undefined)
})

test('names what went wrong', async () => {
  const refused = await ask({status: 401, steps: [{write: JSON.stringify({error: {message: `Bad key ${KEY}`}})}]})
  assert.equal(refused.error?.code, 'auth-invalid')
  assert.ok(!refused.error?.message.includes(KEY))
  const busy = await ask({status: 429, headers: {'retry-after': '2'}, steps: []})
  assert.deepEqual([busy.error?.code, busy.error?.retryable, busy.error?.retryAfterMs], ['rate-limited', true, 2000])
  const page = await ask({headers: {'content-type': 'text/html'}, steps: [{write: '<html>Sign in</html>'}]})
  assert.equal(page.error?.code, 'bad-response')
  const cut = await ask({
    headers: {'content-type': 'text/event-stream'},
    steps: [{write: sseEvent({choices: [{delta: {content: 'Ha'}}]})}],
  })
  assert.equal(cut.error?.code, 'stream-interrupted')
  const gone = await ask({headers: {'content-type': 'text/event-stream'}, steps: [{write: 'data: '}, {destroy: true}]})
  assert.equal(gone.error?.code, 'stream-interrupted')
})

test('stops at once', async () => {
  const reply = {headers: {'content-type': 'text/event-stream'}, steps: [{stall: /** @type {const} */ (true)}]}
  const {error} = await ask(reply, AbortSignal.timeout(100))
  assert.equal(error?.code, 'aborted')
  const never = await ask(reply, AbortSignal.abort())
  assert.deepEqual([never.error?.code, never.requests.length], ['aborted', 0])
})

test('lists models and reports a refused key', async () => {
  const {server, provider} = await start(() => jsonReply({data: [{id: 'one'}, {id: 'two'}]}))
  const models = await provider.listModels?.({signal: AbortSignal.timeout(5000)})
  assert.deepEqual(
    models?.map(({id}) => id),
    ['one', 'two'],
  )
  await server.close()
  const closed = await provider.validateConnection({signal: AbortSignal.timeout(5000)})
  assert.equal(closed.ok === false && closed.error.code, 'network')
})
