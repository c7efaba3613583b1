import {expect} from 'chai'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {startChatService, type ChatService} from '../support/chat-service.ts'
import {
  CHANGERS,
  codePlugin,
  FLOODERS,
  LISTERS,
  MANIFESTS,
  moduleOf,
  SHAPES,
  THROWERS,
} from '../support/hostile-plugins.ts'
import type {ProgramRun} from '../support/program.ts'
import {createSandbox, type Sandbox} from '../support/sandbox.ts'
import {installPlugins} from '../support/user-plugins.ts'

/** Megabytes: what no plugin's answer may need. */
const ROOM = '--max-old-space-size=400'
const SETTING = {
  settings: {
    type: 'object',
    additionalProperties: false,
    properties: {path: {type: 'string', description: 'd', pattern: '^[a-z]+$'}},
  },
}

describe('beside hostile plugins', function () {
  this.timeout(60_000)
  let box: Sandbox
  let service: ChatService
  let config: string
  const asked = [...THROWERS, ...FLOODERS, ...CHANGERS, ...SHAPES]
  const file = () => join(box.home, '.config/vibe-coder/config.json')
  const vibe = (args: readonly string[]) => box.vibe(args, {env: {NODE_OPTIONS: ROOM}})
  const question = (id: string) => ['run', 'hello', '-p', id, '-m', 'm']
  /** What waits for a plugin that never settles, from the beginning and all at once. */
  let waiting: Map<string, Promise<ProgramRun>>

  before(async () => {
    box = createSandbox()
    service = await startChatService()
    const add = ['provider:add', 'work', '--type', 'openai-compatible', '--endpoint', `${service.url}/v1`, '--no-key']
    expect((await box.vibe([...add, '--model', 'alpha'])).code).to.equal(0)
    config = readFileSync(file(), 'utf8')
    const all = [...asked, ...LISTERS, ...MANIFESTS].map(({plugin}) => plugin)
    installPlugins(box.home, [...all, codePlugin('set', moduleOf(''), SETTING)])
    const slow = [...asked.filter(({that}) => that.startsWith('never')), ...LISTERS.filter(({exit}) => exit === 5)]
    waiting = new Map(slow.map((one) => [one.id, vibe('args' in one ? one.args : question(one.id))]))
  })
  after(async () => {
    await service.close()
    box.remove()
  })
  afterEach(() => expect(readFileSync(file(), 'utf8')).to.equal(config))

  async function works() {
    const run = await vibe(['run', 'hello'])
    expect([run.code, run.stdout], run.stderr).to.deep.equal([0, 'ready\n'])
  }

  it('what worked before works', async () => {
    await works()
  })

  for (const {that, id, outcome} of asked)
    it(`one that ${that} ${'answers' in outcome ? 'harms nothing' : 'ends in one clear line'}`, async () => {
      const run = await (waiting.get(id) ?? vibe(question(id)))
      if ('answers' in outcome) {
        expect([run.code, run.stdout], run.stderr).to.deep.equal([0, outcome.answers])
        return
      }
      expect(run.stderr).to.match(outcome.says)
      expect(run.stderr.match(/✗/g), run.stderr).to.have.length(1)
      expect(run.stderr.length).to.be.below(1_000)
      expect(run.stderr).to.not.match(/\n {4}at |[\u0000-\u0009\u000b-\u001f\u202e]/)
      expect([run.code, run.stdout]).to.deep.equal([outcome.exit, ''])
    })

  for (const {that, id, args, says, exit} of LISTERS)
    it(`one that ${that} is waited for no longer than it should be`, async () => {
      const run = await (waiting.get(id) ?? vibe(args))
      expect(exit === 0 ? run.stdout : run.stderr).to.match(says)
      expect(run.stderr).to.not.match(/\n {4}at /)
      expect(run.code, run.stderr).to.equal(exit)
    })

  it('those with bad manifests are named in one line each', async () => {
    const run = await vibe(['provider:list'])
    expect(run.code).to.equal(0)
    const lines = run.stderr.split('\n')
    for (const {plugin, says} of MANIFESTS) {
      const own = lines.filter((line) => line.includes(`(${plugin.name} 1.0.0)`))
      expect(own, plugin.name).to.have.length(1)
      expect(own[0]).to.match(says)
    }
    expect(run.stderr).to.not.match(/[\u0000-\u0009\u000b-\u001f\u200b\u202e]/)
  })

  it('settings pollute nothing', async () => {
    const set = ['provider:add', 'mine', '--type', 'set', '--model', 'm', '--yes', '--no-validate', '--set']
    for (const pair of [
      '__proto__=x',
      '__proto__.a=1',
      'constructor=x',
      'constructor.prototype.a=1',
      'path=__proto__',
    ]) {
      const run = await vibe([...set, pair])
      expect(run.code, `${pair}: ${run.stdout}${run.stderr}`).to.equal(2)
      expect(run.stderr.match(/✗/g), pair).to.have.length(1)
    }
  })

  it('settings in the configuration pollute nothing', async () => {
    const settings = '{"__proto__": {"polluted": 1}, "path": "abc"}'
    const bad = config.replace(
      '"providers": {',
      `"providers": {"mine": {"type": "set", "model": "m", "settings": ${settings}},`,
    )
    expect(bad).to.not.equal(config)
    writeFileSync(file(), bad)
    const run = await vibe(['run', 'hello', '-p', 'mine'])
    expect(run.stderr).to.match(/__proto__/)
    expect(run.stderr).to.not.match(/\n {4}at /)
    await works()
    writeFileSync(file(), config)
  })

  it('what worked before still works', async () => {
    await works()
  })
})
