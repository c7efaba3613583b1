import {expect} from 'chai'
import {startChatService, type ChatService} from '../support/chat-service.ts'
import {manifestCommands} from '../support/documents.ts'
import type {ProgramRun} from '../support/program.ts'
import {createSandbox, type Sandbox} from '../support/sandbox.ts'
import {answered, said, sessionFiles} from '../support/session-files.ts'

const KEY = 'json-key-of-a-test'

/** What makes each command succeed once `work` is set up; a command without an entry is run bare. */
const WORKING: Record<string, string[]> = {
  chat: ['hello'],
  completion: ['bash'],
  'config:explain': ['defaultModel'],
  'config:get': ['currentProvider'],
  'config:set': ['defaultTemperature', '0.2'],
  'config:unset': ['currentProvider'],
  'config:reset': [],
  help: ['exit-codes'],
  'provider:add': ['other', '--type', 'openai-compatible', '--no-key', '--model', 'alpha', '--endpoint', 'URL'],
  'provider:create': ['acme'],
  'provider:prefer': ['openai-compatible', 'vibe-provider-openai-compatible'],
  'provider:remove': ['work'],
  'provider:update': ['work', '--model', 'beta'],
  'provider:use': ['work'],
  run: ['hello'],
  search: ['hello'],
  'session:delete': ['aaaa', '--yes'],
  'session:export': ['aaaa'],
  'session:fork': ['aaaa'],
  'session:list': [],
  'session:rename': ['aaaa', 'a title'],
  'session:show': ['aaaa'],
  setup: ['--provider', 'openai-compatible', '--no-key', '--model', 'alpha', '--endpoint', 'URL', '--yes'],
  trust: ['--yes'],
  usage: [],
  'plugins:inspect': ['vibe-provider-openai'],
  'plugins:reset': ['--yes'],
  'plugins:update': [],
}
/** Those that would reach for the network or wait for an editor are only tried with a wrong flag. */
const ONLY_FAILING = /^(plugins:(install|link|uninstall)|autocomplete|model:pull$)/

/** The one value on stdout, which must be all of it. */
function only(run: ProgramRun, what: string): Record<string, unknown> {
  expect(run.stdout, `${what} wrote no JSON; stderr: ${run.stderr}`).to.match(/\S/)
  try {
    return JSON.parse(run.stdout) as Record<string, unknown>
  } catch (cause) {
    throw new Error(`${what} wrote more or less than one JSON value: ${run.stdout}`, {cause})
  }
}

describe('--json', function () {
  this.timeout(60_000)
  const commands = [...manifestCommands()].filter(([, {flags}]) => flags['json'] !== undefined)
  let box: Sandbox
  let service: ChatService
  before(async () => {
    service = await startChatService({})
  })
  after(() => service.close())
  beforeEach(async () => {
    box = createSandbox()
    const add = ['provider:add', 'work', '--type', 'openai-compatible', '--endpoint', `${service.url}/v1`]
    sessionFiles(box).write({id: 'aaaa11112222'}, [said('hello'), answered('yes')])
    const run = await box.vibe([...add, '--key-stdin', '--model', 'alpha', '--no-validate'], {input: KEY})
    expect(run.code, run.stderr).to.equal(0)
  })
  afterEach(() => box.remove())

  it('is taken by every command of vibe but the demo', () => {
    const without = [...manifestCommands()].filter(([, {flags}]) => flags['json'] === undefined).map(([id]) => id)
    expect(without.filter((id) => !id.startsWith('autocomplete'))).to.deep.equal(['demo'])
  })

  for (const [id] of commands) {
    it(`is the whole output of ${id}, when it succeeds and when it fails`, async () => {
      const wrong = await box.vibe([id, '--no-such-flag', '--json'])
      expect(only(wrong, `${id} with a wrong flag`), wrong.stderr).to.have.property('error')
      expect(wrong.code).to.equal(2)
      if (ONLY_FAILING.test(id)) return
      const args = (WORKING[id] ?? []).map((word) => (word === 'URL' ? `${service.url}/v1` : word))
      const run = await box.vibe([id, ...args, '--json'], {env: {EDITOR: 'true'}})
      const value = only(run, id)
      if (id in WORKING) expect(run.code, run.stderr + run.stdout).to.equal(0)
      if (run.code !== 0) expect(value).to.have.property('error')
      expect(run.stdout + run.stderr).to.not.contain(KEY)
    })
  }

  it('holds the help of a command as text', async () => {
    for (const words of [['run'], ['config'], ['help'], []])
      expect(only(await box.vibe(['help', ...words, '--json']), 'help')['help']).to.match(/USAGE|COMMANDS/)
  })

  it('says what failed: nothing set up, a refused key, a service that is away', async () => {
    service.behave({key: 'another-key-entirely'})
    for (const line of ['run hi', 'chat hi', 'provider:test']) {
      const refused = await box.vibe([...line.split(' '), '--json'])
      expect(only(refused, line)['error']).to.be.an('object')
      expect(refused.code).to.equal(4)
    }
    service.behave({})
    const away = ['provider:update', 'work', '--endpoint', 'http://127.0.0.1:9/v1', '--json']
    expect(only(await box.vibe(away), 'update')['error']).to.have.property('exit', 5)
    const empty = createSandbox()
    for (const line of ['run hi', 'provider:show', 'model:list', 'provider:test'])
      expect(only(await empty.vibe([...line.split(' '), '--json']), line)['error']).to.have.property('hint')
    empty.remove()
  })
})
