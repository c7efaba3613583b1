import {expect} from 'chai'
import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {startChatService, type ChatService} from '../support/chat-service.ts'
import {KEYS, startPty, type Pty} from '../support/pty.ts'
import {createSandbox, VIBE, type Sandbox} from '../support/sandbox.ts'

const KEY = 'sk-test-0123456789-wxyz'

describe('vibe provider:add in a terminal', function () {
  this.timeout(60_000)
  let box: Sandbox
  let service: ChatService
  let pty: Pty
  beforeEach(async () => {
    box = createSandbox()
    service = await startChatService({key: KEY, models: Array.from({length: 60}, (_, index) => `model-${index}`)})
  })
  afterEach(async () => {
    pty.close()
    await service.close()
    box.remove()
  })

  const file = () => join(box.home, '.config/vibe-coder/config.json')
  function start(args: string[]) {
    pty = startPty(process.execPath, [VIBE, 'provider:add', ...args], {cwd: box.project, env: box.env})
  }

  it('asks for everything that no flag says, and narrows a long list by typing', async () => {
    start([])
    await pty.see('Which type?')
    pty.type('openai-c(')
    await pty.see('❯ openai-compatible')
    pty.type(KEYS.enter)
    await pty.see('Name for it')
    pty.type('gate\r')
    await pty.see('? Address')
    pty.type('nonsense\r')
    await pty.see('not an http')
    pty.type(`\x15${'\x7f'.repeat(8)}${service.url}/v1\r`)
    await pty.see('Does it need a key?')
    pty.type('y')
    await pty.see('(hidden)')
    pty.type(`${KEY}\r`)
    await pty.see('60 models. Part of the name')
    pty.type(KEYS.enter)
    await pty.see('❯ model-0')
    pty.type(KEYS.enter)
    await pty.see('works (')
    expect(await pty.exit()).to.equal(0)
    expect(JSON.parse(readFileSync(file(), 'utf8'))).to.have.nested.property('providers.gate.model', 'model-0')
    expect(pty.raw()).not.to.contain(KEY)
  })

  it('asks only for what is missing', async () => {
    start(['gate', '--type', 'openai-compatible', '--endpoint', `${service.url}/v1`, '--key-env', 'GATE_KEY'])
    await pty.see('GATE_KEY is not set')
    expect(await pty.exit()).to.equal(4)
    pty.close()
    box.env['GATE_KEY'] = KEY
    start(['gate', '--type', 'openai-compatible', '--endpoint', `${service.url}/v1`, '--key-env', 'GATE_KEY'])
    await pty.see('60 models. Part of the name')
    pty.type('zzz\r')
    await pty.see('No model has "zzz" in its name.')
    pty.type('\x7f\x7f\x7f-59\r')
    await pty.see('❯ model-59')
    pty.type(KEYS.enter)
    await pty.see('works (')
    expect(await pty.exit()).to.equal(0)
    expect(JSON.parse(readFileSync(file(), 'utf8'))).to.have.nested.property('providers.gate.model', 'model-59')
  })

  it('asks for a new key when update is told --key-stdin', async () => {
    const added = await box.vibe([
      'provider:add',
      'gate',
      '--type',
      'openai-compatible',
      '--endpoint',
      `${service.url}/v1`,
      '--no-key',
      '--model',
      'model-1',
      '--no-validate',
    ])
    expect(added.code, added.stderr).to.equal(0)
    pty = startPty(process.execPath, [VIBE, 'provider:update', 'gate', '--key-stdin'], {cwd: box.project, env: box.env})
    await pty.see('API key (hidden)')
    pty.type(`Bearer ${KEY}\r`)
    await pty.see('works (')
    expect(await pty.exit()).to.equal(0)
    expect(JSON.parse(readFileSync(file(), 'utf8'))).to.have.deep.nested.property('providers.gate.credential', {
      store: 'gate',
    })
    expect(pty.raw()).not.to.contain(KEY)
  })

  it('asks nothing with --yes', async () => {
    start(['gate', '--type', 'openai-compatible', '--yes'])
    expect(await pty.exit()).to.equal(3)
    expect(pty.text()).to.contain('--endpoint URL')
  })

  for (const [name, key] of [
    ['Ctrl-C', KEYS.controlC],
    ['Ctrl-D', KEYS.controlD],
    ['Esc', KEYS.escape],
  ] as const) {
    it(`saves nothing on ${name}`, async () => {
      start(['gate'])
      await pty.see('Which type?')
      pty.type(key)
      expect(await pty.exit()).to.equal(130)
      expect(pty.text()).to.contain('Nothing was saved.')
      expect(existsSync(file())).to.equal(false)
    })
  }
})
