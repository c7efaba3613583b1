import {expect} from 'chai'
import {existsSync} from 'node:fs'
import {mkdir, mkdtemp, readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {packAll} from '../support/pack.ts'
import {runProgram, type ProgramRun} from '../support/program.ts'
import {startRegistry, type Registry} from '../support/registry.ts'

describe('an installed vibe', function () {
  this.timeout(300_000)
  let folder: string
  let registry: Registry
  let install: ProgramRun
  const vibe = () => join(folder, 'app/node_modules/.bin/vibe')

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vibe-install-'))
    registry = await startRegistry()
    for (const {filename} of await packAll(folder)) await registry.publish(join(folder, filename))
    await mkdir(join(folder, 'app'))
    install = await runProgram(['npm', 'install', '--prefix', join(folder, 'app'), 'vibe-coder'], {
      cwd: folder,
      env: registry.env,
    })
  })
  after(async () => {
    await registry?.close()
    await rm(folder, {recursive: true, force: true})
  })

  const run = (...argv: string[]) =>
    runProgram([vibe(), ...argv], {cwd: folder, env: {...registry.env, XDG_CONFIG_HOME: join(folder, 'config')}})

  it('comes from a registry without a warning about us', () => {
    expect(install.code, install.stderr).to.equal(0)
    expect(install.stderr.split('\n').filter((line) => /warn/i.test(line) && /vibe/i.test(line))).to.deep.equal([])
  })

  it('brings its providers and nothing that only development needs', async () => {
    const installed = await readdir(join(folder, 'app/node_modules'))
    expect(installed).to.include.members([
      'vibe-coder',
      'vibe-provider-openai',
      'vibe-provider-replay',
      'vibe-provider-services',
    ])
    expect(installed).to.not.include.members(['typescript', 'mocha', 'esbuild', 'openai', 'vibe-plugin-testkit'])
    expect(existsSync(join(folder, 'app/node_modules/openai'))).to.equal(false)
  })

  it('offers the services that are data alone', async () => {
    const {stdout, stderr} = await run('provider:list', '--json')
    const {types} = JSON.parse(stdout) as {types: Array<{type: string; package: string; state: string}>}
    const services = types.filter((one) => one.package === 'vibe-provider-services')
    expect(
      services.map(({type}) => type),
      stderr,
    ).to.include.members(['groq', 'mistral', 'azure-openai'])
    expect(services.every(({state}) => state === 'ok')).to.equal(true)
  })

  it('says its version', async () => {
    const {code, stdout, stderr} = await run('--version')
    expect({code, stderr}).to.deep.equal({code: 0, stderr: ''})
    expect(stdout).to.match(/^vibe-coder\/\d+\.\d+\.\d+ \w+-\w+ node-v\d+\.\d+\.\d+\n$/)
  })

  it('finds its configuration and its providers', async () => {
    const path = await run('config:path')
    expect(path, path.stderr).to.include({code: 0, stderr: ''})
    expect(path.stdout.trim()).to.equal(join(folder, 'config/vibe-coder/config.json'))
    const help = await run('help')
    expect(help).to.include({code: 0, stderr: ''})
    expect(help.stdout).to.include('COMMANDS')
  })
})
