import {execFile} from 'node:child_process'
import {setTimeout as wait} from 'node:timers/promises'
import {promisify} from 'node:util'
import {expect} from 'chai'
import type {ProviderError} from 'vibe-plugin-api'
import {startScriptedServer, type Step} from 'vibe-plugin-testkit'
import {streamLimits} from '../../../src/providers/stream-limits.ts'
import {type Chat, collect, END, forever, opened, retriesOf, START, textAnswer, textOf} from './stream-support.ts'

const ENDPOINT = 'https://api.example.test/v1'
const patient = {totalMs: 2000}

describe('the timers of a stream', () => {
  it('are longer for the first byte of a local server, and can be set one by one', () => {
    expect(streamLimits(false)).to.deep.equal({
      firstByteMs: 60_000,
      idleMs: 120_000,
      totalMs: 1_800_000,
      maxTextBytes: 67_108_864,
    })
    expect(streamLimits(true)).to.include({firstByteMs: 600_000, idleMs: 120_000})
    expect(streamLimits(true, {firstByteMs: 5})).to.include({firstByteMs: 5, idleMs: 120_000})
  })

  it('end a wait for the first byte, name the timer, its length and the endpoint, and ask a remote service again', async () => {
    const outcome = await collect(opened(silent()), {limits: {...patient, firstByteMs: 50}})
    expect(outcome.error).to.include({
      code: 'timeout',
      retryable: true,
      message: `${ENDPOINT} sent nothing within 0.1 s (first-byte timer).`,
    })
    expect(retriesOf(outcome)).to.have.length(3)
    expect(outcome.ms).to.be.within(190, 1000)
  })

  it('do not make a local server start its slow work anew', async () => {
    const outcome = await collect(opened(silent(), {local: true}), {limits: {...patient, firstByteMs: 50}})
    expect(outcome.error).to.include({code: 'timeout', retryable: false})
    expect(retriesOf(outcome)).to.deep.equal([])
  })

  it('end silence in the middle of an answer, and keep what came', async () => {
    const outcome = await collect(opened(silent(...textAnswer('half').slice(0, 3))), {limits: {...patient, idleMs: 60}})
    expect(outcome.error).to.include({
      code: 'timeout',
      message: `${ENDPOINT} fell silent in the middle of its answer within 0.1 s (idle timer).`,
    })
    expect(textOf(outcome)).to.equal('half')
    expect(outcome.ms).to.be.within(55, 400)
  })

  it('allow the longer of both limits while the prompt is read after the headers', async () => {
    const slow: Chat = async function* (_, {onActivity}) {
      onActivity?.()
      await wait(150)
      yield* textAnswer('ok')
    }
    const outcome = await collect(opened(slow), {limits: {...patient, firstByteMs: 400, idleMs: 60}})
    expect(textOf(outcome)).to.equal('ok')
  })

  it('take bytes without events for activity', async () => {
    const keptAlive: Chat = async function* (_, {onActivity}) {
      for (let ping = 0; ping < 6; ping++) {
        await wait(40)
        onActivity?.()
      }
      yield* textAnswer('ok')
    }
    const outcome = await collect(opened(keptAlive), {limits: {...patient, firstByteMs: 100, idleMs: 100}})
    expect(textOf(outcome)).to.equal('ok')
  })

  it('do not take a slow reader for a slow service', async () => {
    const outcome = {text: ''}
    const {streamChat} = await import('../../../src/providers/stream.ts')
    const call = {
      opened: opened(async function* () {
        yield* textAnswer('ok')
      }),
      request: {model: 'm', messages: []},
      signal: new AbortController().signal,
    }
    for await (const event of streamChat({...call, limits: {firstByteMs: 40, idleMs: 40}})) {
      await wait(90)
      if (event.type === 'text-delta') outcome.text += event.text
    }
    expect(outcome.text).to.equal('ok')
  })

  it('end the whole call, however lively it is', async () => {
    const endless: Chat = async function* () {
      yield START
      yield {type: 'text-start', index: 0}
      for (;;) {
        await wait(5)
        yield {type: 'text-delta', index: 0, text: '.'}
      }
    }
    const outcome = await collect(opened(endless), {limits: {totalMs: 150}})
    expect(outcome.error).to.include({
      code: 'timeout',
      retryable: false,
      message: `${ENDPOINT} did not finish its answer within 0.2 s (total timer).`,
    })
    expect(outcome.ms).to.be.within(140, 500)
  })

  it('abort the signal of the provider, and let no error of the provider hide the reason', async () => {
    let reason: unknown
    const honest: Chat = async function* (_, {signal}) {
      await new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => ((reason = signal.reason), reject(new Error('socket hang up')))),
      )
      yield END
    }
    const {error} = await collect(opened(honest), {limits: {firstByteMs: 30, totalMs: 40}})
    expect(error).to.include({code: 'timeout'})
    expect(reason).to.include({code: 'timeout'})
  })

  it('leave nothing behind that keeps the process alive', async () => {
    const support = new URL('stream-support.ts', import.meta.url)
    const script = `
      const {collect, opened, textAnswer, forever} = await import('${support.href}')
      await collect(opened(async function* () { yield* textAnswer('ok') }))
      const {error} = await collect(opened(async function* (_, {onActivity}) { setTimeout(onActivity, 40); await forever() }), {limits: {firstByteMs: 10, totalMs: 15}})
      console.log(error.code)`
    const {stdout} = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {timeout: 8000})
    expect(stdout).to.equal('timeout\n')
  }).timeout(10_000)

  describe('over a real connection', () => {
    const cases: Array<[string, Step[], string]> = [
      ['stalls before its first byte', [{stall: true}], 'first-byte'],
      ['stalls after some bytes', [{write: 'data: 1\n\n'}, {stall: true}], 'idle'],
    ]
    for (const [name, steps, timer] of cases) {
      it(`end it when the server ${name}`, async () => {
        const server = await startScriptedServer(() => ({steps}))
        const outcome = await collect(opened(readingLines(server.url), {endpoint: server.url, local: true}), {
          limits: {...patient, firstByteMs: 150, idleMs: 80},
        })
        expect((outcome.error as ProviderError).message)
          .to.contain(`${timer} timer`)
          .and.contain(server.url)
        await server.requests[0]?.closed
        await server.close()
      })
    }
  })
})

function silent(...events: unknown[]): Chat {
  return async function* () {
    yield* events
    await forever()
  }
}

/** A small plugin over fetch: each line of the body is a piece of text; headers alone are no activity. */
function readingLines(url: string): Chat {
  return async function* (_, {signal, onActivity}) {
    const response = await fetch(url, {signal})
    yield* [] as unknown[]
    if (!response.body) return
    let open = false
    for await (const chunk of response.body) {
      onActivity?.()
      if (!open) yield* [START, {type: 'text-start', index: 0}]
      open = true
      yield {type: 'text-delta', index: 0, text: new TextDecoder().decode(chunk)}
    }
  }
}
