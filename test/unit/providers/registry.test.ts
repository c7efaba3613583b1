import {expect} from 'chai'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {VibeError} from '../../../src/errors.ts'
import {badPluginLines} from '../../../src/providers/registry.ts'
import type {ProviderEntry, Registry} from '../../../src/providers/types.ts'
import {fixture, registryOf, temporaryFolder} from './plugin-fixtures.ts'

describe('readRegistry', () => {
  let home: ReturnType<typeof temporaryFolder>
  const read = (names: string[], options = {}) =>
    registryOf(
      names.map((name) => fixture(name)),
      {cacheFolder: home.path, ...options},
    )

  beforeEach(() => {
    home = temporaryFolder()
  })
  afterEach(() => home.remove())

  it('offers what good plugins declare', async () => {
    const registry = await read(['good', 'speaks-chat', 'data-only'])
    expect(registry.entries.map(({id, state}) => [id, state])).to.deep.equal([
      ['good', 'ok'],
      ['speaks-chat', 'ok'],
      ['data-only', 'ok'],
    ])
    expect(registry.get('good').manifest.name).to.equal('Good')
    expect(registry.implementer('openai-chat')?.id).to.equal('speaks-chat')
    expect(registry.implementer('ollama')).to.equal(undefined)
    expect(badPluginLines(registry)).to.deep.equal([])
  })

  it('passes over plugins that offer no providers', async () => {
    const plain = {...fixture('good'), name: '@oclif/plugin-plugins', pjson: {name: '@oclif/plugin-plugins', oclif: {}}}
    const registry = await registryOf([plain, {...plain, pjson: undefined}], {cacheFolder: home.path})
    expect(registry.entries).to.deep.equal([])
  })

  const bad: Array<[fixture: string, state: string, problem: RegExp]> = [
    ['broken-json', 'manifest-invalid', /vibe\.provider\.json is not JSON/],
    ['schema-invalid', 'manifest-invalid', /name must be string|name/],
    ['missing-entry', 'manifest-invalid', /entry\.module: \.\/absent\.js does not exist/],
    ['missing-manifest', 'manifest-invalid', /vibe\.provider\.json does not exist/],
    ['no-header', 'manifest-invalid', /package\.json lacks "vibe"/],
    ['odd-header', 'manifest-invalid', /vibe\.providers must hold paths/],
    ['plain-http', 'manifest-invalid', /endpoint\.default must use https/],
    ['env-id', 'manifest-invalid', /id has a value that is reserved/],
    ['polluting-constructor', 'manifest-invalid', /settings\.properties may not have a member named "constructor"/],
    ['polluting-prototype', 'manifest-invalid', /"__proto__"/],
    ['settings-bomb', 'manifest-invalid', /takes too long to match some texts/],
    ['reserved-id', 'id-reserved', /belongs to vibe-provider-openai.*vibe provider:prefer openai fixture-reserved-id/],
    [
      'data-only',
      'protocol-missing',
      /no installed provider speaks "openai-chat"; vibe plugins install vibe-provider-openai/,
    ],
    ['hooks', 'hooks-declared', /declares hooks \(init, vibe:started\)/],
    ['commands', 'hooks-declared', /declares commands/],
  ]
  for (const [name, state, problem] of bad) {
    it(`lists ${name} as ${state} and keeps the others`, async () => {
      const registry = await read([name, 'good'])
      const [entry, other] = registry.entries
      expect(entry?.state).to.equal(state)
      expect(entry?.problems.join('\n')).to.match(problem)
      expect(entry?.problems).to.have.length.within(1, 3)
      expect(other?.state).to.equal('ok')
      expect(badPluginLines(registry)).to.have.length(1)
      expect(badPluginLines(registry)[0]).to.not.include('\n')
      const error = refusal(registry, entry)
      expect(error).to.include({code: `provider-${state}`, exit: 3})
      expect(error.origin).to.include(entry?.plugin.name)
      expect(Reflect.get({}, 'polluted')).to.equal(undefined)
    })
  }

  it('names both remedies for a plugin of another contract', async () => {
    const registry = await read(['api-99', 'api-99-manifest', 'api-0'])
    expect(registry.entries.map(({id, state}) => [id, state])).to.deep.equal([
      ['fixture-api-99', 'api-unsupported'],
      ['api-99-manifest', 'api-unsupported'],
      ['fixture-api-0', 'api-unsupported'],
    ])
    expect(registry.entries.map(({problems}) => problems)).to.deep.equal([
      [
        'fixture-api-99 speaks provider contract 99; this vibe (0.1.0) speaks 1. Update vibe, or: vibe plugins install fixture-api-99@^1',
      ],
      [
        'fixture-api-99-manifest speaks provider contract 99; this vibe (0.1.0) speaks 1. Update vibe, or: vibe plugins install fixture-api-99-manifest@^1',
      ],
      [
        'fixture-api-0 speaks provider contract 0; this vibe (0.1.0) speaks 1. Ask its author for contract 1, or: vibe plugins install fixture-api-0@latest',
      ],
    ])
  })

  it('says what an unknown type may have meant', async () => {
    const registry = await read(['good'])
    expect(() => registry.get('godo'))
      .to.throw(VibeError, 'did you mean "good"?')
      .with.property('exit', 3)
    expect(() => registry.get('ollama'))
      .to.throw(VibeError)
      .with.property('hint', 'vibe plugins install vibe-provider-ollama')
    for (const id of ['__proto__', 'constructor', '']) expect(() => registry.get(id)).to.throw(VibeError)
  })

  describe('when two packages claim one id', () => {
    const states = (registry: Registry) => registry.entries.map(({plugin, state}) => `${plugin.name} ${state}`)

    it('keeps the first installed and names the way to the other', async () => {
      const registry = await read(['good', 'duplicate-id'])
      expect(states(registry)).to.deep.equal(['fixture-good ok', 'fixture-duplicate-id id-conflict'])
      expect(registry.entries[1]?.problems[0]).to.include('vibe provider:prefer good fixture-duplicate-id')
      expect(registry.get('good').plugin.name).to.equal('fixture-good')
    })

    it('does not depend on the order in which oclif read their files', async () => {
      const list = JSON.stringify({
        oclif: {
          plugins: [
            {name: 'fixture-good', type: 'user'},
            {name: 'fixture-duplicate-id', type: 'user'},
          ],
        },
      })
      const plugins = [fixture('duplicate-id'), fixture('speaks-chat', {type: 'core'}), fixture('good')]
      for (const [text, keeper] of [
        [list, 'fixture-good'],
        ['{', 'fixture-duplicate-id'],
        ['null', 'fixture-duplicate-id'],
        ['{"oclif":{"plugins":[7,null,"x"]}}', 'fixture-duplicate-id'],
      ] as const) {
        writeFileSync(join(home.path, 'package.json'), text)
        const options = {cacheFolder: home.path, dataFolder: home.path}
        const one = await registryOf(plugins, options)
        const other = await registryOf(plugins.toReversed(), options)
        expect(one.get('good').plugin.name).to.equal(keeper)
        expect(states(other)).to.deep.equal(states(one))
        expect(states(one)[0]).to.equal('fixture-speaks-chat ok')
      }
    })

    it('keeps the shipped one whatever the order', async () => {
      const plugins = [fixture('duplicate-id'), fixture('good', {type: 'core'})]
      const registry = await registryOf(plugins, {cacheFolder: home.path})
      expect(states(registry)).to.deep.equal(['fixture-good ok', 'fixture-duplicate-id id-conflict'])
    })

    it('obeys provider:prefer', async () => {
      const plugins = [fixture('good', {type: 'core'}), fixture('duplicate-id')]
      const registry = await registryOf(plugins, {cacheFolder: home.path, prefer: {good: 'fixture-duplicate-id'}})
      expect(states(registry)).to.deep.equal(['fixture-good id-conflict', 'fixture-duplicate-id ok'])
      const absent = await registryOf(plugins, {cacheFolder: home.path, prefer: {good: 'not-installed'}})
      expect(states(absent)).to.deep.equal(['fixture-good ok', 'fixture-duplicate-id id-conflict'])
    })

    it('lets a reserved id go only where the user has sent it', async () => {
      const registry = await read(['reserved-id'], {prefer: {openai: 'fixture-reserved-id'}})
      expect(states(registry)).to.deep.equal(['fixture-reserved-id ok'])
      const owner = await registryOf([fixture('reserved-id', {name: 'vibe-provider-openai'})], {cacheFolder: home.path})
      expect(states(owner)).to.deep.equal(['vibe-provider-openai ok'])
    })

    it('does not let one package offer an id twice', async () => {
      const plugin = fixture('good')
      const pjson = {
        ...(plugin.pjson as object),
        vibe: {apiVersion: 1, providers: ['./vibe.provider.json', './vibe.provider.json']},
      }
      const registry = await registryOf([{...plugin, pjson}], {cacheFolder: home.path})
      expect(states(registry)).to.deep.equal(['fixture-good ok', 'fixture-good id-conflict'])
    })
  })

  it('uses a trusted plugin without its hooks, and says so', async () => {
    const registry = await read(['hooks'], {trusted: ['fixture-hooks']})
    expect(registry.get('hooks').notes).to.deep.equal([
      'fixture-hooks declares hooks (init, vibe:started); its hooks are not run',
    ])
  })

  it('does not mind hooks of what vibe ships', async () => {
    const registry = await registryOf([fixture('hooks', {type: 'core'})], {cacheFolder: home.path})
    expect(registry.get('hooks').notes).to.equal(undefined)
  })

  it('says when an older copy hides the shipped one', async () => {
    const root = {
      ...fixture('good'),
      name: 'vibe-coder',
      type: 'core',
      pjson: {
        oclif: {plugins: ['fixture-*']},
        dependencies: {'fixture-good': '1.10.0', 'fixture-speaks-chat': '1.2.3'},
      },
    }
    const registry = await registryOf([fixture('good'), fixture('speaks-chat'), root], {cacheFolder: home.path})
    expect(registry.get('good').notes).to.deep.equal([
      'fixture-good 1.2.3 hides the newer 1.10.0 that comes with vibe; vibe plugins uninstall fixture-good',
    ])
    expect(registry.get('speaks-chat').notes).to.equal(undefined)
  })

  it('lets the specialist speak for other services, before a plugin of its own services', async () => {
    const speaker = fixture('speaks-chat', {type: 'core'})
    const specialist = fixture('specialist', {type: 'core', name: 'vibe-provider-openai-compatible'})
    for (const plugins of [
      [speaker, specialist],
      [specialist, speaker],
    ]) {
      const registry = await registryOf(plugins, {cacheFolder: home.path})
      expect(registry.implementer('openai-chat')?.id).to.equal('specialist')
    }
  })

  it('accepts members of a newer minor contract', async () => {
    const registry = await read(['newer-members'])
    expect(registry.get('newer-members').state).to.equal('ok')
  })

  it('survives package.json files of any shape', async () => {
    const headers = [
      null,
      7,
      [],
      {},
      {apiVersion: 1},
      {apiVersion: 1.5, providers: ['./a']},
      {apiVersion: 1, providers: {}},
      {apiVersion: 1, providers: Array.from({length: 41}, () => './vibe.provider.json')},
      {apiVersion: 1, providers: ['./../speaks-chat/vibe.provider.json']},
      {apiVersion: 1, providers: ['./\0']},
      {apiVersion: 1, providers: ['.//etc/passwd']},
    ]
    const plugins = headers.map((vibe) => ({...fixture('good'), pjson: {vibe}}))
    const registry = await registryOf(plugins, {cacheFolder: home.path})
    expect(registry.entries.map(({state}) => state)).to.deep.equal(headers.map(() => 'manifest-invalid'))
  })
})

function refusal(registry: Registry, entry: ProviderEntry | undefined): VibeError {
  try {
    registry.get(entry?.id ?? '')
  } catch (error) {
    if (error instanceof VibeError) return error
    throw error
  }
  throw new Error('not refused')
}
