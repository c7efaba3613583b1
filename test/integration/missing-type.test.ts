import {expect} from 'chai'
import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {jsonReply, ollamaReply, startScriptedServer, type ScriptedServer} from 'vibe-plugin-testkit'
import {openPluginShop, type PluginShop} from '../support/plugin-shop.ts'
import {KEYS, startPty, type Pty} from '../support/pty.ts'
import {createSandbox, VIBE, type Sandbox} from '../support/sandbox.ts'

const OLLAMA = 'vibe-provider-ollama'

describe('a provider type that is not installed', function () {
  this.timeout(120_000)
  let shop: PluginShop
  let box: Sandbox
  let server: ScriptedServer
  let models: object[]
  let pty: Pty | undefined
  before(async () => {
    shop = await openPluginShop([`plugins/${OLLAMA}`, 'plugins/vibe-provider-lmstudio'])
  })
  after(() => shop.close())
  beforeEach(async () => {
    box = createSandbox()
    models = [{name: 'tiny:1b', size: 815_000_000}]
    server = await startScriptedServer(({path, json}) => {
      if (path === '/api/chat') return ollamaReply({text: 'from the llama', usage: {input: 9, output: 3}})
      if (path === '/api/tags') return jsonReply({models})
      if (path === '/api/version') return jsonReply({version: '0.12.6'})
      if (path !== '/api/pull') return jsonReply({capabilities: ['completion', 'tools']})
      models = [{name: (json as {model: string}).model, size: 5e9}]
      return {steps: [{write: '{"status":"pulling manifest"}\n'}, {write: '{"status":"success"}\n'}]}
    })
  })
  afterEach(async () => {
    pty?.close()
    pty = undefined
    await server.close()
    box.remove()
  })

  const isInstalled = () => existsSync(join(box.home, '.local/share/vibe-coder/node_modules', OLLAMA, 'package.json'))
  const add = (...args: string[]) => box.vibe(['provider:add', ...args], {env: shop.env})
  const answer = async (name: string) => (await box.vibe(['run', 'hi', '--provider', name])).stdout
  function inTerminal(args: string[], columns = 100): Pty {
    const env = {...box.env, ...shop.env, OLLAMA_HOST: server.url}
    return (pty = startPty(process.execPath, [VIBE, ...args], {cwd: box.project, env, columns, rows: 40}))
  }

  it('is installed and used by one command, from an empty HOME to an answer', async () => {
    const run = await add('home', '--type', 'ollama', '--install', '--endpoint', server.url, '--model', 'tiny:1b')
    expect(run.code, run.stderr).to.equal(0)
    expect(run.stderr).to.include('Ollama needs the package vibe-provider-ollama, which is not installed.')
    expect(run.stderr).to.match(/publisher[\s\S]*Installed vibe-provider-ollama \d/)
    expect(isInstalled()).to.equal(true)
    expect(await answer('home')).to.include('from the llama')
  })

  it('is named with the exact command where nobody can be asked, and nothing is fetched', async () => {
    for (const more of [[], ['--json']]) {
      const run = await add('home', '--type', 'ollama', '--endpoint', server.url, '--model', 'tiny:1b', ...more)
      expect(run.code).to.equal(3)
      expect(run.stderr + run.stdout).to.include('vibe plugins install vibe-provider-ollama   or add --install')
    }
    expect(isInstalled()).to.equal(false)
    const typed = await box.vibe(['plugins', 'install', OLLAMA, '--yes'], {env: shop.env})
    expect(typed.code, typed.stderr).to.equal(0)
    expect((await add('ollama', '--endpoint', server.url, '--model', 'tiny:1b')).code).to.equal(0)
  })

  it('tells a script how to get a first model', async () => {
    models = []
    const run = await add('home', '--type', 'ollama', '--install', '--endpoint', server.url)
    expect(run.code).to.equal(3)
    expect(run.stderr).to.include('Ollama has no model yet.').and.to.include('vibe model:pull qwen3.5 --provider home')
  })

  it('is installed without a question when trust.plugins names it, and answers programs', async () => {
    await box.vibe(['config:set', 'trust.plugins', `["${OLLAMA}"]`])
    const run = await add('home', '--type', 'ollama', '--endpoint', server.url, '--model', 'tiny:1b', '--json')
    expect(run.code, run.stderr).to.equal(0)
    expect(JSON.parse(run.stdout)).to.deep.include({name: 'home', type: 'ollama', model: 'tiny:1b'})
  })

  it('is data alone just as well', async () => {
    const run = await add('studio', '--type', 'lmstudio', '--yes', '--model', 'm', '--no-validate')
    expect(run.code, run.stderr).to.equal(0)
    expect((await box.vibe(['provider:show', 'studio', '--json'])).stdout).to.include('http://127.0.0.1:1234/v1')
  })

  it('is asked about once in a terminal, and goes on in the same process', async () => {
    const terminal = inTerminal(['provider:add', 'ollama'])
    await terminal.see('Ollama needs the package vibe-provider-ollama')
    await terminal.see(/Install vibe-provider-ollama \d.*\?/)
    terminal.type('y')
    await terminal.see('Installed vibe-provider-ollama', 60_000)
    await terminal.see('❯ tiny:1b')
    expect(terminal.text()).to.match(/tiny:1b +815 MB/)
    terminal.type(KEYS.enter)
    expect(await terminal.exit(60_000)).to.equal(0)
    expect(terminal.text()).to.include('works (')
    expect(terminal.text().match(/\? Install/g) ?? terminal.text().match(/Install vibe/g)).to.have.length(1)
    expect(server.requests.some(({path}) => path === '/api/chat')).to.equal(true)
    box.env['OLLAMA_HOST'] = server.url
    expect(await answer('ollama')).to.include('from the llama')
  })

  it('is left alone by a bare Enter and by Ctrl-C', async () => {
    for (const [key, code] of [
      [KEYS.enter, 6],
      [KEYS.controlC, 130],
    ] as const) {
      const terminal = inTerminal(['provider:add', 'ollama'])
      await terminal.see(/Install vibe-provider-ollama \d.*\?/)
      terminal.type(key)
      expect(await terminal.exit()).to.equal(code)
      expect(isInstalled()).to.equal(false)
      expect(existsSync(join(box.home, '.config/vibe-coder/config.json'))).to.equal(false)
      terminal.close()
    }
  })

  it('offers to fetch a model where there is none', async () => {
    models = []
    const terminal = inTerminal(['provider:add', 'ollama'])
    await terminal.see(/Install vibe-provider-ollama \d.*\?/)
    terminal.type('y')
    await terminal.see('Ollama has no model yet. Fetch one?', 60_000)
    terminal.type(KEYS.up)
    await terminal.see('❯ Not now')
    terminal.type(KEYS.up)
    await terminal.see('❯ Another')
    terminal.type(KEYS.enter)
    await terminal.see('Model id')
    terminal.type('qwen3:8b\r')
    await terminal.see('qwen3:8b is there')
    expect(await terminal.exit(60_000)).to.equal(0)
    const saved = readFileSync(join(box.home, '.config/vibe-coder/config.json'), 'utf8')
    expect(saved).to.include('"qwen3:8b"')
  })

  for (const columns of [100, 40]) {
    it(`is found by typing in the wizard, at ${columns} columns`, async () => {
      const terminal = inTerminal(['setup'], columns)
      await terminal.see('Which model service')
      terminal.type('ollam')
      await terminal.see(/❯ Ollama +not installed/)
      expect(
        terminal
          .text()
          .split('\n')
          .every((row) => row.length <= columns),
      ).to.equal(true)
      terminal.type(KEYS.enter)
      await terminal.see(/Install\s+vibe-provider-ollama\s+\d/)
      terminal.type('y')
      await terminal.see('❯ tiny:1b', 60_000)
      terminal.type(KEYS.enter)
      await terminal.see('Ready. Start with: vibe', 60_000)
      expect(await terminal.exit()).to.equal(0)
      box.env['OLLAMA_HOST'] = server.url
      expect(await answer('ollama')).to.include('from the llama')
    })
  }

  it('goes back to the list when the wizard may not install', async () => {
    const terminal = inTerminal(['setup'])
    await terminal.see('Which model service')
    terminal.type('lm studio')
    await terminal.see(/❯ LM Studio +not installed yet/)
    terminal.type(KEYS.enter)
    await terminal.see(/Install vibe-provider-lmstudio \d/)
    terminal.type(KEYS.enter)
    await terminal.see(/Which model service[^]*Which model service/)
    terminal.type(KEYS.controlC)
    expect(await terminal.exit()).to.equal(130)
  })

  it('says which type was meant, installed or not', async () => {
    for (const [word, meant, hint] of [
      ['kimi', 'moonshot', 'vibe provider:list'],
      ['Azure', 'azure-openai', 'vibe provider:list'],
      ['grqo', 'groq', 'vibe provider:list'],
      ['olama', 'ollama', 'vibe plugins install vibe-provider-ollama'],
      ['lm-studio', 'lmstudio', 'vibe plugins install vibe-provider-lmstudio'],
    ] as const) {
      const run = await add('x', '--type', word, '--no-validate', '--install')
      expect(run.code).to.equal(3)
      expect(run.stderr).to.include(`did you mean "${meant}"?`).and.to.include(hint)
    }
    const nothing = await add('x', '--type', 'zzzzzzzz')
    expect(nothing.stderr).to.include('There is no provider type "zzzzzzzz"').and.not.include('did you mean')
  })

  it('cannot be fetched offline or from a registry that is away, and nothing is left behind', async () => {
    const away = {...shop.env, npm_config_registry: 'http://127.0.0.1:9/'}
    const run = await box.vibe(['provider:add', 'ollama', '--install', '--no-validate'], {env: away})
    expect(run.code, run.stderr).to.equal(5)
    await box.vibe(['config:set', 'offlineMode', 'true'])
    const offline = await add('ollama', '--install', '--no-validate')
    expect(offline.code).to.equal(5)
    expect(offline.stderr).to.include('offline')
    expect(isInstalled()).to.equal(false)
  })
})
