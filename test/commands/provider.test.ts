import {expect} from 'chai'
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {startChatService, type ChatService} from '../support/chat-service.ts'
import {createSandbox, type Sandbox} from '../support/sandbox.ts'

const KEY = 'sk-test-0123456789-wxyz'

describe('the provider commands', function () {
  this.timeout(60_000)
  let box: Sandbox
  let service: ChatService
  beforeEach(async () => {
    box = createSandbox()
    service = await startChatService({key: KEY})
    mkdirSync(join(box.home, '.config/vibe-coder'), {recursive: true, mode: 0o700})
    writeFileSync(
      file(),
      JSON.stringify(
        {
          currentProvider: 'work',
          defaultTemperature: 0.5,
          customHeaders: {'X-Api-Token': 'secret-header-value'},
          mine: {kept: true},
          providers: {
            work: {
              type: 'openai-compatible',
              endpoint: `${service.url}/v1`,
              model: 'alpha',
              credential: {env: 'WORK_KEY'},
              own: 'kept',
            },
            cloud: {type: 'anthropic', model: 'claude-x', credential: {env: 'CLOUD_KEY'}},
            broken: {type: 'nothing-installed'},
          },
        },
        undefined,
        2,
      ),
      {mode: 0o600},
    )
  })
  afterEach(async () => {
    await service.close()
    box.remove()
  })

  const file = () => join(box.home, '.config/vibe-coder/config.json')
  const saved = () =>
    JSON.parse(readFileSync(file(), 'utf8')) as {
      currentProvider?: string
      mine: object
      providers: Record<string, Record<string, unknown>>
      plugins?: unknown
    }
  const vibe = (...args: string[]) => box.vibe(args, {env: {WORK_KEY: KEY}})
  const stored = () => {
    const folder = join(box.home, '.local/share/vibe-coder')
    return readdirSync(folder, {recursive: true, withFileTypes: true})
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
      .join('\n')
  }

  describe('list', () => {
    it('shows all of them, the current one marked, the broken one with its reason', async () => {
      const run = await vibe('provider:list')
      expect(run.code, run.stderr).to.equal(0)
      expect(run.stdout).to.match(/^\* +work +openai-compatible +alpha +http.*WORK_KEY$/m)
      expect(run.stdout).to.match(/^ +cloud +anthropic +claude-x/m)
      expect(run.stdout).to.match(/broken .*✗ There is no provider type "nothing-installed"/)
    })
    it('has the same as JSON, with types and without keys', async () => {
      const run = await vibe('provider:list', '--json')
      const list = JSON.parse(run.stdout) as {
        providers: Array<Record<string, unknown>>
        types: Array<Record<string, unknown>>
      }
      expect(list.providers.map(({name, current}) => [name, current])).to.deep.equal([
        ['work', true],
        ['cloud', false],
        ['broken', false],
      ])
      expect(list.types.map(({type}) => type)).to.include.members(['anthropic', 'openai-compatible', 'replay'])
      expect(run.stdout).not.to.contain(KEY)
    })
    it('shows what the environment makes', async () => {
      const run = await box.vibe(['provider:list'], {
        env: {VIBE_CODER_ENDPOINT: 'http://127.0.0.1:9999', VIBE_CODER_API_KEY: KEY},
      })
      expect(run.stdout).to.match(
        /^\* +env +openai-compatible +- +http:\/\/127\.0\.0\.1:9999\/v1 +VIBE_CODER_API_KEY$/m,
      )
    })
    it('opens no connection', async () => {
      await vibe('provider:list')
      expect(service.requests).to.have.length(0)
    })
  })

  describe('show', () => {
    it('names the origin of each value and masks what is secret', async () => {
      const run = await vibe('provider:show')
      expect(run.code, run.stderr).to.equal(0)
      expect(run.stdout).to.match(/^work \(current\)$/m)
      expect(run.stdout).to.match(/model +alpha +.*config\.json:\d+/)
      expect(run.stdout).to.match(/temperature +0\.5 +.*config\.json:3/)
      expect(run.stdout).to.match(/key +…wxyz +WORK_KEY/)
      expect(run.stdout).not.to.contain(KEY).and.not.to.contain('secret-header')
    })
    it('says that a key is missing instead of failing', async () => {
      const run = await vibe('provider:show', 'cloud')
      expect(run.code).to.equal(0)
      expect(run.stdout).to.match(/key +missing: .*CLOUD_KEY/)
    })
    it('names the nearest for a slip', async () => {
      const run = await vibe('provider:show', 'clod')
      expect(run.code).to.equal(3)
      expect(run.stderr).to.contain('Did you mean "cloud"?')
    })
  })

  describe('test', () => {
    it('says what works', async () => {
      const run = await vibe('provider:test', 'work')
      expect(run.code, run.stderr).to.equal(0)
      expect(run.stdout).to.match(/✓ alpha works \(\d\.\d s, price unknown\)/)
    })
    it('exits 4 for a refused key and for a missing one', async () => {
      service.behave({key: 'another'})
      const refused = await vibe('provider:test')
      expect(refused.code).to.equal(4)
      expect(refused.stderr).to.contain('vibe provider:update work --key-stdin')
      const missing = await vibe('provider:test', 'cloud')
      expect(missing.code).to.equal(4)
      expect(missing.stderr).to.contain('CLOUD_KEY')
    })
    it('exits 5 when the service fails or is gone', async () => {
      service.behave({chatStatus: 500})
      expect((await vibe('provider:test')).code).to.equal(5)
      await service.close()
      const gone = await vibe('provider:test', '--json')
      expect(gone.code).to.equal(5)
      expect(JSON.parse(gone.stdout)).to.have.nested.property('error.exit', 5)
    })
    it('reaches nobody in offline mode', async () => {
      const run = await box.vibe(['provider:test', 'cloud', '--offline'], {env: {CLOUD_KEY: KEY}})
      expect(run.code).to.equal(3)
      expect(run.stderr).to.contain('Offline mode is on')
    })
  })

  describe('use', () => {
    it('makes one current and says when something else decides', async () => {
      expect((await vibe('provider:use', 'cloud')).stdout).to.contain('"cloud" is the current provider now')
      expect(saved().currentProvider).to.equal('cloud')
      const run = await box.vibe(['provider:use', 'work'], {env: {VIBE_CODER_PROVIDER: 'cloud'}})
      expect(run.stdout).to.contain('VIBE_CODER_PROVIDER says otherwise')
    })
    it('refuses an unknown one and changes nothing', async () => {
      expect((await vibe('provider:use', 'wokr')).code).to.equal(3)
      expect(saved().currentProvider).to.equal('work')
    })
  })

  describe('update', () => {
    it('changes what is named, keeps the rest, and tries it first', async () => {
      const run = await vibe(
        'provider:update',
        'work',
        '--model',
        'beta',
        '--header',
        'X-Team=blue',
        '--temperature',
        '0.1',
        '--max-tokens',
        '100',
      )
      expect(run.code, run.stderr).to.equal(0)
      expect(saved().providers['work']).to.deep.include({
        model: 'beta',
        headers: {'X-Team': 'blue'},
        temperature: 0.1,
        maxTokens: 100,
        own: 'kept',
        credential: {env: 'WORK_KEY'},
      })
      expect(saved().mine).to.deep.equal({kept: true})
      expect(service.requests.at(-1)?.headers).to.include({'x-team': 'blue'})
    })
    it('replaces the key, and forgets a stored one that is not used any more', async () => {
      const run = await box.vibe(['provider:update', 'work', '--key-stdin'], {input: KEY})
      expect(run.code, run.stderr).to.equal(0)
      expect(saved().providers['work']).to.deep.include({credential: {store: 'work'}, model: 'alpha'})
      expect(stored()).to.contain(KEY)
      expect((await vibe('provider:update', 'work', '--key-env', 'WORK_KEY')).code).to.equal(0)
      expect(stored()).not.to.contain(KEY)
    })
    it('saves nothing that does not work, and nothing for nothing', async () => {
      const before = readFileSync(file(), 'utf8')
      expect((await box.vibe(['provider:update', 'work', '--key-stdin'], {input: 'sk-not-this-one'})).code).to.equal(4)
      expect((await vibe('provider:update', 'work')).code).to.equal(2)
      expect((await vibe('provider:update', 'work', '--temperature', '3')).code).to.equal(2)
      expect((await vibe('provider:update', 'nobody', '--model', 'x')).code).to.equal(3)
      expect(readFileSync(file(), 'utf8')).to.equal(before)
    })
    it('takes a header out again', async () => {
      await vibe('provider:update', 'work', '--header', 'X-Team=blue', '--no-validate')
      expect((await vibe('provider:update', 'work', '--header', 'X-Team=', '--no-validate')).code).to.equal(0)
      expect(saved().providers['work']).not.to.have.property('headers')
    })
  })

  describe('remove', () => {
    it('forgets the provider, its key, and that it was current', async () => {
      await box.vibe(['provider:update', 'work', '--key-stdin'], {input: KEY})
      const run = await vibe('provider:remove', 'work')
      expect(run.stdout).to.contain('and its stored key').and.to.contain('No provider is current now')
      expect(saved().providers).to.have.all.keys('cloud', 'broken')
      expect(saved()).not.to.have.property('currentProvider')
      expect(stored()).not.to.contain(KEY)
    })
    it('makes the last one that is left current', async () => {
      await vibe('provider:remove', 'broken')
      expect((await vibe('provider:remove', 'work')).stdout).to.contain('"cloud" is the current provider now')
      expect(saved().currentProvider).to.equal('cloud')
    })
    it('refuses an unknown name and what is not saved', async () => {
      expect((await vibe('provider:remove', 'nobody')).code).to.equal(3)
      expect((await vibe('provider:remove', 'replay')).code).to.equal(3)
    })
  })

  describe('prefer', () => {
    it('stores the choice, of packages that are installed only', async () => {
      expect((await vibe('provider:prefer', 'replay', 'vibe-provider-replay')).code).to.equal(0)
      expect(saved().plugins).to.deep.equal({prefer: {replay: 'vibe-provider-replay'}})
      const run = await vibe('provider:prefer', 'replay', 'vibe-provider-nobody')
      expect(run.code).to.equal(3)
      expect(run.stderr).to.contain('It is offered by vibe-provider-replay')
    })
  })

  describe('model:list', () => {
    it('asks the service', async () => {
      const run = await vibe('model:list')
      expect(run.code, run.stderr).to.equal(0)
      expect(run.stdout)
        .to.match(/^\* +alpha +price unknown$/m)
        .and.to.match(/^ +beta/m)
    })
    it('falls back to the dated list and says so', async () => {
      const run = await box.vibe(['model:list', '--provider', 'cloud', '--json'], {
        env: {CLOUD_KEY: KEY, ANTHROPIC_BASE_URL: 'http://127.0.0.1:9'},
      })
      expect(run.code, run.stderr).to.equal(0)
      expect(run.stderr).to.match(/from the list of \d{4}-\d\d-\d\d/)
      expect(JSON.parse(run.stdout)).to.include({provider: 'cloud', source: 'catalog'})
    })
    it('fails when nobody knows', async () => {
      await service.close()
      expect((await vibe('model:list', 'work')).code).to.equal(5)
    })
  })
})
