import {expect} from 'chai'
import {mkdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {createSandbox, type Sandbox} from '../support/sandbox.ts'

describe('the config commands', function () {
  this.timeout(30_000)
  let box: Sandbox
  beforeEach(() => {
    box = createSandbox()
  })
  afterEach(() => box.remove())

  const file = () => join(box.home, '.config/vibe-coder/config.json')
  const write = (text: string) => {
    mkdirSync(dirname(file()), {recursive: true})
    writeFileSync(file(), text)
  }
  const json = async (...args: string[]) => {
    // Set for every test, and listed otherwise.
    const run = await box.vibe([...args, '--json'], {env: {VIBE_CODER_CREDENTIAL_STORE: ''}})
    return {code: run.code, value: JSON.parse(run.stdout) as Record<string, unknown>}
  }

  it('set, get, explain, list and unset a value, with both spellings', async () => {
    expect((await box.vibe(['config', 'set', 'defaultTemperature', '0.2'])).code).to.equal(0)
    expect((await box.vibe(['config:get', 'defaultTemperature'])).stdout).to.equal('0.2\n')
    const explained = await box.vibe(['config:explain', 'defaultTemperature'], {env: {VIBE_CODER_TEMPERATURE: '1'}})
    expect(explained.stdout).to.equal(
      `defaultTemperature = 1\n  * 1  VIBE_CODER_TEMPERATURE\n    0.2  ~/.config/vibe-coder/config.json:3 (user)\n`,
    )
    expect((await json('config:list')).value['values']).to.deep.equal([
      {key: 'defaultTemperature', value: 0.2, origin: {layer: 'user', file: file(), line: 3}},
    ])
    expect((await json('config:unset', 'defaultTemperature')).value).to.include({
      key: 'defaultTemperature',
      before: 0.2,
    })
    expect((await box.vibe(['config:get', 'defaultTemperature'])).code).to.equal(3)
    expect([statSync(file()).mode & 0o777, statSync(dirname(file())).mode & 0o777]).to.deep.equal([0o600, 0o700])
  })

  for (const [args, exit, code] of [
    [['config:set', 'defaultTemprature', '1'], 2, 'config-key-unknown'],
    [['config:set', 'defaultTemperature', '3'], 2, 'config-value-invalid'],
    [['config:set', 'providers.work.apiKey', 'sk-verysecretkey'], 2, 'config-secret'],
    [['config:get', 'nothing'], 2, 'config-key-unknown'],
    [['config:get', 'defaultModel'], 3, 'config-unset'],
    [['config:set', 'defaultModel'], 2, 'usage'],
    [['config:list', '--nonsense'], 2, 'usage'],
  ] as const) {
    it(`${args.join(' ')} fails with exit ${exit}, in words and as JSON`, async () => {
      const run = await box.vibe(args)
      expect(run.code, run.stderr).to.equal(exit)
      expect(run.stdout).to.equal('')
      expect(run.stderr).to.match(/\S/).and.not.contain('verysecret')
      const {code: jsonExit, value} = await json(...args)
      expect(jsonExit).to.equal(exit)
      expect(value['error']).to.include({code, exit})
      expect(JSON.stringify(value)).to.not.contain('verysecret').and.not.contain('oclif')
    })
  }

  it('names what is wrong in the file on stderr and keeps stdout clean', async () => {
    write('{\n  "defaultModle": "x",\n  "defaultMaxTokens": "many",\n  "defaultModel": "m"\n}')
    const run = await box.vibe(['config:get', 'defaultModel'])
    expect(run).to.include({code: 0, stdout: 'm\n'})
    expect(run.stderr).to.contain(`${file()}:2`).and.contain('Did you mean defaultModel?').and.contain(`${file()}:3`)
  })

  it('prints nothing of a project that a terminal would obey', async () => {
    mkdirSync(join(box.project, '.vibe-coder'))
    writeFileSync(
      join(box.project, '.vibe-coder/config.json'),
      JSON.stringify({'\u001b[2Jx': 1, customHeaders: {'\u001b]0;x\u0007': 'y'}, defaultModel: 'm'}),
    )
    for (const args of [['config:list'], ['config:explain', 'defaultModel'], ['config:get', '\u001b[2J']]) {
      const run = await box.vibe(args)
      expect(run.stdout + run.stderr)
        .to.match(/[a-z]/)
        .and.not.match(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
    }
  })

  it('keeps a broken file aside when it writes, and says so', async () => {
    write('{"defaultModel": "precious"')
    const run = await box.vibe(['config:set', 'defaultModel', 'm'])
    expect(run.code).to.equal(0)
    const copy = /kept as (\S+)/.exec(run.stderr)?.[1] ?? ''
    expect(readFileSync(copy, 'utf8')).to.equal('{"defaultModel": "precious"')
  })

  it('resets and keeps the old file', async () => {
    write('{"defaultModel": "precious"}')
    const {value} = await json('config:reset')
    expect(readFileSync(String(value['keptCopy']), 'utf8')).to.contain('precious')
    expect((await json('config:path')).value['file']).to.equal(file())
  })

  it('edits with the chosen editor and fails for what it left broken', async () => {
    const editor = join(box.home, 'editor.sh')
    writeFileSync(editor, `#!/bin/sh\nprintf '{\\n"a": ' > "$2"\n`, {mode: 0o755})
    const run = await box.vibe(['config:edit'], {env: {VISUAL: `${editor} --wait`}})
    expect(run.code).to.equal(3)
    expect(run.stderr).to.contain(`${file()}:2`).and.contain('vibe config:edit')
  })
})
