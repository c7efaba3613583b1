import {expect} from 'chai'
import {
  jsonReply,
  startScriptedServer,
  type Answer,
  type Reply,
  type ScriptedServer,
  type Step,
} from 'vibe-plugin-testkit'
import {spawn} from 'node:child_process'
import {join} from 'node:path'
import {startPty} from '../support/pty.ts'
import {createSandbox, ROOT, VIBE, type Sandbox} from '../support/sandbox.ts'
import {installPlugins, manifestOf, packageJson, type UserPlugin} from '../support/user-plugins.ts'

const GB = 1e9
const line = (value: object): Step => ({write: `${JSON.stringify(value)}\n`})
const part = (completed: number) =>
  line({status: 'pulling 6a0746a1ec1a', digest: 'sha256:6a', total: 5 * GB, completed})
const ndjson = (steps: Step[]): Reply => ({headers: {'content-type': 'application/x-ndjson'}, steps})
const whole = () =>
  ndjson([
    line({status: 'pulling manifest'}),
    part(0),
    part(1 * GB),
    part(3.2 * GB),
    part(5 * GB),
    line({status: 'pulling 43070e2d4e53', digest: 'sha256:43', total: 11_000, completed: 11_000}),
    line({status: 'verifying sha256 digest'}),
    line({status: 'success'}),
  ])

/** A plugin of the user whose `pullModel` has the body of a generator. */
function carelessPlugin(body: string): UserPlugin {
  const module = `export const createProvider = () => ({
  id: 'careless',
  chat() {},
  validateConnection: async () => ({ok: true, latencyMs: 0, warnings: []}),
  async *pullModel() { ${body} },
})`
  const name = 'vibe-provider-careless'
  return {
    name,
    files: {'package.json': packageJson(name), 'vibe.provider.json': manifestOf('careless'), 'index.js': module},
  }
}

