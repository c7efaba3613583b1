import {expect} from 'chai'
import {existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {
  anthropicReply,
  jsonReply,
  ollamaReply,
  openaiChatReply,
  openaiResponsesReply,
  startScriptedServer,
  type Reply,
  type ScriptedAnswer,
} from 'vibe-plugin-testkit'
import {checkPackage, installTools, npm} from '../support/package-tools.ts'
import {KEYS, startPty} from '../support/pty.ts'
import {createSandbox, ROOT, VIBE, type Sandbox} from '../support/sandbox.ts'

type Kind = {
  args: string[]
  reply: (answer: ScriptedAnswer) => Reply
  /** What follows the server's address in the endpoint. */
  base: string
  /** A package that speaks the protocol and does not come with vibe. */
  speaker?: string
}
const KINDS: Record<string, Kind> = {
  'openai-chat': {args: [], reply: openaiChatReply, base: '/v1'},
  'openai-responses': {args: ['--protocol', 'openai-responses'], reply: openaiResponsesReply, base: '/v1'},
  'anthropic-messages': {args: ['--protocol', 'anthropic-messages'], reply: anthropicReply, base: ''},
  ollama: {args: ['--protocol', 'ollama'], reply: ollamaReply, base: '', speaker: 'vibe-provider-ollama'},
  code: {args: ['--code'], reply: openaiChatReply, base: '/v1'},
}
const KEY = 'created-key-of-a-test'
type Created = {folder: string; files: string[]; next: string[]; package: string; placeholder?: true}

describe('vibe provider:create', function () {
  this.timeout(60_000)
  let box: Sandbox
  beforeEach(() => {
    box = createSandbox()
  })
  afterEach(() => box.remove())

  async function create(args: readonly string[]): Promise<Created> {
    const run = await box.vibe(['provider:create', ...args, '--json'])
    expect(run.code, run.stderr + run.stdout).to.equal(0)
    return JSON.parse(run.stdout) as Created
  }

  /** Runs one of the commands that were printed. */
  async function follow(line: string, options: {env: Record<string, string>; more?: string[]}) {
    const [program, ...words] = line.split(' ')
    expect(program).to.equal('vibe')
    const run = await box.vibe([...words, ...(options.more ?? [])], {env: options.env})
    expect(run.code, `${line}\n${run.stderr}`).to.equal(0)
    return run
  }

  for (const [name, {args, reply, base, speaker}] of Object.entries(KINDS))
    it(`${name}: is whole, passes its checks and tests, and answers`, async () => {
      const created = await create(['mine', ...args])
      expect(readdirSync(box.project)).to.deep.equal(['vibe-provider-mine'])
      const checked = await checkPackage(created.folder, ['static', 'replay'])
      expect(checked.code, checked.stdout + checked.stderr).to.equal(0)
      installTools(created.folder)
      const tested = await npm(created.folder, ['test'])
      expect(tested.code, tested.stdout + tested.stderr).to.equal(0)

      const server = await startScriptedServer(({method, path}) => {
        if (method !== 'GET' && !/\/api\/show$/.test(path))
          return reply({text: 'from mine', usage: {input: 5, output: 2}})
        return jsonReply({data: [{id: 'm'}], models: [{name: 'm'}], version: '0.12.6', capabilities: ['completion']})
      })
      const env = {MINE_BASE_URL: `${server.url}${base}`, MINE_API_KEY: KEY}
      if (speaker) await follow(`vibe plugins link ${join(ROOT, 'plugins', speaker)}`, {env})
      const [link = '', add = '', chat = ''] = created.next.filter((line) => !line.startsWith('vibe plugins install'))
      await follow(link, {env})
      await follow(add, {
        env,
        more: ['--model', 'm', ...(name === 'ollama' ? ['--no-key'] : ['--key-env', 'MINE_API_KEY'])],
      })
      const answer = await follow(chat, {env, more: ['say hello']})
      expect(answer.stdout).to.equal('from mine\n')
      await server.close()
    })

  it('ends by printing what to type next', async () => {
    const run = await box.vibe(['provider:create', 'mine', '--dir', 'my plugins/mine'])
    const lines = run.stdout.trimEnd().split('\n')
    expect(lines.slice(-3)).to.deep.equal([
      "  vibe plugins link './my plugins/mine'",
      '  vibe provider:add mine --type mine',
      '  vibe chat --provider mine',
    ])
    expect(run.stdout).to.match(/Put the address .*https:\/\/api\.mine\.example\/v1/)
    expect(run.stderr).to.equal('')
  })

  it('puts a scoped package under its own name', async () => {
    const created = await create(['@org/vibe-provider-mine', '--endpoint', 'https://llm.org.dev/v1', '--model', 'm'])
    expect(created.folder).to.equal(join(box.project, 'vibe-provider-mine'))
    expect(created).to.include({package: '@org/vibe-provider-mine'}).and.not.have.property('placeholder')
    const checked = await checkPackage(created.folder, ['static'])
    expect(checked.code, checked.stdout).to.equal(0)
  })

  it('uses an empty folder and the one it stands in', async () => {
    const folder = join(box.project, 'here')
    mkdirSync(folder)
    const run = await box.vibe(['provider:create', 'mine', '--dir', '.', '--json'], {cwd: folder})
    expect(JSON.parse(run.stdout)).to.have.deep.property('next', [
      'vibe plugins link .',
      'vibe provider:add mine --type mine',
      'vibe chat --provider mine',
    ])
    expect(existsSync(join(folder, 'vibe.provider.json'))).to.equal(true)
    expect(readdirSync(box.project)).to.deep.equal(['here'])
  })

  async function refuses(args: readonly string[], says: RegExp, exit = 2) {
    const before = readdirSync(box.project, {recursive: true}).map(String).sort()
    const run = await box.vibe(['provider:create', ...args])
    expect(run.stderr).to.match(says)
    expect(run.stderr.match(/✗/g)).to.have.length(1)
    expect(run).to.include({code: exit, stdout: ''})
    expect(readdirSync(box.project, {recursive: true}).map(String).sort()).to.deep.equal(before)
  }

  it('refuses names and values that cannot be, and writes nothing', async () => {
    await refuses([], /Missing: NAME/)
    await refuses(['../mine'], /cannot be the name/)
    await refuses(['openai'], /belongs to vibe-provider-openai/)
    await refuses(['open-ai'], /looks like the id of vibe-provider-openai/)
    await refuses(['mine', '--endpoint', 'http://llm.mine.dev'], /https/)
    await refuses(['mine', '--key-env', 'sk-12345678'], /--key-env/)
    await refuses(['mine', '--protocol', 'smoke'], /--protocol|smoke/)
    await refuses(['mine', '--protocol', 'ollama', '--code'], /--code|--protocol/)
  })

  it('never touches what is there', async () => {
    mkdirSync(join(box.project, 'full'))
    writeFileSync(join(box.project, 'full/.keep'), 'mine')
    writeFileSync(join(box.project, 'file'), 'mine')
    symlinkSync('/nowhere/at/all', join(box.project, 'dangling'))
    for (const dir of ['full', 'file', 'dangling', 'file/below'])
      await refuses(['mine', '--dir', dir], /not an empty folder/)
    expect(readFileSync(join(box.project, 'full/.keep'), 'utf8')).to.equal('mine')
    await create(['mine'])
    await refuses(['mine'], /not an empty folder/)
  })

  it('says why it cannot write, and leaves nothing behind', async () => {
    await refuses(['mine', '--dir', '/proc/vibe/mine'], /Cannot write \/proc\/vibe\/mine/, 3)
    await refuses(['mine', '--dir', `below/${'x'.repeat(300)}`], /ENAMETOOLONG/, 3)
  })

  it('is whole when several are made at once', async () => {
    const runs = await Promise.all([1, 2, 3].map(() => box.vibe(['provider:create', 'mine', '--code'])))
    expect(runs.map(({code}) => String(code)).sort()).to.deep.equal(['0', '2', '2'])
    expect(readdirSync(box.project)).to.deep.equal(['vibe-provider-mine'])
    expect((await checkPackage(join(box.project, 'vibe-provider-mine'), ['static'])).code).to.equal(0)
  })

  it('asks in a terminal for what no flag says', async () => {
    const pty = startPty(process.execPath, [VIBE, 'provider:create'], {cwd: box.project, env: box.env})
    await pty.see('Name of the provider')
    pty.type('open-ai\r')
    await pty.see('looks like the id')
    pty.type('\x7f'.repeat(7))
    pty.type('mine\r')
    await pty.see('How does the service speak?')
    pty.type(KEYS.down + KEYS.down)
    await pty.see('❯ anthropic-messages')
    pty.type(KEYS.enter)
    await pty.see('Its address')
    pty.type('http://127.0.0.1:9\r')
    await pty.see('vibe plugins link ./vibe-provider-mine')
    expect(await pty.exit()).to.equal(0)
    pty.close()
    const manifest: unknown = JSON.parse(
      readFileSync(join(box.project, 'vibe-provider-mine/vibe.provider.json'), 'utf8'),
    )
    expect(manifest).to.include({protocol: 'anthropic-messages'})
    expect(manifest).to.have.nested.property('endpoint.default', 'http://127.0.0.1:9')
  })

  it('writes nothing when its questions are left', async () => {
    const pty = startPty(process.execPath, [VIBE, 'provider:create', 'mine'], {cwd: box.project, env: box.env})
    await pty.see('How does the service speak?')
    pty.type(KEYS.controlC)
    expect(await pty.exit()).to.equal(130)
    pty.close()
    expect(readdirSync(box.project)).to.deep.equal([])
  })

  it('writes the examples of the documentation', async () => {
    for (const [id, args] of [
      ['acme', []],
      ['globex', ['--code']],
    ] as const) {
      const {folder, files} = await create([id, ...args])
      const example = join(ROOT, 'examples', `vibe-provider-${id}`)
      const shown = readdirSync(example, {recursive: true, withFileTypes: true}).filter((entry) => entry.isFile())
      expect(shown).to.have.length(files.length)
      const text = (place: string, path: string) =>
        readFileSync(join(place, path), 'utf8').replace(/\(c\) \d{4}/, '(c)')
      for (const path of files) expect(text(folder, path), `${id}: ${path}`).to.equal(text(example, path))
    }
  })
})
