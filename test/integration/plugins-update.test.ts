import {expect} from 'chai'
import {spawn} from 'node:child_process'
import {cpSync, existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import {ECHO, echoVersion} from '../support/echo-plugin.ts'
import {startFakeRegistry, type FakeRegistry, type Misbehaviour} from '../support/fake-registry.ts'
import {createSandbox, VIBE, type Sandbox} from '../support/sandbox.ts'
import {tarball} from '../support/tar.ts'

/** Only downloads go wrong. */
const onDownload =
  (act: Misbehaviour): Misbehaviour =>
  (request, response) =>
    request.url?.endsWith('.tgz') === true && act(request, response)

const stall = onDownload((_request, response) => {
  response.writeHead(200, {'content-length': '100000'}).write('abc')
  return true
})

describe('a plugin that works', function () {
  this.timeout(60_000)
  let registry: FakeRegistry
  let box: Sandbox
  let env: Record<string, string>
  beforeEach(async () => {
    registry = await startFakeRegistry()
    box = createSandbox()
    env = {npm_config_registry: registry.url, npm_config_fetch_timeout: '1000'}
    registry.publish(echoVersion('1.0.0'))
    const run = await vibe(['plugins', 'install', ECHO, '--yes'])
    expect(run.code, run.stderr).to.equal(0)
    const add = ['provider:add', 'echo', '--type', 'echo', '--model', 'm', '--no-validate', '--use', '--yes']
    expect((await vibe(add)).code).to.equal(0)
  })
  afterEach(async () => {
    box.remove()
    await registry.close()
  })

  const vibe = (args: string[], more: Record<string, string> = {}) => box.vibe(args, {env: {...env, ...more}})
  const data = () => join(box.home, '.local/share/vibe-coder')
  const left = () => readdirSync(join(data(), '.install')).filter((name) => !name.startsWith('look-'))

  async function works(version: string): Promise<void> {
    expect((await vibe(['plugins'])).stdout).to.match(new RegExp(`vibe-provider-echo ${version} `))
    const run = await vibe(['run', 'hello'])
    expect(run.stdout, run.stderr).to.equal(`from the plugin ${version}\n`)
  }

  it('is updated after its changes were shown and agreed to', async () => {
    registry.publish(echoVersion('1.1.0', {dependencies: {}}, {publisher: 'eve'}))
    const asked = await vibe(['plugins', 'update'])
    expect(asked.code, asked.stderr).to.equal(6)
    expect(asked.stderr)
      .to.match(/vibe-provider-echo 1\.0\.0 → 1\.1\.0/)
      .and.match(/publisher +eve/)
    expect(asked.stderr).to.contain('another publisher: the version that you have came from ada')
    expect(asked.stderr).to.contain(`vibe plugins update ${ECHO} --yes`)
    await works('1.0.0')
    const run = await vibe(['plugins', 'update', '--yes', '--json'])
    expect(run.code, run.stderr).to.equal(0)
    const {updated} = JSON.parse(run.stdout) as {updated: unknown[]}
    expect(updated[0]).to.include({name: ECHO, version: '1.1.0', previous: '1.0.0'})
    await works('1.1.0')
    expect((await vibe(['plugins', 'update'])).stdout).to.contain('is up to date')
  })

  const failures: Array<[string, Misbehaviour | Buffer, number]> = [
    ['has the wrong checksum', Buffer.from('something else'), 8],
    ['is missing', onDownload((_request, response) => Boolean(response.writeHead(404).end())), 5],
    [
      'breaks off',
      onDownload((request, response) => {
        response.writeHead(200, {'content-length': '100000'}).write('abc')
        return Boolean(request.socket.destroySoon()) || true
      }),
      5,
    ],
    ['never ends', stall, 5],
  ]
  for (const [what, how, exit] of failures) {
    it(`stays when the download of its update ${what}`, async () => {
      registry.publish(echoVersion('1.0.1', {}, typeof how === 'function' ? {} : {delivered: how}))
      if (typeof how === 'function') registry.misbehave(how)
      const run = await vibe(['plugins', 'update', '--yes'])
      expect(run.code, run.stderr).to.equal(exit)
      expect(run.stderr.split('\n').filter((line) => line.startsWith('✗'))).to.have.length(1)
      registry.misbehave(undefined)
      await works('1.0.0')
      expect(left()).to.deep.equal([])
    })
  }

  it('stays when something else arrives than what was shown', async () => {
    registry.publish(echoVersion('1.0.1'))
    let answers = 0
    registry.misbehave((request) => {
      // The first answer is shown; before the second, the registry changes its mind.
      if (request.url === `/${ECHO}` && ++answers === 2) registry.publish(echoVersion('1.0.1', {description: 'evil'}))
      return false
    })
    const run = await vibe(['plugins', 'update', '--yes'])
    expect(run.code, run.stderr).to.equal(8)
    expect(run.stderr).to.match(/not what was shown/)
    await works('1.0.0')
  })

  it('stays when its update would not work', async () => {
    const broken = echoVersion('1.0.1')
    registry.publish({...broken, files: {...broken.files, 'vibe.provider.json': '{'}})
    const run = await vibe(['plugins', 'update', '--yes'])
    expect(run.code, run.stderr).to.equal(8)
    expect(run.stderr).to.match(/The version that you have stays/)
    registry.publish(echoVersion('1.0.2', {oclif: {hooks: {init: './index.js'}}}))
    expect((await vibe(['plugins', 'update', '--yes'])).stderr).to.match(/new in this version: hooks/)
    await works('1.0.0')
  })

  for (const signal of ['SIGKILL', 'SIGINT'] as const) {
    it(`stays when its update ends by ${signal} in the middle`, async () => {
      registry.publish(echoVersion('1.0.1'))
      const stalled = new Promise<void>((resolve) =>
        registry.misbehave((request, response) => {
          const isDownload = stall(request, response)
          if (isDownload) resolve()
          return isDownload
        }),
      )
      const options = {
        cwd: box.project,
        env: {...box.env, ...env, npm_config_fetch_timeout: '60000'},
        stdio: 'ignore' as const,
      }
      const child = spawn(process.execPath, [VIBE, 'plugins', 'update', '--yes'], options)
      const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
      await stalled
      child.kill(signal)
      expect(await ended).to.equal(signal === 'SIGINT' ? 130 : null)
      registry.misbehave(undefined)
      await works('1.0.0')
      const again = await vibe(['plugins', 'update', '--yes'])
      expect(again.code, again.stderr).to.equal(0)
      await works('1.0.1')
      expect(left()).to.deep.equal([])
    })
  }

  it('and others are all there after installations at the same time', async () => {
    for (const name of ['one', 'two', 'three'])
      registry.publish({...echoVersion('1.0.0'), pjson: {...echoVersion('1.0.0').pjson, name: `vibe-provider-${name}`}})
    const names = ['one', 'two', 'three'].map((name) => `vibe-provider-${name}`)
    const runs = await Promise.all(names.map((name) => vibe(['plugins', 'install', name, '--yes'])))
    for (const run of runs) expect(run.code, run.stderr).to.equal(0)
    const {stdout} = await vibe(['plugins'])
    for (const name of [ECHO, ...names]) expect(stdout).to.contain(`${name} 1.0.0`)
    await works('1.0.0')
  })

  it('stays at the version that was named at its installation', async () => {
    expect((await vibe(['plugins', 'install', `${ECHO}@1.0.0`, '--yes'])).code).to.equal(0)
    registry.publish(echoVersion('1.0.1'))
    expect((await vibe(['plugins', 'update', '--yes'])).stdout).to.contain('1.0.0 is up to date')
    expect((await vibe(['plugins', 'install', `${ECHO}@^1`, '--yes'])).code).to.equal(0)
    await works('1.0.1')
  })

  it('costs the registry nothing but its installation', async () => {
    registry.requests.length = 0
    for (const args of [
      ['--version'],
      ['help'],
      ['plugins'],
      ['plugins', 'inspect', ECHO],
      ['provider:list'],
      ['demo', '--offline'],
      ['run', 'hi'],
    ])
      await vibe(args)
    expect(registry.requests).to.deep.equal([])
  })

  it('is removed without a network, whatever state it is in', async () => {
    writeFileSync(join(data(), 'node_modules', ECHO, 'package.json'), '{')
    const away = {npm_config_registry: 'http://127.0.0.1:9'}
    const run = await vibe(['plugins', 'uninstall', ECHO], away)
    expect(run.code, run.stderr).to.equal(0)
    expect((await vibe(['plugins'])).stdout).to.equal('No plugins installed.\n')
    expect(existsSync(join(data(), 'node_modules', ECHO))).to.equal(false)
    const again = await vibe(['plugins', 'uninstall', ECHO], away)
    expect(again.code).to.equal(2)
  })

  it('is updated and removed by its short name', async () => {
    expect((await vibe(['plugins', 'update', 'echo'])).stdout).to.contain(`${ECHO} 1.0.0 is up to date`)
    expect((await vibe(['plugins', 'uninstall', 'echo'])).stdout).to.equal(`Removed ${ECHO}.\n`)
    expect((await vibe(['plugins', 'reset'])).stdout).to.equal('No plugins installed.\n')
  })

  it('gives way to a link and comes back, and leaves nothing behind', async () => {
    const folder = join(box.project, 'echo')
    cpSync(join(data(), 'node_modules', ECHO), folder, {recursive: true})
    expect((await vibe(['plugins', 'link', folder])).code).to.equal(0)
    expect((await vibe(['plugins', 'update'])).stdout).to.equal(`${ECHO} is a link: it is always as its folder is.\n`)
    const instead = await vibe(['plugins', 'install', ECHO, '--yes'])
    expect(instead.stderr).to.contain(`it takes the place of the link to ${folder}`)
    expect(instead.stdout).to.contain(`Installed ${ECHO} 1.0.0 instead of the link to ${folder}.`)
    await works('1.0.0')
    expect((await vibe(['plugins', 'link', folder])).code).to.equal(0)
    expect((await vibe(['plugins', 'unlink', ECHO])).stdout).to.equal(`Unlinked ${ECHO}.\n`)
    expect(existsSync(join(data(), 'node_modules', ECHO))).to.equal(false)
    expect(readFileSync(join(data(), 'package.json'), 'utf8')).to.not.contain(ECHO)
  })

  it('is reset only when somebody agrees, and a damaged list is kept', async () => {
    const refused = await vibe(['plugins', 'reset'])
    expect(refused.code).to.equal(6)
    expect(refused.stderr).to.contain('vibe plugins reset --yes')
    const rebuilt = await vibe(['plugins', 'reset', '--reinstall'])
    expect(rebuilt.code, rebuilt.stderr).to.equal(0)
    await works('1.0.0')
    writeFileSync(join(data(), 'package.json'), '{"oclif":')
    expect((await vibe(['plugins', 'install', ECHO, '--yes'])).stderr).to.contain('vibe plugins reset')
    const run = await vibe(['plugins', 'reset', '--yes'])
    expect(run.code, run.stderr).to.equal(0)
    expect(existsSync(join(data(), 'package.json.damaged'))).to.equal(true)
    expect((await vibe(['plugins'])).stdout).to.equal('No plugins installed.\n')
  })

  it('can come from a tarball, and is updated when that changes', async () => {
    const write = (version: string) => {
      const {pjson, files} = echoVersion(version)
      writeFileSync(join(box.project, 'echo.tgz'), tarball({'package.json': JSON.stringify(pjson), ...files}))
    }
    write('3.0.0')
    expect((await vibe(['plugins', 'install', './echo.tgz', '--yes'])).code).to.equal(0)
    await works('3.0.0')
    write('3.1.0')
    const run = await vibe(['plugins', 'update', '--yes'])
    expect(run.code, run.stderr).to.equal(0)
    await works('3.1.0')
    await vibe(['plugins', 'uninstall', ECHO])
    await wait(0)
    expect(readdirSync(join(data(), 'packages'))).to.deep.equal([])
  })
})
