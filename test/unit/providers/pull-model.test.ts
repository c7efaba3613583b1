import {expect} from 'chai'
import {setTimeout as wait} from 'node:timers/promises'
import type {Provider, PullProgress} from 'vibe-plugin-api'
import {VibeError} from '../../../src/errors.ts'
import {pullModel, type PullLimits} from '../../../src/providers/pull-model.ts'
import type {OpenedProvider} from '../../../src/providers/types.ts'

type Steps = (signal: AbortSignal) => AsyncGenerator<unknown>

/** A provider whose pull is what a generator yields. */
function opened(steps: Steps): OpenedProvider {
  const provider = {
    id: 'x',
    pullModel: (_model: string, {signal}: {signal: AbortSignal}) => steps(signal) as AsyncIterable<PullProgress>,
  } as unknown as Provider
  const entry = {plugin: {name: 'vibe-provider-x'}, manifest: {id: 'x', name: 'Xen'}}
  return {
    provider,
    instance: {name: 'home', endpoint: 'http://127.0.0.1:1', headers: {}, entry},
  } as unknown as OpenedProvider
}

async function outcome(steps: Steps, options: {signal?: AbortSignal; limits?: Partial<PullLimits>} = {}) {
  const seen: PullProgress[] = []
  const signal = options.signal ?? new AbortController().signal
  const limits = options.limits ?? {}
  const started = performance.now()
  const result = await pullModel('m', opened(steps), {signal, limits, onProgress: (one) => void seen.push(one)}).catch(
    (error: unknown) => error,
  )
  return {seen, result, error: result instanceof VibeError ? result : undefined, ms: performance.now() - started}
}

describe('pullModel', () => {
  it('reports changes alone, and the size at the end', async () => {
    const {seen, result} = await outcome(async function* () {
      yield {status: 'a'}
      yield {status: 'a'}
      yield {status: 'b', completed: 1, total: 4}
      yield {status: 'b', completed: 1, total: 4}
      yield {status: 'b', completed: 4, total: 4}
    })
    expect(seen).to.have.length(3)
    expect(result).to.deep.equal({provider: 'home', type: 'x', model: 'm', sizeBytes: 4})
  })

  it('makes sense of what a careless plugin yields', async () => {
    const {seen} = await outcome(async function* () {
      yield* [null, 7, {}, {status: 'a\u001b[2Jb\u202e'}, {status: 3, total: -1}, {status: 's', total: 2, completed: 9}]
      yield* [{status: 's', total: Number.NaN}, {status: 's', total: 5, completed: 'x'}, {status: 'z'.repeat(999)}]
    })
    expect(JSON.stringify(seen)).to.not.match(/\\u001b|\u202e/)
    expect(seen).to.deep.include({status: 's', total: 2, completed: 2})
    expect(seen).to.deep.include({status: 's', total: 5, completed: 0})
    expect(Math.max(...seen.map(({status}) => status.length))).to.equal(200)
  })

  it('ends when nothing changes, though lines keep coming', async () => {
    const {error, ms} = await outcome(
      async function* () {
        for (;;) {
          await wait(5)
          yield {status: 'b', completed: 1, total: 4}
        }
      },
      {limits: {fetchingMs: 120}},
    )
    expect(error).to.include({code: 'timeout', exit: 5})
    expect(error?.message).to.include('Xen made no progress within 0.1 s')
    expect(ms).to.be.lessThan(1000)
  })

  it('waits longer where no bytes are expected', async () => {
    const {error} = await outcome(
      async function* () {
        yield {status: 'b', completed: 4, total: 4}
        await wait(150)
        yield {status: 'verifying'}
        await wait(150)
      },
      {limits: {fetchingMs: 50, otherMs: 5000}},
    )
    expect(error).to.equal(undefined)
  })

  it('leaves a provider that ignores the signal', async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 50)
    const {error, ms} = await outcome(
      async function* () {
        yield {status: 'b', completed: 1, total: 4}
        await new Promise(() => undefined)
      },
      {signal: controller.signal},
    )
    expect(error).to.include({code: 'interrupted', exit: 130})
    expect(error?.message).to.equal('Stopped fetching m. The 25 % that Xen has are kept.')
    expect(ms).to.be.lessThan(500)
  })

  it('starts nothing after an abort, and names what throws', async () => {
    expect((await outcome(async function* () {}, {signal: AbortSignal.abort()})).error?.exit).to.equal(130)
    const thrown = await outcome(async function* () {
      yield* []
      throw new TypeError('x is not a function')
    })
    expect(thrown.error).to.include({exit: 5})
    expect(thrown.error?.message).to.include('vibe-provider-x')
  })
})
