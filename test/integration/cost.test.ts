import {expect} from 'chai'
import {openaiChatReply, startScriptedServer, type ScriptedServer} from 'vibe-plugin-testkit'
import {createSandbox, type Sandbox} from '../support/sandbox.ts'

const MODEL = 'gpt-5.1'
const env = {COST_KEY: 'sk-test-0123456789abcdef'}

let sandbox: Sandbox
let server: ScriptedServer

describe('vibe run --max-cost with a model whose price is known', function () {
  this.timeout(60_000)
  beforeEach(async () => {
    sandbox = createSandbox()
    server = await startScriptedServer((_request, index) =>
      openaiChatReply({
        toolCalls: [{id: `c${index}`, name: 'grep', input: {pattern: `word${index}`}}],
        usage: {input: 100_000, output: 1000},
      }),
    )
    const place = [
      '--endpoint',
      `${server.url}/v1`,
      '--model',
      MODEL,
      '--key-env',
      'COST_KEY',
      '--no-validate',
      '--yes',
    ]
    const added = await sandbox.vibe(['provider:add', 'priced', '--type', 'openai', ...place], {env})
    expect(added.code, added.stderr).to.equal(0)
  })
  afterEach(async () => {
    await server.close()
    sandbox.remove()
  })

  it('sends no further request once the cap is reached, and says what was spent', async () => {
    const {code, stdout, stderr} = await sandbox.vibe(['run', '--max-cost', '0.05', '--json', 'look'], {env})
    expect(code, stderr + stdout).to.equal(7)
    const result = JSON.parse(stdout) as {costUsd: number; status: string; error: {message: string}}
    expect(server.requests).to.have.length(1)
    expect(result.status).to.equal('limit')
    expect(result.costUsd).to.be.above(0.05)
    expect(result.error.message).to.contain('cost cap of $0.05')
  })

  it('goes on below the cap', async () => {
    const {code} = await sandbox.vibe(['run', '--max-cost', '1000', '--max-turns', '3', '--json', 'look'], {env})
    expect(code).to.equal(7)
    expect(server.requests).to.have.length(3)
  })
})
