import {expect} from 'chai'
import {spawn} from 'node:child_process'
import {chmodSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs'
import {createServer, type AddressInfo} from 'node:net'
import {join} from 'node:path'
import type {Finding} from '../../src/doctor/finding.ts'
import {startChatService, type ChatService} from '../support/chat-service.ts'
import {runProgram} from '../support/program.ts'
import {KEYS, startPty} from '../support/pty.ts'
import {createSandbox, VIBE, type Sandbox} from '../support/sandbox.ts'
import {installPlugins, manifestOf, packageJson} from '../support/user-plugins.ts'

const KEY = 'doctor-key-of-a-test-0123'

describe('vibe doctor', function () {
  this.timeout(60_000)
  let box: Sandbox
  let service: ChatService
  before(async () => {
    service = await startChatService({key: KEY})
  })
  after(() => service.close())
  beforeEach(() => {
    box = createSandbox()
  })
  afterEach(() => box.remove())

  const configFile = () => join(box.home, '.config/vibe-coder/config.json')
  const setUp = (config: object = {}) => {
    mkdirSync(join(box.home, '.config/vibe-coder'), {recursive: true, mode: 0o700})
    const work = {
      type: 'openai-compatible',
      endpoint: `${service.url}/v1`,
      model: 'alpha',
      credential: {env: 'WORK_KEY'},
    }
    const whole = {currentProvider: 'work', providers: {work}, ...config}
    writeFileSync(configFile(), JSON.stringify(whole), {mode: 0o600})
  }
  const examined = async (args: string[] = [], env: Record<string, string> = {}, cwd = box.project) => {
    const run = await box.vibe(['doctor', '--json', ...args], {env: {WORK_KEY: KEY, ...env}, cwd})
    expect(run.stdout + run.stderr).not.to.contain(KEY)
    const findings = JSON.parse(run.stdout) as Finding[]
    const ofId = (id: string) => {
      const found = findings.find((finding) => finding.id === id)
      if (!found) throw new Error(`no ${id} in ${findings.map((finding) => finding.id).join(', ')}`)
      return found
    }
    return {code: run.code, findings, ofId, stderr: run.stderr}
  }

  it('finds nothing to mend where all is well, and sends the key only to be looked at', async () => {
    setUp()
    const {code, findings, ofId} = await examined()
    expect(findings.filter(({state}) => state === 'error')).to.deep.equal([])
    expect(code).to.equal(0)
    expect(ofId('provider:work')).to.include({state: 'ok'})
    expect(ofId('provider:work').detail).to.match(/answers .*WORK_KEY/)
    expect(ofId('default').detail).to.equal('work, model alpha')
    for (const {id, title, state, detail, mend, ...more} of findings) {
      expect([id, title, state, detail].every((text) => typeof text === 'string' && text !== '')).to.equal(true)
      expect(more).to.deep.equal({})
      if (state === 'error' || state === 'warning') expect(mend, id).to.be.a('string')
    }
    expect(new Set(findings.map(({id}) => id)).size).to.equal(findings.length)
  })

  it('says in one line each what it found, with the mend below, and exits with 3 when nothing is set up', async () => {
    const run = await box.vibe(['doctor'])
    expect(run.code).to.equal(3)
    expect(run.stdout)
      .to.match(/^✓ Node\.js: \d+\./m)
      .and.match(/^✗ Chosen provider: .*\n {4}→ vibe setup/m)
    expect(run.stdout).not.to.match(/\u001b/)
    expect(run.stderr).to.equal('')
  })

  it('names the line of a damaged configuration', async () => {
    setUp()
    writeFileSync(configFile(), '{\n  "currentProvider": "work",\n  oops\n}', {mode: 0o600})
    const damaged = await examined()
    expect(damaged.ofId('config:user')).to.include({state: 'error'})
    expect(damaged.ofId('config:user').detail).to.contain('config.json:3')
    expect(damaged.ofId('default')).to.include({state: 'skipped'})
    expect(damaged.code).to.equal(3)
    setUp({defaultTemperature: 9})
    const wrong = await examined()
    expect(wrong.ofId('config:user')).to.include({state: 'warning', mend: 'vibe config:edit'})
    expect(wrong.code).to.equal(0)
    mkdirSync(join(box.project, '.vibe-coder'))
    writeFileSync(join(box.project, '.vibe-coder/config.json'), '[')
    expect((await examined()).ofId('config:project')).to.include({state: 'error'})
    expect((await examined([], {VIBE_CODER_TEMPERATURE: 'hot'})).ofId('config:VIBE_CODER_TEMPERATURE')).to.include({
      state: 'warning',
    })
  })

  it('tells a refused key from a missing one and from a service that is away', async () => {
    setUp()
    const refused = await examined([], {WORK_KEY: 'another-key-0123456789'})
    expect(refused.ofId('provider:work')).to.include({state: 'error'})
    expect(refused.ofId('provider:work').mend).to.contain('--key-stdin')
    expect(refused.code).to.equal(3)
    const missing = await examined([], {WORK_KEY: ''})
    expect(missing.ofId('provider:work').detail).to.contain('WORK_KEY is not set')
    const away = {type: 'openai-compatible', endpoint: 'http://127.0.0.1:9/v1', model: 'm', credential: {none: true}}
    setUp({providers: {away}, currentProvider: 'away'})
    expect((await examined()).ofId('provider:away')).to.include({state: 'error'})
  })

  it('lets a provider that is not in use fail without stopping work', async () => {
    const good = {
      type: 'openai-compatible',
      endpoint: `${service.url}/v1`,
      model: 'alpha',
      credential: {env: 'WORK_KEY'},
    }
    const away = {type: 'openai-compatible', endpoint: 'http://127.0.0.1:9/v1', model: 'm', credential: {none: true}}
    setUp({providers: {good, away}, currentProvider: 'good'})
    const {code, ofId} = await examined()
    expect(ofId('provider:away')).to.include({state: 'warning'})
    expect(ofId('provider:good')).to.include({state: 'ok'})
    expect(code).to.equal(0)
  })

  it('connects to nothing but local addresses offline', async () => {
    const cloud = {type: 'openai', credential: {env: 'WORK_KEY'}, model: 'm'}
    setUp({providers: {cloud}, currentProvider: 'cloud'})
    const {ofId} = await examined(['--offline'], {HTTPS_PROXY: 'http://user:secretword@127.0.0.1:9'})
    expect(ofId('provider:cloud')).to.include({state: 'skipped'})
    expect(ofId('proxy:HTTPS_PROXY')).to.include({state: 'skipped'})
    expect(ofId('offline').detail).to.match(/^on/)
    expect(ofId('default')).to.include({state: 'ok'})
    const held = await examined([], {VIBE_CODER_OFFLINE: '1'})
    expect(held.ofId('default').mend).to.contain('offlineMode false')
    expect(held.code).to.equal(3)
  })

  it('looks at proxies and certificates', async () => {
    setUp()
    const {ofId, findings} = await examined([], {
      HTTPS_PROXY: 'http://user:secretword@127.0.0.1:9',
      NODE_EXTRA_CA_CERTS: '/no/such/file',
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
    })
    expect(ofId('proxy:HTTPS_PROXY')).to.include({state: 'warning'})
    expect(ofId('certificates')).to.include({state: 'warning'})
    expect(ofId('certificates:unchecked')).to.include({state: 'warning'})
    expect(JSON.stringify(findings)).not.to.contain('secretword')
    const wrong = await examined([], {HTTPS_PROXY: 'no url'})
    expect(wrong.ofId('proxy:HTTPS_PROXY')).to.include({state: 'error'})
    expect(wrong.code).to.equal(3)
  })

  it('says which vibe PATH runs', async () => {
    const [mine, other] = ['mine', 'other'].map((name) => join(box.home, name))
    for (const folder of [mine, other]) mkdirSync(String(folder))
    symlinkSync(VIBE, join(String(mine), 'vibe'))
    mkdirSync(join(box.home, 'lib'))
    writeFileSync(join(box.home, 'lib/package.json'), '{"name": "vibe", "version": "3.1.0"}')
    writeFileSync(join(box.home, 'lib/cli.js'), '#!/usr/bin/env node\n', {mode: 0o755})
    symlinkSync(join(box.home, 'lib/cli.js'), join(String(other), 'vibe'))
    const path = (...folders: unknown[]) => ({PATH: [...folders, box.env['PATH']].join(':')})
    expect((await examined([], path(mine, other))).ofId('path')).to.include({state: 'ok'})
    const hidden = (await examined([], path(other, mine))).ofId('path')
    expect(hidden).to.include({state: 'warning'})
    expect(hidden.detail).to.contain('npm package vibe 3.1.0').and.contain(String(mine))
    expect(hidden.mend).to.contain('vibe-coder')
  })

  it('sees files that others can read, leftovers, and a .env that git tracks', async () => {
    setUp()
    chmodSync(configFile(), 0o644)
    const data = join(box.home, '.local/share/vibe-coder')
    mkdirSync(data, {recursive: true, mode: 0o755})
    writeFileSync(join(data, 'credentials.json'), '{}', {mode: 0o604})
    const left = join(data, '.credentials.json.123.0123456789ab.tmp')
    writeFileSync(left, '{}')
    utimesSync(left, new Date(0), new Date(0))
    writeFileSync(join(box.project, '.env'), 'A=1')
    for (const args of [
      ['init', '-q'],
      ['add', '.env'],
    ])
      await runProgram(['git', ...args], {cwd: box.project})
    const {ofId} = await examined()
    expect(ofId('file:config')).to.include({state: 'warning', mend: `chmod 0600 ${configFile()}`})
    expect(ofId('file:credentials')).to.include({state: 'warning'})
    expect(ofId('leftovers').detail).to.contain(left)
    expect(existsSync(left)).to.equal(true)
    expect(ofId('dotenv')).to.include({state: 'warning'})
  })

  it('works without a home, with one that is no folder, without git, and in a folder that is gone', async () => {
    const none = await examined([], {HOME: ''})
    expect(none.ofId('home')).to.include({state: 'warning'})
    const file = await examined([], {HOME: '/dev/null'})
    expect(file.ofId('folder:data')).to.include({state: 'error'})
    expect(file.code).to.equal(3)
    setUp()
    expect((await examined([], {PATH: '/nowhere'})).ofId('git')).to.include({state: 'warning'})
    const gone = join(box.home, 'gone')
    mkdirSync(gone)
    const command = `cd ${gone} && rmdir ${gone} && exec ${process.execPath} ${VIBE} doctor --json`
    const run = await runProgram(['sh', '-c', command], {env: box.env})
    expect(run.code, run.stderr).to.equal(3)
    expect(JSON.parse(run.stdout)).to.be.an('array')
  })

  it('names plugins that throw, hang, write, or are not there, and goes on', async () => {
    setUp()
    const bad = (name: string, code: string) => ({
      name: `vibe-provider-${name}`,
      files: {
        'package.json': packageJson(`vibe-provider-${name}`),
        'vibe.provider.json': manifestOf(name),
        'index.js': code,
      },
    })
    installPlugins(box.home, [
      bad('thrower', 'throw new Error("no luck")'),
      bad('sleeper', 'await new Promise(() => setInterval(() => {}, 1000))'),
      bad('blocker', 'for (;;) {}'),
      bad('leaver', 'process.exit(0)'),
      bad('talker', 'console.log("hello"); export const createProvider = () => ({})'),
      {name: 'vibe-provider-gone'},
    ])
    const {code, ofId} = await examined()
    expect(ofId('plugin:vibe-provider-thrower').detail).to.contain('no luck')
    expect(ofId('plugin:vibe-provider-thrower').mend).to.contain('vibe plugins uninstall vibe-provider-thrower')
    expect(ofId('plugin:vibe-provider-sleeper')).to.include({state: 'warning'})
    expect(ofId('plugin:vibe-provider-blocker').detail).to.contain('took more than 5 s')
    expect(ofId('plugin:vibe-provider-leaver')).to.include({state: 'warning'})
    expect(ofId('plugin:vibe-provider-talker')).to.include({state: 'ok'})
    expect(ofId('plugin:vibe-provider-gone')).to.include({state: 'warning'})
    expect(code).to.equal(0)
    expect((await examined(['--no-plugins'])).ofId('plugins:installed')).to.include({state: 'skipped'})
    const broken = {type: 'blocker', model: 'm'}
    setUp({providers: {broken}, currentProvider: 'broken'})
    const needed = await examined()
    expect(needed.ofId('plugin:vibe-provider-blocker')).to.include({state: 'error'})
    expect(needed.ofId('provider:broken')).to.include({state: 'error'})
    expect(needed.ofId('provider:broken').mend).to.be.a('string')
  })

  it('lets a plugin connect to nothing in the process in which it is tried first', async () => {
    setUp()
    let connections = 0
    const server = createServer((socket) => {
      connections++
      socket.destroy()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const {port} = server.address() as AddressInfo
    const code = `import {connect} from 'node:net'
await new Promise((resolve) => connect(${port}, '127.0.0.1').on('close', resolve).on('error', resolve))
export const createProvider = () => ({})`
    const files = {
      'package.json': packageJson('vibe-caller'),
      'vibe.provider.json': manifestOf('caller'),
      'index.js': code,
    }
    installPlugins(box.home, [{name: 'vibe-caller', files}])
    const {ofId} = await examined()
    server.close()
    // Here the offline guard holds it, which lets it reach this machine.
    expect(connections).to.equal(1)
    expect(ofId('plugin:vibe-caller')).to.include({state: 'ok'})
  })

  it('names mends that mend, done to the letter', async () => {
    const folder = join(box.home, '.local/share/vibe-coder')
    const breakAndMend: Array<[string, () => void]> = [
      ['default', () => setUp({currentProvider: 'wrok'})],
      [
        'default',
        () =>
          setUp({
            providers: {
              work: {type: 'opena', endpoint: `${service.url}/v1`, model: 'alpha', credential: {env: 'WORK_KEY'}},
            },
          }),
      ],
      [
        'config:user',
        () => {
          rmSync(configFile())
          mkdirSync(configFile())
        },
      ],
      [
        'config:user',
        () => {
          rmSync(configFile())
          symlinkSync('config.json', configFile())
        },
      ],
      [
        'folder:data',
        () => {
          rmSync(folder, {recursive: true, force: true})
          mkdirSync(join(folder, '..'), {recursive: true})
          writeFileSync(folder, 'in the way')
        },
      ],
      [
        'sessions',
        () => {
          mkdirSync(folder, {recursive: true})
          writeFileSync(join(folder, 'sessions'), 'in the way')
        },
      ],
    ]
    for (const [id, damage] of breakAndMend) {
      setUp()
      damage()
      const before = (await examined()).ofId(id)
      expect(before.state, id).to.equal('error')
      const [mend = ''] = /^(?:vibe|mv) [^,]*?(?=,|   |$)/.exec(before.mend ?? '') ?? []
      const last =
        (before.mend ?? '')
          .split(', or ')
          .at(-1)
          ?.replace(/ \(.*$/, '') ?? ''
      const words = (id === 'config:user' ? last : mend).split(' ')
      const rest = words.slice(1)
      const run = await runProgram(words[0] === 'vibe' ? [process.execPath, VIBE, ...rest] : ['/bin/mv', ...rest], {
        env: box.env,
        cwd: box.project,
      })
      expect(run.code, `${id}: ${words.join(' ')}: ${run.stderr}`).to.equal(0)
      const after = (await examined()).findings.find((finding) => finding.id === id)
      expect(after?.state, `${id}: ${after?.detail}`).to.be.oneOf(['ok', undefined])
    }
  })

  it('changes nothing', async () => {
    setUp()
    await examined()
    expect(existsSync(join(box.home, '.local'))).to.equal(false)
    expect(readdirSync(box.project)).to.deep.equal([])
    rmSync(configFile())
  })

  describe('in a terminal', () => {
    it('shows what it looks at, ends with the lines alone, and fits 40 columns', async () => {
      setUp()
      for (const columns of [100, 40]) {
        const pty = startPty(process.execPath, [VIBE, 'doctor'], {
          cwd: box.project,
          env: {...box.env, WORK_KEY: KEY},
          columns,
          rows: 30,
        })
        expect(await pty.exit()).to.equal(0)
        expect(pty.text())
          .to.match(/✓ Provider\s+work/)
          .and.match(/\d warnings?\.|All is well/)
        expect(pty.text()).not.to.match(/^. Sessions$/m)
        expect(pty.cursorVisible()).to.equal(true)
        pty.close()
      }
    })

    it('works in one without columns and in a dumb one', async () => {
      setUp()
      const env = {...box.env, WORK_KEY: KEY}
      const dumb = startPty(process.execPath, [VIBE, 'doctor'], {cwd: box.project, env: {...env, TERM: 'dumb'}})
      expect(await dumb.exit()).to.equal(0)
      expect(dumb.raw()).not.to.contain('\u001b')
      dumb.close()
      const command = `stty columns 0; ${process.execPath} ${VIBE} doctor`
      const zero = startPty('sh', ['-c', command], {cwd: box.project, env})
      expect(await zero.exit()).to.equal(0)
      expect(zero.text()).to.contain('has 0 columns')
      zero.close()
    })

    it('ends within a moment at Ctrl-C, whatever hangs', async () => {
      const silent = createServer(() => undefined)
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
      const {port} = silent.address() as AddressInfo
      const hung = {
        type: 'openai-compatible',
        endpoint: `http://127.0.0.1:${port}/v1`,
        model: 'm',
        credential: {none: true},
      }
      setUp({providers: {hung}, currentProvider: 'hung'})
      const pty = startPty(process.execPath, [VIBE, 'doctor'], {cwd: box.project, env: box.env})
      await pty.see(/Providers/)
      const started = performance.now()
      pty.type(KEYS.controlC)
      expect(await pty.exit()).to.equal(130)
      expect(performance.now() - started).to.be.below(400)
      expect(pty.cursorVisible()).to.equal(true)
      pty.close()
      const child = spawn(process.execPath, [VIBE, 'doctor', '--json'], {
        cwd: box.project,
        env: box.env,
        stdio: 'ignore',
      })
      setTimeout(() => child.kill('SIGTERM'), 1_500)
      expect(await new Promise((resolve) => child.on('exit', resolve))).to.equal(130)
      silent.close()
    })
  })
})
