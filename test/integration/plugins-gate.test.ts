import {expect} from 'chai'
import {existsSync, mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {ECHO, echoVersion} from '../support/echo-plugin.ts'
import {startFakeRegistry, type FakeRegistry} from '../support/fake-registry.ts'
import {runProgram, type ProgramRun} from '../support/program.ts'
import {KEYS, startPty} from '../support/pty.ts'
import {createSandbox, ROOT, VIBE, type Sandbox} from '../support/sandbox.ts'
import {tarball} from '../support/tar.ts'

describe('before a plugin is installed', function () {
  this.timeout(60_000)
  let registry: FakeRegistry
  let box: Sandbox
  beforeEach(async () => {
    registry = await startFakeRegistry()
    box = createSandbox()
  })
  afterEach(async () => {
    box.remove()
    await registry.close()
  })

  const vibe = (args: string[], env: Record<string, string> = {}) =>
    box.vibe(args, {env: {npm_config_registry: registry.url, ...env}})
  const downloads = () => registry.requests.filter((path) => path.endsWith('.tgz'))
  const installed = async () => (await vibe(['plugins'])).stdout

  function refused(run: ProgramRun, exit: number, says: RegExp): void {
    expect(run.code, run.stderr).to.equal(exit)
    const lines = run.stderr.split('\n').filter((line) => line.startsWith('✗'))
    expect(lines, run.stderr).to.have.length(1)
    expect(run.stderr)
      .to.match(says)
      .and.not.match(/\n {4}at /)
  }

  it('is shown with its publisher, version, age, size, hooks and scripts, and nothing is downloaded', async () => {
    const published = new Date(Date.now() - 5 * 3_600_000).toISOString()
    const extra = {scripts: {postinstall: 'touch pwned'}, oclif: {hooks: {init: './index.js'}}}
    registry.publish(echoVersion('1.2.0', extra, {published}))
    const run = await vibe(['plugins', 'install', ECHO])
    refused(run, 6, /--yes/)
    expect(run.stderr).to.match(/vibe-provider-echo 1\.2\.0\n/)
    expect(run.stderr).to.match(/publisher +ada \(also maintained by bob\)/)
    expect(run.stderr)
      .to.match(/published +5 hours ago/)
      .and.match(/younger than 3 days/)
    expect(run.stderr)
      .to.match(/size +46 kB/)
      .and.match(/contract 1/)
    expect(run.stderr)
      .to.match(/hooks \(init\)/)
      .and.match(/install scripts: postinstall \(not run/)
    expect(run.stderr).to.match(/trust\.plugins/)
    expect(downloads()).to.deep.equal([])
    expect(await installed()).to.equal('No plugins installed.\n')
  })

  it('asks once in a terminal, and a bare Enter means no', async () => {
    registry.publish(echoVersion('1.0.0'))
    const env = {...box.env, npm_config_registry: registry.url}
    const ask = (keys: string) => {
      const pty = startPty(process.execPath, [VIBE, 'plugins', 'install', ECHO], {cwd: box.project, env, columns: 100})
      return pty.see('Install vibe-provider-echo 1.0.0?').then(async (screen) => {
        pty.type(keys)
        const code = await pty.exit()
        pty.close()
        return {screen, code, after: pty.text()}
      })
    }
    const no = await ask(KEYS.enter)
    expect(no.screen).to.contain('all your rights')
    expect(no.code).to.equal(6)
    expect(downloads()).to.deep.equal([])
    const left = await ask(KEYS.controlC)
    expect(left.code).to.equal(130)
    const yes = await ask('y')
    expect(yes.code, yes.after).to.equal(0)
    expect(yes.after).to.contain('vibe provider:add echo --type echo')
    expect(await installed()).to.match(/vibe-provider-echo 1\.0\.0 +echo/)
  })

  it('is not asked about when trust.plugins names it, but still shown', async () => {
    registry.publish(echoVersion('1.0.0'))
    expect((await vibe(['config:set', 'trust.plugins', JSON.stringify([ECHO])])).code).to.equal(0)
    const run = await vibe(['plugins', 'install', ECHO, '--json'])
    expect(run.code, run.stderr).to.equal(0)
    expect(run.stderr).to.contain('allowed by trust.plugins')
    const {installed: list} = JSON.parse(run.stdout) as {installed: Array<Record<string, unknown>>}
    expect(list[0]).to.include({name: ECHO, version: '1.0.0', changed: true})
    expect(list[0]?.['providers']).to.deep.equal([{id: 'echo', state: 'ok', problems: []}])
  })

  it('is refused with both remedies when it speaks another contract', async () => {
    registry.publish(echoVersion('1.0.0'))
    registry.publish(echoVersion('1.4.0'))
    registry.publish(echoVersion('2.0.0', {vibe: {apiVersion: 99, providers: ['./vibe.provider.json']}}))
    const run = await vibe(['plugins', 'install', ECHO, '--yes'])
    refused(run, 3, /speaks provider contract 99/)
    expect(run.stderr)
      .to.match(/Update vibe/)
      .and.contain(`vibe plugins install ${ECHO}@1.4.0`)
    expect(downloads()).to.deep.equal([])
    expect((await vibe(['plugins', 'install', `${ECHO}@1.4.0`, '--yes'])).code).to.equal(0)
  })

  it('is refused with both remedies also when no version of it fits', async () => {
    registry.publish(echoVersion('2.0.0', {vibe: {apiVersion: 99, providers: ['./vibe.provider.json']}}))
    const run = await vibe(['plugins', 'install', ECHO, '--yes'])
    refused(run, 3, /speaks provider contract 99/)
    expect(run.stderr)
      .to.match(/npm install -g vibe-coder/)
      .and.contain(`for contract 1: vibe plugins install ${ECHO}@VERSION (none is published yet)`)
  })

  it('is refused when it does not say clearly what it offers', async () => {
    for (const header of ['yes', {}, {apiVersion: '1'}, {apiVersion: 1}, {apiVersion: 1, providers: ['../x.json']}]) {
      registry.publish(echoVersion('1.0.0', {vibe: header}))
      refused(await vibe(['plugins', 'install', ECHO, '--yes']), 3, /does not say what it offers to vibe/)
    }
    registry.publish(echoVersion('1.0.0', {vibe: undefined}))
    refused(await vibe(['plugins', 'install', ECHO, '--yes']), 3, /lacks "vibe"/)
    expect(downloads()).to.deep.equal([])
  })

  it('is refused when the download speaks another contract than the registry said', async () => {
    const files = {...echoVersion('1.0.0').files}
    const lie = echoVersion('1.0.0', {vibe: {apiVersion: 99, providers: ['./vibe.provider.json']}})
    registry.publish({
      ...lie,
      files: {...files, 'package.json': JSON.stringify(lie.pjson)},
      pjson: echoVersion('1.0.0').pjson,
    })
    refused(await vibe(['plugins', 'install', ECHO, '--yes']), 8, /it speaks contract 99, not 1/)
    expect(await installed()).to.equal('No plugins installed.\n')
  })

  it('is refused when it is no plugin of vibe', async () => {
    registry.publish({pjson: {name: 'ollama', version: '3.0.0'}})
    registry.publish({pjson: {name: 'left-pad', version: '1.0.0'}})
    refused(await vibe(['plugins', 'install', 'left-pad', '--yes']), 2, /is no plugin of vibe/)
    refused(await vibe(['plugins', 'install', 'ollama', '--yes']), 2, /vibe plugins install vibe-provider-ollama/)
    expect(downloads()).to.deep.equal([])
  })

  it('is refused when it has the name of a part of vibe, which also an older one cannot replace', async () => {
    for (const name of ['vibe-coder', '@oclif/plugin-plugins']) {
      const {pjson, files} = echoVersion('9.0.0')
      const text = JSON.stringify({...pjson, name})
      writeFileSync(join(box.project, 'own.tgz'), tarball({...files, 'package.json': text}))
      refused(await vibe(['plugins', 'install', './own.tgz', '--yes']), 2, /is a part of vibe itself/)
      const folder = join(box.project, 'own')
      mkdirSync(folder, {recursive: true})
      writeFileSync(join(folder, 'package.json'), text)
      refused(await vibe(['plugins', 'link', folder]), 2, /is a part of vibe itself/)
      const data = join(box.home, '.local/share/vibe-coder')
      mkdirSync(data, {recursive: true})
      const listed = {oclif: {plugins: [{name, type: 'link', root: folder}]}}
      writeFileSync(join(data, 'package.json'), JSON.stringify(listed))
      const run = await vibe(['plugins', 'uninstall', name])
      expect(run.stderr).to.match(/^vibe: the plugin .* has the name of a part of vibe/)
      expect(run.stdout).to.equal(`Unlinked ${name}.\n`)
    }
  })

  it('takes the place of a provider that comes with vibe only when it offers that provider', async () => {
    const {pjson, files} = echoVersion('9.0.0')
    const name = 'vibe-provider-openai'
    writeFileSync(
      join(box.project, 'openai.tgz'),
      tarball({...files, 'package.json': JSON.stringify({...pjson, name})}),
    )
    const run = await vibe(['plugins', 'install', './openai.tgz', '--yes'])
    refused(run, 8, /its provider openai would not work/)
    expect(run.stderr).to.contain('it is used instead of the one that comes with vibe')
    expect((await vibe(['plugins', '--core'])).stdout).to.match(/vibe-provider-openai \S+ \(core\) {2}openai\n/)
  })

  it('is found under the names that people type', async () => {
    registry.publish(echoVersion('1.0.0'))
    for (const [typed, meant] of [
      ['echo', ECHO],
      ['ollama', 'vibe-provider-ollama'],
      ['olama', 'vibe-provider-ollama'],
      ['vibe-provider-olama', 'vibe-provider-ollama'],
    ] as const)
      refused(await vibe(['plugins', 'install', typed, '--yes']), 3, new RegExp(`vibe plugins install ${meant}\n`))
    refused(await vibe(['plugins', 'install', `${ECHO}@^7`, '--yes']), 3, /no version "\^7"; the newest is 1\.0\.0/)
    refused(await vibe(['plugins', 'install', `${ECHO}@next`, '--yes']), 3, /no version "next"/)
    refused(await vibe(['plugins', 'install', `${ECHO}@git+https://x`, '--yes']), 2, /no version, range or tag/)
    refused(await vibe(['plugins', 'install', './nothing.tgz', '--yes']), 2, /does not exist/)
  })

  it('a tarball is looked into without running anything of it', async () => {
    const {pjson, files} = echoVersion('1.0.0', {scripts: {preinstall: 'touch pwned'}})
    const good = join(box.project, 'echo.tgz')
    writeFileSync(good, tarball({'package.json': JSON.stringify(pjson), ...files}))
    refused(await vibe(['plugins', 'install', './echo.tgz']), 6, /offers +the provider echo/)
    const spoof = (files?.['vibe.provider.json'] ?? '').replaceAll('"echo"', '"openai"')
    writeFileSync(
      join(box.project, 'spoof.tgz'),
      tarball({'package.json': JSON.stringify(pjson), ...files, 'vibe.provider.json': spoof}),
    )
    refused(await vibe(['plugins', 'install', './spoof.tgz']), 6, /openai: id-reserved/)
    writeFileSync(join(box.project, 'noise.tgz'), 'no archive at all')
    refused(await vibe(['plugins', 'install', './noise.tgz', '--yes']), 2, /Cannot install .*noise\.tgz/)
    const run = await vibe(['plugins', 'install', './echo.tgz', '--yes'])
    expect(run.code, run.stderr).to.equal(0)
    expect(run.stdout).to.contain('Install scripts were not run: vibe-provider-echo')
    expect(existsSync(join(box.home, '.local/share/vibe-coder/node_modules', ECHO, 'pwned'))).to.equal(false)
  })

  it('install scripts run only when they are allowed', async () => {
    const canary = join(box.home, 'canary')
    registry.publish(echoVersion('1.0.0', {scripts: {postinstall: `node -e "fs.writeFileSync('${canary}', '')"`}}))
    expect((await vibe(['plugins', 'install', ECHO, '--yes'])).code).to.equal(0)
    expect(existsSync(canary)).to.equal(false)
    await vibe(['plugins', 'uninstall', ECHO])
    const run = await vibe(['plugins', 'install', ECHO, '--yes', '--allow-scripts'])
    expect(run.code, run.stderr).to.equal(0)
    expect(existsSync(canary)).to.equal(true)
  })

  it('a project has no say in where it comes from', async () => {
    const evil = await startFakeRegistry()
    evil.publish(echoVersion('6.6.6'))
    registry.publish(echoVersion('1.0.0'))
    writeFileSync(join(box.project, '.npmrc'), `registry=${evil.url}/\nignore-scripts=false\n`)
    writeFileSync(join(box.project, 'package.json'), '{"name":"project"}')
    writeFileSync(join(box.home, '.npmrc'), `registry=${registry.url}/\n`)
    const run = await box.vibe(['plugins', 'install', ECHO, '--yes'])
    expect(run.code, run.stderr).to.equal(0)
    expect(evil.requests).to.deep.equal([])
    expect(await installed()).to.contain('1.0.0')
    await evil.close()
  })

  it('config:set npm.registry is asked before the registry of npm', async () => {
    const other = await startFakeRegistry()
    other.publish(echoVersion('2.0.0'))
    expect((await vibe(['config:set', 'npm.registry', other.url])).code).to.equal(0)
    const run = await vibe(['plugins', 'install', ECHO, '--yes'])
    expect(run.code, run.stderr).to.equal(0)
    expect(registry.requests).to.deep.equal([])
    await other.close()
  })

  it('sends the key of ~/.npmrc to its registry', async () => {
    registry.publish(echoVersion('1.0.0'))
    const seen: Array<string | undefined> = []
    registry.misbehave((request, response) => {
      seen.push(request.headers.authorization)
      if (request.headers.authorization === 'Bearer secret-token') return false
      response.writeHead(401).end('{}')
      return true
    })
    refused(await vibe(['plugins', 'install', ECHO, '--yes']), 4, new RegExp(`npm login --registry ${registry.url}`))
    const host = registry.url.replace('http:', '')
    writeFileSync(join(box.home, '.npmrc'), `registry=${registry.url}/\n${host}/:_authToken=secret-token\n`)
    const run = await vibe(['plugins', 'install', ECHO, '--yes'])
    expect(run.code, run.stderr).to.equal(0)
    expect(run.stdout + run.stderr).to.not.contain('secret-token')
    expect(seen).to.include('Bearer secret-token')
  })

  it('is shown without what a terminal would obey', async () => {
    registry.publish(
      echoVersion('1.0.0', {deprecated: 'use\u001B]0;x\u0007\u202Eother'}, {publisher: '\u001B[2Jada\r'}),
    )
    const run = await vibe(['plugins', 'install', ECHO])
    expect(run.stderr)
      .to.contain('deprecated: use')
      .and.not.match(/[\u0000-\u0008\u000B-\u001F\u202E]/)
  })

  it('and its manifest is no good, the state is said with the command that removes it', async () => {
    const {files, ...rest} = echoVersion('1.0.0')
    registry.publish({...rest, files: {...files, 'vibe.provider.json': `"${'x'.repeat(10_000_000)}"`}})
    const run = await vibe(['plugins', 'install', ECHO, '--yes'])
    expect(run.code, run.stderr).to.equal(0)
    expect(run.stderr).to.match(/! echo: manifest-invalid: .*10000002 bytes/)
    expect(run.stderr).to.contain(`vibe plugins uninstall ${ECHO}`)
    expect(await installed()).to.match(/! echo: manifest-invalid/)
  })

  it('oclif itself is held to the same gate by its hook, and to the version that was shown', async () => {
    registry.publish(echoVersion('1.0.0'))
    const code = `import {Config} from '@oclif/core'
      const config = await Config.load(${JSON.stringify(ROOT)})
      const plugin = {type: 'npm', name: '${ECHO}', tag: 'latest'}
      await config.runHook('plugins:preinstall', {plugin}).then(
        () => console.log(plugin.tag),
        (error) => console.log(error.code, error.oclif.exit))`
    const command = [process.execPath, '--input-type=module', '--eval', code] as const
    const env = {...box.env, npm_config_registry: registry.url}
    const ask = async () => (await runProgram(command, {cwd: ROOT, env})).stdout.trim()
    expect(await ask()).to.equal('consent-needed 6')
    await vibe(['config:set', 'trust.plugins', JSON.stringify([ECHO])])
    expect(await ask()).to.equal('1.0.0')
    registry.misbehave((_request, response) => Boolean(response.writeHead(500).end()))
    expect(await ask()).to.equal('registry-answer 5')
  })

  it('refuses to reach out when vibe is offline', async () => {
    refused(await vibe(['plugins', 'install', ECHO, '--yes'], {VIBE_CODER_OFFLINE: '1'}), 5, /vibe is offline/)
    expect(registry.requests).to.deep.equal([])
  })
})

describe('a registry that misbehaves', function () {
  this.timeout(60_000)
  const ways: Array<{
    that: string
    exit: number
    says: RegExp
    status?: number
    body?: string
    act?: 'destroy' | 'silent'
  }> = [
    {that: 'wants a login', status: 401, exit: 4, says: /asks for a login/},
    {that: 'refuses', status: 403, exit: 4, says: /refuses it/},
    {that: 'knows nothing', status: 404, exit: 3, says: /no such package/},
    {that: 'is broken', status: 500, exit: 5, says: /no usable answer/},
    {that: 'answers HTML', status: 200, body: '<html>', exit: 5, says: /no usable answer/},
    {that: 'answers null', status: 200, body: 'null', exit: 5, says: /no usable answer/},
    {that: 'answers a list', status: 200, body: '[]', exit: 3, says: /no such package/},
    {that: 'hangs up', act: 'destroy', exit: 5, says: /cannot be reached|no usable answer/},
    {that: 'never answers', act: 'silent', exit: 5, says: /took too long|in time/},
  ]
  for (const {that, exit, says, status = 200, body = '{}', act} of ways) {
    it(`and ${that} costs one clear line, and what was installed stays`, async () => {
      const registry = await startFakeRegistry()
      const box = createSandbox()
      const env = {npm_config_registry: registry.url}
      registry.publish(echoVersion('1.0.0'))
      expect((await box.vibe(['plugins', 'install', ECHO, '--yes'], {env})).code).to.equal(0)
      registry.misbehave((request, response) => {
        if (act === 'destroy') request.socket.destroy()
        else if (act === undefined) response.writeHead(status, {'content-type': 'application/json'}).end(body)
        return true
      })
      const impatient = {...env, npm_config_fetch_timeout: '500'}
      const run = await box.vibe(['plugins', 'install', `${ECHO}@latest`, '--yes'], {env: impatient})
      expect(run.code, run.stderr).to.equal(exit)
      expect(run.stderr).to.match(says)
      expect(run.stderr.split('\n').filter((line) => line.startsWith('✗'))).to.have.length(1)
      expect((await box.vibe(['plugins'])).stdout).to.match(/vibe-provider-echo 1\.0\.0 +echo/)
      box.remove()
      await registry.close()
    })
  }
})
