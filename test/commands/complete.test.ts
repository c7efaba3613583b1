import {expect} from 'chai'
import {spawnSync} from 'node:child_process'
import {mkdirSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {completionFor} from '../../src/completion/install.ts'
import {projectFolder} from '../../src/sessions/location.ts'
import {startChatService} from '../support/chat-service.ts'
import {createSandbox, VIBE, type Sandbox} from '../support/sandbox.ts'
import {installPlugins, manifestOf, packageJson} from '../support/user-plugins.ts'

describe('vibe __complete', function () {
  this.timeout(30_000)
  let box: Sandbox
  beforeEach(() => {
    box = createSandbox()
  })
  afterEach(() => box.remove())

  const write = (path: string, content: unknown) => {
    mkdirSync(dirname(path), {recursive: true})
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  }
  const configFile = () => join(box.home, '.config/vibe-coder/config.json')
  const dataFolder = () => join(box.home, '.local/share/vibe-coder')
  const local = (model: string, more: object = {}) => ({
    type: 'openai-compatible',
    endpoint: 'http://127.0.0.1:9/v1',
    model,
    ...more,
  })

  /** What stands for the last word of a line. */
  const offered = async (line: string, env: Record<string, string> = {}): Promise<string[]> => {
    const words = line.split(' ')
    const run = await box.vibe(['__complete', '--shell', 'fish', '--index', String(words.length - 1), '--', ...words], {
      env,
    })
    expect(run.stderr).to.equal('')
    expect(run.code).to.equal(0)
    const [kind, ...lines] = run.stdout.split('\n').slice(0, -1)
    return kind === 'files' ? ['(files)'] : lines.map((each) => each.split('\t')[0] ?? '')
  }

  it('answers in full to a pipe that is read late', async () => {
    const providers = Object.fromEntries(
      Array.from({length: 400}, (_, index) => [`provider-${index}`, local(`${'m'.repeat(190)}${index}`)]),
    )
    write(configFile(), {providers, currentProvider: 'provider-0'})
    const ask = `"${process.execPath}" "${VIBE}" __complete --shell fish --index 3 -- vibe chat --model ""`
    const {stdout: said} = spawnSync('/bin/sh', ['-c', `${ask} | (sleep 0.5; cat)`], {
      env: box.env,
      cwd: box.project,
      encoding: 'utf8',
    })
    expect(said.length).to.be.greaterThan(65_536)
    expect(said.endsWith('\n')).to.equal(true)
  })

  it('offers what the configuration names', async () => {
    const providers = {work: local('alpha'), home: local('beta')}
    write(configFile(), {providers, currentProvider: 'work', defaultModel: 'gamma', profiles: {fast: {model: 'delta'}}})
    expect(await offered('vibe chat --provider ')).to.include.members(['work', 'home'])
    expect(await offered('vibe provider:use ')).to.deep.equal(['work', 'home'])
    expect(await offered('vibe run --profile ')).to.deep.equal(['fast'])
    expect(await offered('vibe run --model ')).to.include.members(['alpha', 'gamma', 'delta', 'home/beta'])
    expect(await offered('vibe run -p home --model '))
      .to.include('beta')
      .and.not.include('alpha')
    expect(await offered('vibe config get providers.home.mo')).to.deep.equal(['providers.home.model'])
    expect(await offered('vibe config set profile ')).to.deep.equal(['fast'])
    expect(await offered('vibe config set offlineMode ')).to.deep.equal(['true', 'false'])
    expect(await offered('vibe config set currentProvider h')).to.deep.equal(['home'])
  })

  it('offers what a service listed when it was last asked', async () => {
    const service = await startChatService({})
    write(configFile(), {providers: {work: local('alpha', {endpoint: `${service.url}/v1`, credential: {none: true}})}})
    const listed = JSON.parse((await box.vibe(['model:list', '--json'])).stdout) as {models: Array<{id: string}>}
    await service.close()
    expect(await offered('vibe chat --model ')).to.include.members(listed.models.map(({id}) => id))
  })

  it('offers sessions of this project, newest first, with their first prompt', async () => {
    const folder = projectFolder(dataFolder(), box.project)
    const lines = [
      '{"type":"session","v":1}',
      '{"type":"user","at":"x","content":[{"type":"text","text":"mend the\\nparser"}]}',
    ]
    write(join(folder, '20260101-old.jsonl'), lines.join('\n'))
    write(join(dataFolder(), 'sessions/other-0123/20250101-other.jsonl'), lines.join('\n'))
    expect(await offered('vibe chat --resume ')).to.deep.equal(['20260101-old'])
    expect(await offered('vibe chat --resume 2025')).to.deep.equal(['20250101-other'])
    const run = await box.vibe(['__complete', '--shell', 'fish', '--index', '3', '--', 'vibe', 'chat', '--resume'])
    expect(run.stdout).to.match(/20260101-old\t0 min ago mend the parser/)
  })

  it('offers commands and types of plugins, and packages where one is asked for', async () => {
    const commands = {
      'tea:make': {
        id: 'tea:make',
        summary: 'Make \u001b[31mtea',
        flags: {cup: {name: 'cup', type: 'option', options: ['big', 'small']}},
      },
    }
    const files = {
      'package.json': packageJson('vibe-tea'),
      'vibe.provider.json': manifestOf('teapot'),
      'index.js': '',
      'oclif.manifest.json': JSON.stringify({commands}),
    }
    installPlugins(box.home, [{name: 'vibe-tea', files}])
    expect(await offered('vibe te')).to.deep.equal(['tea'])
    expect(await offered('vibe tea make --cup ')).to.deep.equal(['big', 'small'])
    expect(await offered('vibe provider:add x --type tea')).to.deep.equal(['teapot'])
    expect(await offered('vibe plugins uninstall ')).to.deep.equal(['vibe-tea'])
    expect(await offered('vibe plugins install vibe-provider-oll')).to.deep.equal(['vibe-provider-ollama'])
  })

  it('names variables that look like keys, never what is in them', async () => {
    expect(await offered('vibe provider:add x --key-env WORK_', {WORK_KEY: 'secret-value'})).to.deep.equal(['WORK_KEY'])
  })

  it('offers files for paths and prompts', async () => {
    for (const line of [
      'vibe chat --file ',
      'vibe run --image=',
      'vibe run look at ',
      'vibe look at ',
      'vibe plugins link ',
    ])
      expect(await offered(line), line).to.deep.equal(['(files)'])
  })

  it('has no values where files are damaged or hostile, and never an error', async () => {
    for (const content of [
      '{',
      '[]',
      'null',
      '{"providers": 1}',
      '{"providers": {"a b": {}, "$(x)": {"type": "t"}}}',
    ]) {
      write(configFile(), content)
      expect(await offered('vibe chat --provider '), content).to.deep.equal([])
    }
    write(configFile(), {
      providers: {work: local('a\nb\u001b[31m'), good: local('$(touch x)')},
      currentProvider: 'work',
    })
    expect(await offered('vibe chat -p good --model ')).to.deep.equal(['$(touch x)'])
    write(
      join(dataFolder(), 'package.json'),
      '{"oclif": {"plugins": [1, {"name": "../../etc"}, {"type": "link", "root": 7}]}}',
    )
    expect(await offered('vibe conf')).to.deep.equal(['config'])
    write(join(dataFolder(), 'trust.json'), '{')
    write(join(box.home, '.cache/vibe-coder/models/good.json'), '{"models": [1, {"id": 2}, {"id": "fine"}]}')
    expect(await offered('vibe chat -p good --model f')).to.deep.equal(['fine'])
  })

  it('is silent for what is no request, and without a home', async () => {
    for (const argv of [
      ['__complete'],
      ['__complete', '--shell', 'bash'],
      ['__complete', 'x', 'y'],
      ['__complete', '--shell', 'csh', '--index', '1', '--', 'vibe', ''],
    ]) {
      const run = await box.vibe(argv)
      expect(run).to.include({code: 0, stdout: '', stderr: ''})
    }
    expect(await offered('vibe chat --provider ', {HOME: '/dev/null'})).to.deep.equal([])
  })
})

describe('vibe completion', () => {
  it('prints a script and nothing else, and finds out the shell', async () => {
    const box = createSandbox()
    for (const shell of ['bash', 'zsh', 'fish', 'powershell']) {
      const run = await box.vibe(['completion', shell])
      expect(run).to.include({code: 0, stderr: ''})
      expect(run.stdout).to.contain(`__complete`).and.contain(shell)
    }
    const told = await box.vibe(['completion'], {env: {SHELL: '/usr/bin/fish'}})
    expect(told.stdout).to.contain('vibe completion fish >')
    const unknown = await box.vibe(['completion'], {env: {SHELL: '/bin/tcsh'}})
    expect(unknown.code).to.equal(2)
    expect(unknown.stderr).to.contain('vibe completion bash|zsh|fish|powershell')
    box.remove()
  })

  it('stands beside the other door, which goes on working without a network', async () => {
    const box = createSandbox()
    const run = await box.vibe(['autocomplete', 'bash'])
    expect(run.code, run.stderr).to.equal(0)
    expect(run.stdout).to.contain('autocomplete script bash')
    expect((await box.vibe(['help'])).stdout)
      .to.match(/^ {2}completion /m)
      .and.not.match(/^ {2}autocomplete /m)
    box.remove()
  })

  if (spawnSync('pwsh', ['-Version']).error) it.skip('prints what PowerShell can read (skipped: no PowerShell here)')
  else
    it('prints what PowerShell can read', () => {
      const read = '[ScriptBlock]::Create(($input | Out-String)) | Out-Null'
      const run = spawnSync('pwsh', ['-NoProfile', '-Command', read], {input: completionFor('powershell').script})
      expect(run.status, String(run.stderr)).to.equal(0)
    })
})
