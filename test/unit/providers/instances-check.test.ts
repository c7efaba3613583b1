import {expect} from 'chai'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {ProviderError, type ChatEvent, type Provider} from 'vibe-plugin-api'
import {VibeError} from '../../../src/errors.ts'
import {askModels, tryCall, tryConnection} from '../../../src/providers/check-provider.ts'
import {resolveInstance} from '../../../src/providers/instances.ts'
import type {OpenedProvider} from '../../../src/providers/types.ts'
import {configOf, registryOf} from '../../support/provider-fixtures.ts'

/** Providers as third parties write them: the well-behaved one, and those that break the contract. */
describe('trying a provider', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vibe-check-'))
  })
  after(() => rm(folder, {recursive: true}))

  async function opened(parts: Partial<Provider>): Promise<OpenedProvider> {
    const priced = {id: 'priced', kind: 'chat', price: {input: 2, output: 10}}
    const registry = await registryOf(folder, [
      {
        id: 'some',
        models: {
          source: 'both',
          asOf: '2026-11-01',
          catalog: [priced, {id: 'free', kind: 'chat', price: {free: true}}],
        },
      },
    ])
    const made = configOf(folder, {providers: {mine: {type: 'some', headers: {'x-a': '1'}}}})
    const instance = resolveInstance({...made, registry, selection: {}, dataFolder: folder})
    const provider: Provider = {
      id: 'some',
      chat: () => answer(),
      validateConnection: async () => ({ok: true, latencyMs: 1, warnings: []}),
      ...parts,
    }
    return {instance, provider}
  }

  async function* answer(): AsyncGenerator<ChatEvent> {
    yield {type: 'response-start', warnings: []}
    yield {type: 'response-end', stopReason: 'max-output', usage: {input: 1000, output: 10}}
  }

  async function fails(run: Promise<unknown>): Promise<VibeError> {
    const error: unknown = await run.then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    if (error instanceof VibeError) return error
    throw error ?? new Error('it did not fail')
  }

  const options = (timeoutMs = 5_000) => ({signal: new AbortController().signal, timeoutMs})

  it('knows the cost where the price is known, and says nothing where it is not', async () => {
    const some = await opened({})
    expect((await tryCall(some, 'priced', options())).costUsd).to.be.closeTo(0.0021, 1e-9)
    expect((await tryCall(some, 'free', options())).costUsd).to.equal(0)
    expect(await tryCall(some, 'unknown', options())).not.to.have.property('costUsd')
  })

  it('sends at most 16 output tokens and the own headers', async () => {
    let seen: unknown
    const some = await opened({
      chat: (request, {headers}) => {
        seen = {max: request.maxOutputTokens, headers}
        return answer()
      },
    })
    await tryCall(some, 'm', options())
    expect(seen).to.deep.equal({max: 16, headers: {'x-a': '1'}})
  })

  it('ends a call whose provider ignores its signal', async () => {
    const deaf = await opened({
      chat: () => ({[Symbol.asyncIterator]: () => ({next: () => new Promise(() => undefined)})}),
    })
    const error = await fails(tryCall(deaf, 'm', options(80)))
    expect(error).to.include({code: 'timeout', exit: 5})
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 30)
    const started = performance.now()
    expect(await fails(tryCall(deaf, 'm', {signal: controller.signal}))).to.include({code: 'interrupted', exit: 130})
    expect(performance.now() - started).to.be.below(150)
  })

  const failures: Array<[name: string, thrown: unknown, exit: number]> = [
    ['a refused key', new ProviderError({code: 'auth-invalid', message: 'no', retryable: false, status: 401}), 4],
    ['no permission', new ProviderError({code: 'permission-denied', message: 'no', retryable: false}), 4],
    ['a dead network', new ProviderError({code: 'network', message: 'gone', retryable: true}), 5],
    ['a wrong model', new ProviderError({code: 'model-not-found', message: 'what', retryable: false}), 3],
    ['a plain error', new Error('bug of the plugin'), 5],
    ['a text', 'oops', 5],
    ['nothing', undefined, 5],
  ]
  for (const [name, thrown, exit] of failures) {
    it(`says ${name} with exit ${exit}`, async () => {
      const bad = await opened({
        chat: () => {
          throw thrown
        },
      })
      expect((await fails(tryCall(bad, 'm', options()))).exit).to.equal(exit)
    })
  }

  it('does not take an answer that just ends for one', async () => {
    const cut = await opened({
      async *chat() {
        yield {type: 'response-start', warnings: []}
      },
    })
    expect((await fails(tryCall(cut, 'm', options()))).exit).to.equal(5)
  })

  it('reports a failed connection by its code', async () => {
    const bad = await opened({
      validateConnection: async () => ({ok: false, error: {code: 'auth-expired', message: 'old', retryable: false}}),
    })
    expect((await fails(tryConnection(bad, options().signal))).exit).to.equal(4)
  })

  it('lists chat models with what the catalogue knows of them', async () => {
    const listing = await opened({
      listModels: async () => [
        {id: 'priced', kind: 'chat', contextWindow: 5},
        {id: 'vectors', kind: 'embedding'},
      ],
    })
    expect(await askModels(listing, options().signal)).to.deep.equal([
      {id: 'priced', kind: 'chat', contextWindow: 5, price: {input: 2, output: 10}},
    ])
  })

  it('takes a service without a list for one that cannot say', async () => {
    const without = await opened({
      listModels: async () => {
        throw new ProviderError({code: 'model-not-found', message: '404', retryable: false})
      },
    })
    expect(await askModels(without, options().signal)).to.equal(undefined)
    expect(await askModels(await opened({}), options().signal)).to.equal(undefined)
  })
})
