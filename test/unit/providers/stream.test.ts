import {expect} from 'chai'
import {ProviderError} from 'vibe-plugin-api'
import {grammarViolations} from 'vibe-plugin-testkit'
import type {ChatEvent} from 'vibe-plugin-api'
import {offlineError} from '../../../src/net/offline-error.ts'
import {
  collect,
  END,
  forever,
  opened,
  retriesOf,
  START,
  textAnswer,
  textOf,
  unhandledDuring,
  untilAborted,
  yielding,
} from './stream-support.ts'

const rateLimited = (retryAfterMs?: number) =>
  new ProviderError({
    code: 'rate-limited',
    message: 'Too many requests.',
    retryable: true,
    ...(retryAfterMs === undefined ? {} : {retryAfterMs}),
  })

describe('streamChat', () => {
  it('passes a whole answer on, with the headers of the instance, and makes exactly one call', async () => {
    const calls: unknown[] = []
    const provider = opened((_, options) => (calls.push(options.headers), yielding(...textAnswer('hi'))), {
      headers: {'x-team': 'a'},
    })
    const {events, error} = await collect(provider)
    expect(error).to.equal(undefined)
    expect(events).to.deep.equal(textAnswer('hi'))
    expect(calls).to.deep.equal([{'x-team': 'a'}])
  })

  it('ends with the terminal event: later events and a connection left open change nothing', async () => {
    let closed = false
    const provider = opened(async function* () {
      try {
        yield* textAnswer('hi')
        yield {type: 'text-start', index: 9}
        await forever()
      } finally {
        closed = true
      }
    })
    const {events, error, ms} = await collect(provider)
    expect(error).to.equal(undefined)
    expect(grammarViolations(events as ChatEvent[])).to.deep.equal([])
    expect(closed).to.equal(true)
    expect(ms).to.be.below(100)
  })

  it('calls an answer without a terminal event interrupted and keeps what came', async () => {
    const outcome = await collect(opened(() => yielding(...textAnswer('half').slice(0, 3))))
    expect(outcome.error).to.include({code: 'stream-interrupted', retryable: true})
    expect(textOf(outcome)).to.equal('half')
  })

  for (const [name, thrown] of [
    ['an Error', new TypeError('boom')],
    ['a string', 'boom'],
    ['nothing', undefined],
    ['an object without text', Object.create(null)],
  ] as const) {
    it(`wraps ${name} that a plugin throws, names the plugin and keeps the cause`, async () => {
      const {error} = await collect(
        opened(() => ({[Symbol.asyncIterator]: () => ({next: () => Promise.reject(thrown)})})),
      )
      expect(error).to.be.instanceOf(ProviderError)
      expect(error).to.include({code: 'unknown', retryable: false, cause: thrown})
      expect((error as Error).message).to.contain('vibe-provider-test')
    })
  }

  it('wraps what chat() itself throws, and what is no iterator', async () => {
    const throwing = await collect(
      opened(() => {
        throw new Error('at once')
      }),
    )
    expect(throwing.error).to.include({code: 'unknown', message: 'The plugin vibe-provider-test failed: at once'})
    const nothing = await collect(opened(() => undefined as never))
    expect(nothing.error).to.include({code: 'unknown'})
  })

  it('does not repeat what offline mode refused, however deep a library buried it', async () => {
    let calls = 0
    const buried = new Error('request failed', {cause: new AggregateError([offlineError('api.example.test:443')])})
    const {error} = await collect(opened((_, __, attempt) => ((calls = attempt), failing(buried))))
    expect(error).to.include({
      code: 'network',
      retryable: false,
      message: 'Offline mode is on, and api.example.test:443 is not a local address.',
      cause: buried,
    })
    expect((error as ProviderError).hint).to.contain('offlineMode')
    expect(calls).to.equal(1)
  })

  it('takes an abort that nobody asked for as a cut connection', async () => {
    const {error} = await collect(
      opened(() => {
        throw new ProviderError({code: 'aborted', message: 'x', retryable: false})
      }),
    )
    expect(error).to.include({code: 'stream-interrupted'})
  })

  it('closes the provider when the reader leaves early', async () => {
    let aborted = false
    let closed = false
    const provider = opened(async function* (_, {signal}) {
      signal.addEventListener('abort', () => (aborted = true))
      try {
        yield* textAnswer('hi').slice(0, 3)
        await untilAborted(signal)
      } finally {
        closed = true
      }
    })
    const {streamChat} = await import('../../../src/providers/stream.ts')
    for await (const event of streamChat({
      opened: provider,
      request: {model: 'm', messages: []},
      signal: new AbortController().signal,
    })) {
      if (event.type === 'text-delta') break
    }
    expect({aborted, closed}).to.deep.equal({aborted: true, closed: true})
  })

  describe('retries', () => {
    it('says each wait before it waits, with reason, attempt and seconds, and then gives one clean answer', async () => {
      const provider = opened((_, __, attempt) =>
        attempt < 3 ? failing(rateLimited(120), START) : yielding(...textAnswer('ok')),
      )
      const times: number[] = []
      const started = performance.now()
      const outcome = await collect(provider, {
        onEvent: (event) => event.type === 'retry' && times.push(performance.now() - started),
      })
      expect(retriesOf(outcome)).to.deep.equal([
        {type: 'retry', reason: 'Too many requests.', attempt: 2, of: 4, seconds: 0.2},
        {type: 'retry', reason: 'Too many requests.', attempt: 3, of: 4, seconds: 0.2},
      ])
      expect(times[0]).to.be.below(100)
      expect(outcome.ms).to.be.at.least(238)
      expect(outcome.events.filter(({type}) => type !== 'retry')).to.deep.equal(textAnswer('ok'))
    })

    it('gives up after four attempts with the last error', async () => {
      let calls = 0
      const outcome = await collect(opened((_, __, attempt) => ((calls = attempt), failing(rateLimited()))))
      expect(calls).to.equal(4)
      expect(retriesOf(outcome)).to.have.length(3)
      expect(outcome.error).to.include({code: 'rate-limited'})
    })

    for (const visible of [
      {type: 'text-delta', index: 0, text: 'x'},
      {type: 'reasoning-delta', index: 0, text: 'x'},
      {type: 'tool-call-delta', index: 0, inputText: '{'},
    ] as const) {
      it(`does not retry after the first ${visible.type}`, async () => {
        let calls = 0
        const kind = visible.type.replace('-delta', '-start')
        const provider = opened(
          (_, __, attempt) => (
            (calls = attempt),
            failing(rateLimited(), START, {type: kind, index: 0, callId: 'a', name: 'read'}, visible)
          ),
        )
        const outcome = await collect(provider)
        expect(calls).to.equal(1)
        expect(outcome.error).to.include({code: 'rate-limited'})
        expect(outcome.events).to.deep.include(visible)
      })
    }

    it('retries what failed before anything visible, and shows nothing of the failed attempt', async () => {
      const begun = [
        START,
        {type: 'text-start', index: 0},
        {type: 'text-delta', index: 0, text: ''},
        {type: 'usage-update', usage: {input: 3}},
      ]
      const outcome = await collect(
        opened((_, __, attempt) => (attempt === 1 ? failing(rateLimited(), ...begun) : yielding(...textAnswer('ok')))),
      )
      expect(outcome.events.map(({type}) => type)).to.deep.equal(['retry', ...textAnswer('ok').map(({type}) => type)])
    })

    it('does not retry what is not retryable', async () => {
      let calls = 0
      const error = new ProviderError({code: 'auth-invalid', message: 'no', retryable: false})
      const outcome = await collect(opened((_, __, attempt) => ((calls = attempt), failing(error))))
      expect({calls, error: outcome.error}).to.deep.equal({calls: 1, error})
    })

    it('does not obey a Retry-After of minutes, and says how long the service asked for', async () => {
      const outcome = await collect(opened(() => failing(rateLimited(300_000))))
      expect(outcome.error).to.include({code: 'rate-limited', retryAfterMs: 300_000})
      expect((outcome.error as Error).message).to.equal(
        'Too many requests. The service asks to wait 5 minutes before the next request.',
      )
      expect(retriesOf(outcome)).to.deep.equal([])
    })

    it('does not begin a wait that the total limit would cut', async () => {
      const outcome = await collect(
        opened(() => failing(rateLimited(5000))),
        {limits: {totalMs: 1000}},
      )
      expect(outcome.error).to.include({code: 'rate-limited'})
      expect(outcome.ms).to.be.below(200)
    })
  })

  describe('abort', () => {
    const places = {
      'while waiting for the first byte': (_: unknown, {signal}: {signal: AbortSignal}) =>
        waitingAfter([], () => untilAborted(signal)),
      'in the middle of an answer': (_: unknown, {signal}: {signal: AbortSignal}) =>
        waitingAfter(textAnswer('x').slice(0, 3), () => untilAborted(signal)),
      'of a provider that ignores it': () => waitingAfter([], forever),
      'of a provider that ignores it in the middle of an answer': () =>
        waitingAfter(textAnswer('x').slice(0, 3), forever),
      'of a provider that never stops yielding': () => flood(),
      'of a provider that yields nothing known for ever': () => trickle({type: 'ping'}),
      'in the wait before a retry': () => failing(rateLimited(30_000)),
    }
    for (const [place, chat] of Object.entries(places)) {
      it(`${place} ends in under 100 ms with code aborted and no unhandled rejection`, async () => {
        const unhandled = await unhandledDuring(async () => {
          const controller = new AbortController()
          let at = Number.NaN
          setTimeout(() => ((at = performance.now()), controller.abort()), 40)
          const {error} = await collect(opened(chat as never), {signal: controller.signal})
          expect(error).to.include({code: 'aborted', retryable: false})
          expect(performance.now() - at).to.be.below(100)
        })
        expect(unhandled).to.deep.equal([])
      })
    }

    it('before the call asks nobody', async () => {
      let calls = 0
      const {error} = await collect(
        opened(() => (calls++, yielding(END))),
        {signal: AbortSignal.abort()},
      )
      expect(error).to.include({code: 'aborted'})
      expect(calls).to.equal(0)
    })

    it('leaves a provider behind whose late rejection concerns nobody', async () => {
      const unhandled = await unhandledDuring(async () => {
        const late = async function* () {
          await new Promise((resolve) => setTimeout(resolve, 120))
          yield START
          throw new Error('late')
        }
        const {error, ms} = await collect(opened(late), {limits: {firstByteMs: 20, totalMs: 25}})
        expect(error).to.include({code: 'timeout'})
        expect(ms).to.be.below(110)
      })
      expect(unhandled).to.deep.equal([])
    })
  })

  it('costs less than 0.25 s of CPU for 20,000 deltas', async () => {
    const before = process.cpuUsage()
    const deltas = Array.from({length: 20_000}, () => ({type: 'text-delta', index: 0, text: 'word '}))
    const [start, open, , close, end] = textAnswer('')
    const outcome = await collect(opened(() => yielding(start, open, ...deltas, close, end)))
    const used = process.cpuUsage(before)
    expect(outcome.events).to.have.length(20_004)
    expect((used.user + used.system) / 1e6).to.be.below(0.25)
  })
})

async function* failing(error: unknown, ...events: unknown[]): AsyncGenerator<unknown> {
  yield* events
  throw error
}

async function* waitingAfter(events: unknown[], wait: () => Promise<never>): AsyncGenerator<unknown> {
  yield* events
  await wait()
}

/** Not so many that the guard ends it before the abort does. */
async function* trickle(event: unknown): AsyncGenerator<unknown> {
  yield* textAnswer('x').slice(0, 3)
  for (let count = 1; ; count++) {
    yield event
    if (count % 20 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
}

async function* flood(event?: unknown): AsyncGenerator<unknown> {
  yield* textAnswer('x').slice(0, 3)
  for (;;) yield event ?? {type: 'text-delta', index: 0, text: 'x'}
}
