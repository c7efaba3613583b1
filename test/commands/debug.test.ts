import {expect} from 'chai'
import {existsSync, readFileSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {createSandbox, type Sandbox} from '../support/sandbox.ts'

describe('--debug', function () {
  this.timeout(30_000)
  let box: Sandbox
  beforeEach(() => {
    box = createSandbox()
  })
  afterEach(() => box.remove())

  const logs = () => join(box.home, '.local/share/vibe-coder/logs')
  const failing: Array<[command: string[], exit: number, code: string]> = [
    [['config:get', 'defaultModel'], 3, 'config-unset'],
    [['provider:test', 'nobody'], 3, 'provider-unknown'],
    [['provider:add', 'work', '--type', 'openai', '--header', 'Authorization=secret-0123456789'], 3, 'flags-missing'],
  ]
  for (const [command, exit, code] of failing) {
    it(`writes down why ${command.join(' ')} failed, and names the file last`, async () => {
      const run = await box.vibe([...command, '--debug'])
      expect(run.code, run.stderr).to.equal(exit)
      const path = /Debug log: (\S+)\n$/.exec(run.stderr)?.[1] ?? ''
      expect(path).to.match(/^\/.*\.jsonl$/)
      const text = readFileSync(path, 'utf8')
      const lines = text.trim().split('\n')
      const {detail} = JSON.parse(lines[0] ?? '') as {detail: {command: string; flags: string[]; error: object}}
      expect(lines).to.have.length(1)
      expect(detail.command).to.equal(command[0])
      expect(detail.flags).to.include('--debug')
      expect(detail.error).to.include({code, exit}).and.to.have.property('stack')
      expect(text).to.not.include('secret-0123456789')
      expect(statSync(path).mode & 0o777).to.equal(0o600)
    })
  }

  it('keeps JSON on stdout, and writes nothing where nothing failed or nobody asked', async () => {
    const run = await box.vibe(['config:get', 'defaultModel', '--json', '--debug'])
    expect(JSON.parse(run.stdout)).to.have.nested.property('error.code', 'config-unset')
    expect(run.stderr).to.match(/^Debug log: \S+\n$/)
    const other = createSandbox()
    await other.vibe(['config:get', 'defaultModel'])
    await other.vibe(['config:list', '--debug'])
    expect(existsSync(logs().replace(box.home, other.home))).to.equal(false)
    other.remove()
  })
})