describe('vibe model:pull', function () {
  this.timeout(60_000)
  let box: Sandbox
  let server: ScriptedServer
  let pull: Answer
  beforeEach(async () => {
    box = createSandbox()
    pull = whole
    server = await startScriptedServer((request, index) => {
      if (request.path === '/api/pull') return pull(request, index)
      return request.path === '/api/tags'
        ? jsonReply({models: [{name: 'tiny:1b', size: 815_000_000}]})
        : jsonReply({}, 404)
    })
    await ok(['plugins', 'link', join(ROOT, 'plugins/vibe-provider-ollama'), '--no-install'])
    await ok(['provider:add', 'home', '--type', 'ollama', '--endpoint', server.url, '--model', 'm', '--no-validate'])
  })
  afterEach(async () => {
    await server.close()
    box.remove()
  })

  async function ok(args: string[]) {
    const run = await box.vibe(args)
    expect(run.code, run.stderr).to.equal(0)
    return run
  }

  it('tells how far it is in lines, and what is there on standard output', async () => {
    const {stdout, stderr} = await ok(['model:pull', 'qwen3:8b'])
    expect(stdout).to.equal('qwen3:8b is there (5.0 GB). Use it: vibe -p home -m qwen3:8b\n')
    expect(stderr).to.match(/pulling manifest\n.*pulling, 0 % of 5\.0 GB\n.*20 % of 5\.0 GB\n.*64 %.*\n.*100 %/)
    expect(server.requests.at(-1)?.json).to.deep.equal({model: 'qwen3:8b', stream: true})
  })

  it('answers programs with one document', async () => {
    const {stdout} = await ok(['model:pull', 'qwen3:8b', '-p', 'home', '--json'])
    expect(JSON.parse(stdout)).to.deep.equal({
      provider: 'home',
      type: 'ollama',
      model: 'qwen3:8b',
      sizeBytes: 5_000_011_000,
    })
  })

  it('shows sizes in the list of models', async () => {
    expect((await ok(['model:list'])).stdout).to.match(/tiny:1b +815 MB · /)
  })

  for (const columns of [100, 40]) {
    it(`draws a bar in a terminal of ${columns} columns, and Ctrl-C ends it at once`, async () => {
      pull = () => ndjson([line({status: 'pulling manifest'}), part(0), {waitMs: 700}, part(2 * GB), {stall: true}])
      const pty = startPty(process.execPath, [VIBE, 'model:pull', 'qwen3:8b'], {
        cwd: box.project,
        env: box.env,
        columns,
      })
      try {
        await pty.see(
          columns === 100 ? /qwen3:8b █{10}░{14} 40 % {2}2\.0 GB of 5\.0 GB/ : /qwen3:8b 40 % {2}2\.0 GB of 5\.0 GB/,
        )
        expect(
          pty
            .text()
            .split('\n')
            .every((row) => row.length <= columns),
        ).to.equal(true)
        const pressed = performance.now()
        pty.type('\x03')
        expect(await pty.exit()).to.equal(130)
        expect(performance.now() - pressed).to.be.lessThan(1500)
        expect(pty.text()).to.match(/40\s+%\s+that\s+Ollama\s+has\s+are\s+kept/)
        expect(pty.text().replace(/\s+/g, '')).to.include('vibemodel:pullqwen3:8b--providerhome')
        expect(pty.cursorVisible()).to.equal(true)
        await server.requests.at(-1)?.closed
      } finally {
        pty.close()
      }
    })
  }

  it('ends within a moment of a signal, and goes on where Ollama stopped', async () => {
    pull = () => ndjson([part(2 * GB), {stall: true}])
    const child = spawn(process.execPath, [VIBE, 'model:pull', 'qwen3:8b'], {cwd: box.project, env: box.env})
    let told = ''
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
    let stopped = 0
    child.stderr.on('data', (data: Buffer) => {
      told += data.toString()
      if (stopped === 0 && told.includes('40 %')) {
        stopped = performance.now()
        child.kill('SIGINT')
      }
    })
    expect(await ended).to.equal(130)
    expect(performance.now() - stopped).to.be.lessThan(1500)
    expect(told).to.include('The 40 % that Ollama has are kept.')
    pull = () => ndjson([part(2 * GB), part(5 * GB), line({status: 'success'})])
    expect((await ok(['model:pull', 'qwen3:8b'])).stderr).to.include('40 % of 5.0 GB')
  })

  const failures: Array<[string, Answer, number, RegExp]> = [
    [
      'a name nobody has',
      () => jsonReply({error: 'pull model manifest: file does not exist'}, 500),
      3,
      /ollama\.com\/library/,
    ],
    [
      'a full disk',
      () => ndjson([part(GB), line({error: 'write /models/blobs/x: no space left on device'})]),
      5,
      /no space left[\s\S]*Make room/,
    ],
    ['a server that goes', () => ndjson([part(GB), {destroy: true}]), 5, /broke off|ended before/],
    [
      'an end before the end',
      () => ndjson([part(5 * GB)]),
      5,
      /ended before qwen3:8b was whole[\s\S]*what was fetched is kept/,
    ],
    [
      'a library out of reach',
      () => ndjson([line({error: 'Get "https://r": dial tcp: lookup r: no such host'})]),
      5,
      /cannot reach its library/,
    ],
    [
      'an old Ollama',
      () =>
        jsonReply(
          {error: 'pull model manifest: 412: The model you are pulling requires a newer version of Ollama.'},
          500,
        ),
      3,
      /Update Ollama/,
    ],
    [
      'a web page',
      () => ({headers: {'content-type': 'text/html'}, steps: [{write: '<html>no</html>\n'}]}),
      5,
      /not Ollama's/,
    ],
  ]
  for (const [name, answer, code, words] of failures) {
    it(`ends in one clear error for ${name}`, async () => {
      pull = answer
      const run = await box.vibe(['model:pull', 'qwen3:8b'])
      expect(run.code, run.stderr).to.equal(code)
      expect(run.stdout).to.equal('')
      expect(run.stderr).to.match(words)
    })
  }

  const careless: Array<[string, string, number, RegExp]> = [
    ['ends the process', "yield {status: 'a'}; process.exit(7)", 5, /vibe-provider-careless[\s\S]*process\.exit/],
    [
      'throws from a timer',
      "setTimeout(() => { throw new Error('stray') }, 20); await new Promise(() => {})",
      5,
      /stray/,
    ],
    ['talks on standard output', "console.log('chatter'); yield {status: 'a', completed: 1, total: 1}", 0, /100 %/],
    ['yields nonsense', 'yield* [null, {}, {status: 5, total: -1}]', 0, /done/],
    ['is no generator', '}, pullModel() { return 7', 5, /vibe-provider-careless/],
  ]
  for (const [name, body, code, words] of careless) {
    it(`holds a plugin that ${name}`, async () => {
      installPlugins(box.home, [carelessPlugin(body)])
      await ok(['provider:add', 'odd', '--type', 'careless', '--model', 'm', '--no-validate'])
      const run = await box.vibe(['model:pull', 'm', '-p', 'odd'])
      expect(run.code, run.stderr).to.equal(code)
      expect(run.stderr).to.match(words)
      expect(run.stdout).to.not.include('chatter')
    })
  }

  it('says that a provider cannot fetch, and that there is none', async () => {
    await ok([
      'provider:add',
      'gate',
      '--type',
      'openai-compatible',
      '--endpoint',
      'http://127.0.0.1:9/v1',
      '--no-key',
      '--model',
      'm',
      '--no-validate',
    ])
    const cannot = await box.vibe(['model:pull', 'x', '-p', 'gate'])
    expect(cannot).to.include({code: 3})
    expect(cannot.stderr).to.include('cannot be told to fetch models')
    expect(await box.vibe(['model:pull', 'x', '-p', 'nobody'])).to.include({code: 3})
    expect(await box.vibe(['model:pull'])).to.include({code: 2})
  })
})
