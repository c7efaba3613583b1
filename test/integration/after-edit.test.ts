import {chmodSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {openaiChatReply, startScriptedServer, type ScriptedAnswer, type ScriptedServer} from 'vibe-plugin-testkit'
import {createSandbox, type Sandbox} from '../support/sandbox.ts'

const call = (name: string, input: Record<string, string>, id: string) => ({toolCalls: [{id, name, input}]})

/** A formatter that puts a blank behind each comma; a linter that wants no "bad" in a file. */
const FORMATTER =
  '#!/bin/sh\nfor f in "$@"; do sed "s/,\\([^ ]\\)/, \\1/g" "$f" > "$f.new" && cat "$f.new" > "$f" && rm "$f.new"; done\n'
const LINTER = '#!/bin/sh\ngrep -n bad "$@" && exit 1\nexit 0\n'

describe('formatters and linters after an edit', function () {
  this.timeout(60_000)
  let sandbox: Sandbox
  let server: ScriptedServer | undefined
  let tools: string

  beforeEach(() => {
    sandbox = createSandbox()
    tools = join(sandbox.home, 'tools')
    mkdirSync(tools)
    for (const [name, text] of [
      ['tidy', FORMATTER],
      ['check', LINTER],
    ] as const) {
      writeFileSync(join(tools, name), text)
      chmodSync(join(tools, name), 0o755)
    }
  })
  afterEach(async () => {
    await server?.close()
    sandbox.remove()
  })

  const file = (name: string) => join(sandbox.project, name)

  const run = async (rules: object[], answers: readonly ScriptedAnswer[]) => {
    const folder = join(sandbox.home, '.config/vibe-coder')
    mkdirSync(folder, {recursive: true, mode: 0o700})
    writeFileSync(join(folder, 'config.json'), JSON.stringify({afterEdit: rules}), {mode: 0o600})
    server = await startScriptedServer((_request, index) => openaiChatReply(answers[index] ?? {text: 'done'}))
    const env = {VIBE_CODER_ENDPOINT: `${server.url}/v1`, VIBE_CODER_MODEL: 'scripted', VIBE_CODER_API_KEY: 'sk-1'}
    const ended = await sandbox.vibe(['run', 'go', '--yes'], {env})
    expect(ended.code, ended.stderr).to.equal(0)
    return server.requests.map(({body}) => body)
  }

  it('shows the model what the formatter rewrote, and takes both back in one step', async () => {
    writeFileSync(file('a.ts'), 'old\n')
    const bodies = await run(
      [{files: '**/*.ts', format: [join(tools, 'tidy')]}],
      [
        call('read', {path: 'a.ts'}, 'c1'),
        call('edit', {path: 'a.ts', old: 'old', new: 'f(a,b)'}, 'c2'),
        call('edit', {path: 'a.ts', old: 'f(a, b)', new: 'g(a,b)'}, 'c3'),
      ],
    )
    expect(bodies[2]).to.contain('tidy then rewrote a.ts').and.contain('+f(a, b)')
    expect(readFileSync(file('a.ts'), 'utf8')).to.equal('g(a, b)\n')
    expect((await sandbox.vibe(['undo'])).code).to.equal(0)
    expect(readFileSync(file('a.ts'), 'utf8')).to.equal('old\n')
  })

  it('gives what the linter says to the model in the same turn, only for files it is meant for', async () => {
    const bodies = await run(
      [{files: ['src/*.ts'], lint: [join(tools, 'check'), '{files}']}],
      [
        call('write', {path: 'src/a.ts', content: 'good\nbad\n'}, 'c1'),
        call('write', {path: 'b.ts', content: 'bad\n'}, 'c2'),
      ],
    )
    expect(bodies[1]).to.contain('ended with exit code 1').and.contain('2:bad')
    expect(bodies[2]?.split('ended with exit code 1').length).to.equal(2)
  })

  it('says so when the program is missing, hangs, or fails, and keeps the edit', async () => {
    const rules = [
      {files: '*', format: ['no-such-program-anywhere']},
      {files: '*', lint: ['sleep', '30'], timeoutSeconds: 1},
    ]
    const bodies = await run(rules, [call('write', {path: '-rf', content: 'x\n'}, 'c1')])
    expect(bodies[1]).to.contain('no-such-program-anywhere was not found')
    expect(bodies[1]).to.match(/did not end within 1 s|exit code/)
    expect(readFileSync(file('-rf'), 'utf8')).to.equal('x\n')
  })

  it('runs nothing that an untrusted project names', async () => {
    mkdirSync(file('.vibe-coder'))
    writeFileSync(
      file('.vibe-coder/config.json'),
      JSON.stringify({afterEdit: [{files: '**', format: ['touch', 'canary']}]}),
    )
    await run([], [call('write', {path: 'a', content: 'x\n'}, 'c1')])
    expect(() => readFileSync(file('canary'))).to.throw('ENOENT')
  })
})
