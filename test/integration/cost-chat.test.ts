import {expect} from 'chai'
import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {openaiChatReply, startScriptedServer, type ScriptedServer} from 'vibe-plugin-testkit'
import {sessionRecords, status} from '../support/failing-over.ts'
import {KEYS, startPty, type Pty} from '../support/pty.ts'
import {createSandbox, VIBE, type Sandbox} from '../support/sandbox.ts'

const env = {COST_KEY: 'sk-test-0123456789abcdef'}
let sandbox: Sandbox
let server: ScriptedServer
let pty: Pty | undefined

/** @param more over a provider whose model costs $1.25 and $10 for a million tokens in and out */
function configure(more: {config?: object; provider?: object; others?: object} = {}): void {
  const priced = {type: 'openai', endpoint: `${server.url}/v1`, model: 'gpt-5.1', credential: {env: 'COST_KEY'}}
  const providers = {priced: {...priced, ...more.provider}, ...more.others}
  const folder = join(sandbox.home, '.config/vibe-coder')
  mkdirSync(folder, {recursive: true})
  const text = JSON.stringify({currentProvider: 'priced', providers, ...more.config})
  writeFileSync(join(folder, 'config.json'), text, {mode: 0o600})
}

function chat(...args: string[]): Pty {
  const all = {...sandbox.env, ...env}
  pty = startPty(process.execPath, [VIBE, 'chat', ...args], {cwd: sandbox.project, env: all, columns: 100, rows: 40})
  return pty
}

describe('a cost cap', function () {
  this.timeout(60_000)
  beforeEach(async () => {
    sandbox = createSandbox()
    server = await startScriptedServer(() => openaiChatReply({text: 'Well.', usage: {input: 30_000, output: 1000}}))
    configure()
  })
  afterEach(async () => {
    pty?.close()
    pty = undefined
    await server.close()
    sandbox.remove()
  })

  it('holds over the messages of a chat, before the next one is sent, and loses none', async () => {
    const screen = chat('--max-cost', '0.05')
    await screen.see('›')
    screen.type(`first question${KEYS.enter}`)
    await screen.see('Well.')
    await screen.see('$0.0475')
    screen.type(`second question${KEYS.enter}`)
    await screen.see('was not sent')
    expect(screen.text()).to.contain('Raise it with --max-cost')
    expect(server.requests).to.have.length(1)
    await screen.see(/› second question\ngpt-5\.1 · code/)
    screen.type(`${KEYS.controlC}${KEYS.controlD}`)
    await screen.exit()
    expect(JSON.stringify(sessionRecords(sandbox.home))).to.contain('second question')
    // What an earlier start of vibe spent is not counted: each has a purse of its own.
    const again = await sandbox.vibe(['run', '--continue', '--max-cost', '0.05', 'go on'], {env})
    expect(again.code, again.stderr).to.equal(0)
    expect(server.requests[1]?.body).to.contain('second question')
  })

  it('limits the answer to what is left, and refuses a request that does not fit at all', async () => {
    const some = await sandbox.vibe(['run', '--max-cost', '0.05', 'look'], {env})
    expect(some.code, some.stderr).to.equal(0)
    const {max_completion_tokens: limit, max_output_tokens: other} = server.requests[0]?.json as Record<string, number>
    expect((limit ?? other ?? Infinity) * 10e-6).to.be.within(0.03, 0.05)
    const none = await sandbox.vibe(['run', '--max-cost', '0.001', '--json', 'look'], {env})
    expect(none.code).to.equal(7)
    expect(none.stdout).to.contain('was not sent')
    const piped = await sandbox.vibe(['chat', '--max-cost', '0.001'], {env, input: 'look'})
    expect(piped.code).to.equal(7)
    expect(server.requests).to.have.length(1)
  })

  it('comes from the configuration where no flag says it', async () => {
    configure({config: {maxCost: 0.001}})
    expect((await sandbox.vibe(['run', 'look'], {env})).code).to.equal(7)
    expect((await sandbox.vibe(['run', '--max-cost', '1', 'look'], {env})).code).to.equal(0)
    expect(server.requests).to.have.length(1)
  })

  it('is refused with a model whose price nobody knows, in a chat too', async () => {
    configure({provider: {model: 'of-unknown-price'}})
    const screen = chat('--max-cost', '1')
    expect(await screen.exit()).to.equal(3)
    expect(screen.text()).to.contain('The price of of-unknown-price is unknown')
    expect(server.requests).to.have.length(0)
  })

  it('lets nobody of unknown price take over', async () => {
    await server.close()
    server = await startScriptedServer((request) =>
      (request.json as {model: string}).model === 'gpt-5.1'
        ? status(429, {'retry-after': '3600'})
        : openaiChatReply({text: 'From the small one.', usage: {input: 1000, output: 10}}),
    )
    configure({provider: {fallbacks: ['/of-unknown-price', '/gpt-5-mini']}})
    const {code, stdout, stderr} = await sandbox.vibe(['run', '--max-cost', '1', '--json', 'look'], {env})
    expect(code, stderr).to.equal(0)
    const result = JSON.parse(stdout) as {costUsd: number; answeredBy: {model: string}}
    expect(result.answeredBy.model).to.equal('gpt-5-mini')
    // At the price of the one who answered.
    expect(result.costUsd).to.be.closeTo(1000 * 0.25e-6 + 10 * 2e-6, 1e-9)
  })
})
