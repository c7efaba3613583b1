import {expect} from 'chai'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {VibeError} from '../../../src/errors.ts'
import type {Selection} from '../../../src/providers/choose-instance.ts'
import {resolveInstance} from '../../../src/providers/instances.ts'
import type {Registry, ResolvedInstance} from '../../../src/providers/types.ts'
import {configOf, registryOf} from '../../support/provider-fixtures.ts'

const WORK = {type: 'openai', model: 'gpt-x', credential: {env: 'WORK_KEY'}}
const LOCAL = {type: 'openai-compatible', endpoint: 'http://127.0.0.1:8080/v1', model: 'qwen'}
const KEY = 'sk-0123456789'

describe('resolveInstance', () => {
  let folder: string
  let registry: Registry
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vibe-instances-'))
    registry = await registryOf(folder, [
      {
        id: 'openai',
        endpoint: {default: 'https://api.openai.com/v1', env: ['OPENAI_BASE_URL']},
        models: {source: 'both', asOf: '2026-11-01', default: 'gpt-default', catalog: []},
      },
      {id: 'anthropic', endpoint: {default: 'https://api.anthropic.com', env: ['ANTHROPIC_BASE_URL']}},
      {
        id: 'openai-compatible',
        endpoint: {default: 'http://127.0.0.1:8080/v1', local: true},
        auth: [{kind: 'api-key', env: ['OPENAI_COMPATIBLE_API_KEY'], optional: true}, {kind: 'none'}],
        settings: {size: {type: 'integer', description: 'Size', 'x-vibe': {env: 'COMPAT_SIZE'}}},
      },
      {
        id: 'replay',
        endpoint: {default: 'http://127.0.0.1:9', local: true, overridable: false},
        auth: [{kind: 'none'}],
      },
    ])
  })
  after(() => rm(folder, {recursive: true}))

  function resolve(content: object, env: Record<string, string> = {}, selection: Selection = {}): ResolvedInstance {
    const made = configOf(folder, content, env)
    return resolveInstance({...made, registry, selection, dataFolder: join(folder, 'data')})
  }

  function failure(content: object, env: Record<string, string> = {}, selection: Selection = {}): VibeError {
    try {
      resolve(content, env, selection)
    } catch (error) {
      if (error instanceof VibeError) return error
      throw error
    }
    throw new Error('it did not fail')
  }

  const key = async (instance: ResolvedInstance) => instance.credential(new AbortController().signal)

  describe('which one', () => {
    const both = {currentProvider: 'local', providers: {work: WORK, local: LOCAL}}
    const environment = {VIBE_CODER_ENDPOINT: 'https://gateway.example/v1', VIBE_CODER_API_KEY: KEY}

    it('takes the flag before everything', () => {
      expect(resolve(both, {...environment, VIBE_CODER_PROVIDER: 'local'}, {provider: 'work'}).name).to.equal('work')
    })
    it('takes VIBE_CODER_PROVIDER before a key in the environment', () => {
      expect(resolve(both, {...environment, VIBE_CODER_PROVIDER: 'work'}).name).to.equal('work')
    })
    it('takes the environment before the current provider', () => {
      expect(resolve(both, environment).name).to.equal('env')
    })
    it('takes the current provider, then the only one', () => {
      expect(resolve(both).name).to.equal('local')
      expect(resolve({providers: {work: WORK}}).name).to.equal('work')
    })
    it('takes the instance before the slash of a model, and only a known one', () => {
      expect(resolve(both, {}, {model: 'work/gpt-y'})).to.include({name: 'work', model: 'gpt-y'})
      expect(resolve(both, {}, {model: 'qwen/qwen3'})).to.include({name: 'local', model: 'qwen/qwen3'})
      expect(resolve(both, {VIBE_CODER_MODEL: 'work/gpt-z'})).to.include({name: 'work', model: 'gpt-z'})
    })
    it('lets provider:use win over a default model of the same file', () => {
      expect(resolve({...both, defaultModel: 'work/gpt-z'})).to.include({name: 'local', model: 'qwen'})
    })
    it('takes the chosen profile before the environment', () => {
      const content = {...both, profiles: {deep: {provider: 'work', model: 'gpt-deep'}}}
      expect(resolve(content, {...environment, VIBE_CODER_PROFILE: 'deep'})).to.include({
        name: 'work',
        model: 'gpt-deep',
      })
    })
    it('says which is meant by an unknown name', () => {
      const error = failure(both, {}, {provider: 'wrok'})
      expect(error.exit).to.equal(3)
      expect(error.message).to.match(/"wrok".*Did you mean "work"\?.*Set up: work, local/)
    })
    it('names the first step when nothing is set up', () => {
      const error = failure({})
      expect(error).to.include({code: 'not-set-up', exit: 3})
      expect(error.hint).to.match(/vibe setup.*vibe provider:add/)
    })
    it('asks for a choice between several', () => {
      expect(failure({providers: {work: WORK, local: LOCAL}})).to.include({code: 'no-current-provider', exit: 3})
    })
    for (const name of ['__proto__', 'constructor', 'toString', '']) {
      it(`does not take "${name}" for a provider`, () => {
        expect(failure({providers: {work: WORK}}, {}, {provider: name})).to.include({code: 'provider-unknown', exit: 3})
      })
    }
  })

  describe('a type that was never added', () => {
    it('works with its usual key', async () => {
      const instance = resolve({}, {OPENAI_API_KEY: KEY}, {provider: 'openai'})
      expect(instance).to.include({name: 'openai', endpoint: 'https://api.openai.com/v1', model: 'gpt-default'})
      expect(await key(instance)).to.deep.equal({kind: 'api-key', value: KEY})
    })
    it('works without a key where none is needed', async () => {
      expect(await key(resolve({}, {}, {provider: 'replay'}))).to.deep.equal({kind: 'none'})
    })
    it('names the step that adds it otherwise', () => {
      expect(failure({}, {}, {provider: 'openai'}).hint).to.equal('vibe provider:add openai --type openai')
    })
    it('is what VIBE_CODER_PROVIDER and VIBE_CODER_API_KEY alone make', async () => {
      const instance = resolve({}, {VIBE_CODER_PROVIDER: 'anthropic', VIBE_CODER_API_KEY: KEY})
      expect(instance).to.include({name: 'env', endpoint: 'https://api.anthropic.com'})
      expect(await key(instance)).to.deep.equal({kind: 'api-key', value: KEY})
    })
  })

  describe('the environment as a provider', () => {
    const cases: Array<[endpoint: string, type: string, resolved: string, local: boolean]> = [
      ['https://api.openai.com', 'openai', 'https://api.openai.com/v1', false],
      ['https://api.openai.com/v1/', 'openai', 'https://api.openai.com/v1', false],
      ['https://api.anthropic.com/v1', 'anthropic', 'https://api.anthropic.com', false],
      ['http://127.0.0.1:11434', 'openai-compatible', 'http://127.0.0.1:11434/v1', true],
      ['http://localhost:1234/', 'openai-compatible', 'http://localhost:1234/v1', true],
      ['http://192.168.1.4:9000/api/v2', 'openai-compatible', 'http://192.168.1.4:9000/api/v2', true],
      ['https://gateway.example/openai', 'openai-compatible', 'https://gateway.example/openai', false],
    ]
    for (const [endpoint, type, resolved, local] of cases) {
      it(`takes ${endpoint} for ${type}`, () => {
        const instance = resolve({}, {VIBE_CODER_ENDPOINT: endpoint, VIBE_CODER_API_KEY: KEY, VIBE_CODER_MODEL: 'm'})
        expect(instance).to.include({name: 'env', endpoint: resolved, local, model: 'm'})
        expect(instance.entry.id).to.equal(type)
      })
    }
    it('needs no key for a local address', async () => {
      expect(await key(resolve({}, {VIBE_CODER_ENDPOINT: 'http://127.0.0.1:8080'}))).to.deep.equal({kind: 'none'})
    })
    it('uses the own plugin of a local server when it is installed', async () => {
      const withOllama = await registryOf(join(folder, 'more'), [
        {id: 'ollama', endpoint: {default: 'http://127.0.0.1:11434', local: true}, auth: [{kind: 'none'}]},
      ])
      const made = configOf(folder, {}, {VIBE_CODER_ENDPOINT: 'http://127.0.0.1:11434'})
      const instance = resolveInstance({...made, registry: withOllama, selection: {}, dataFolder: folder})
      expect(instance).to.include({endpoint: 'http://127.0.0.1:11434'})
      expect(instance.entry.id).to.equal('ollama')
    })
  })

  describe('its values', () => {
    it('lets the stronger layer win, and within one layer the own value', () => {
      const content = {
        providers: {work: {...WORK, temperature: 0.1}},
        defaultModel: 'general',
        defaultTemperature: 1,
        defaultMaxTokens: 99,
      }
      expect(resolve(content)).to.include({model: 'gpt-x', temperature: 0.1, maxTokens: 99})
      expect(resolve(content, {VIBE_CODER_MODEL: 'm', VIBE_CODER_TEMPERATURE: '0.7'})).to.include({
        model: 'm',
        temperature: 0.7,
      })
      expect(resolve(content, {VIBE_CODER_MODEL: 'm'}, {model: 'flag', temperature: 0, maxTokens: 5})).to.include({
        model: 'flag',
        temperature: 0,
        maxTokens: 5,
      })
    })
    it('merges headers whatever their case', () => {
      const content = {
        customHeaders: {'X-Team': 'a', 'x-keep': '1'},
        providers: {work: {...WORK, headers: {'x-team': 'b'}}},
      }
      expect(resolve(content).headers).to.deep.equal({'x-team': 'b', 'x-keep': '1'})
    })
    it("reads a setting's variable only where nothing sets it", () => {
      const env = {COMPAT_SIZE: '7'}
      expect(resolve({providers: {local: LOCAL}}, env).settings).to.deep.equal({size: 7})
      expect(resolve({providers: {local: {...LOCAL, settings: {size: 3}}}}, env).settings).to.deep.equal({size: 3})
    })
    it("reads the service's own endpoint variable only where nothing sets it", () => {
      const env = {OPENAI_BASE_URL: 'https://proxy.example/v1/', WORK_KEY: KEY}
      expect(resolve({providers: {work: WORK}}, env).endpoint).to.equal('https://proxy.example/v1')
      expect(resolve({providers: {work: {...WORK, endpoint: 'https://own.example'}}}, env).endpoint).to.equal(
        'https://own.example',
      )
      expect(failure({providers: {work: WORK}}, {OPENAI_BASE_URL: 'nonsense'})).to.include({
        origin: 'OPENAI_BASE_URL',
        exit: 3,
      })
    })
    for (const selection of [
      {temperature: -0.1},
      {temperature: 2.1},
      {temperature: Number.NaN},
      {maxTokens: 0},
      {maxTokens: 1.5},
      {maxTokens: -3},
    ]) {
      it(`refuses ${JSON.stringify(selection)}`, () => {
        expect(failure({providers: {work: WORK}}, {}, selection)).to.include({code: 'out-of-range', exit: 2})
      })
    }
    it('refuses what is not local in offline mode, and only that', () => {
      const content = {offlineMode: true, currentProvider: 'work', providers: {work: WORK, local: LOCAL}}
      expect(failure(content)).to.include({code: 'offline'})
      expect(resolve(content, {}, {provider: 'local'}).local).to.equal(true)
      expect(resolve(content, {}, {provider: 'replay'}).local).to.equal(true)
    })
    it('names the package to install for a type that is missing', () => {
      expect(failure({providers: {far: {type: 'ollama'}}})).to.include({code: 'provider-unknown', exit: 3})
    })
  })

  describe('its key', () => {
    const refused = async (instance: ResolvedInstance) => {
      try {
        await key(instance)
      } catch (error) {
        if (error instanceof VibeError) return error
        throw error
      }
      throw new Error('a key was found')
    }
    it('comes from the reference of the configuration', async () => {
      expect(
        await key(resolve({providers: {work: WORK}}, {WORK_KEY: KEY, OPENAI_API_KEY: 'sk-another-one'})),
      ).to.deep.equal({kind: 'api-key', value: KEY})
    })
    it('does not fall back when the reference leads nowhere', async () => {
      const error = await refused(resolve({providers: {work: WORK}}, {OPENAI_API_KEY: KEY}))
      expect(error.exit).to.equal(4)
      expect(error.message).to.contain('WORK_KEY')
    })
    it('falls back to the usual variable at the usual address only', async () => {
      const usual = {providers: {work: {type: 'openai'}}}
      const elsewhere = {providers: {work: {type: 'openai', endpoint: 'https://stranger.example/v1'}}}
      expect(await key(resolve(usual, {OPENAI_API_KEY: ` "${KEY}" `}))).to.deep.equal({kind: 'api-key', value: KEY})
      expect(await refused(resolve(elsewhere, {OPENAI_API_KEY: KEY}))).to.include({code: 'key-missing', exit: 4})
    })
    it('says what is wrong with a variable without showing it', async () => {
      const error = await refused(resolve({providers: {work: {type: 'openai'}}}, {OPENAI_API_KEY: 'hush hush'}))
      expect(error).to.include({exit: 4, origin: 'OPENAI_API_KEY'})
      expect(`${error.message}${error.hint}`).not.to.contain('hush')
    })
  })
})
