import {expect} from 'chai'
import {execFileSync} from 'node:child_process'
import {cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {runProgram} from '../support/program.ts'
import {startRegistry, type Registry} from '../support/registry.ts'
import {createSandbox, type Sandbox} from '../support/sandbox.ts'
import {root} from '../support/tree.ts'

const OLLAMA = 'vibe-provider-ollama'
const LMSTUDIO = 'vibe-provider-lmstudio'

describe('plugins from a real registry', function () {
  this.timeout(120_000)
  let folder: string
  let registry: Registry
  let box: Sandbox
  let tarball: string
  let version: string

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vibe-plugins-'))
    registry = await startRegistry()
    version = (JSON.parse(readFileSync(join(root, 'plugins', OLLAMA, 'package.json'), 'utf8')) as {version: string})
      .version
    tarball = await pack(join(root, 'plugins', OLLAMA))
    await registry.publish(tarball)
    await registry.publish(await pack(join(root, 'plugins', LMSTUDIO)))
  })
  after(async () => {
    await registry?.close()
    rmSync(folder, {recursive: true, force: true})
  })
  beforeEach(() => {
    box = createSandbox()
    writeFileSync(join(box.home, '.npmrc'), `registry=${registry.url}/\n`)
  })
  afterEach(() => box.remove())

  async function pack(path: string): Promise<string> {
    const run = await runProgram(['npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', folder, path], {
      cwd: folder,
    })
    const [packed] = JSON.parse(run.stdout) as Array<{filename: string}>
    return join(folder, packed?.filename ?? '')
  }

  /** A later version of a package, as its author would have packed it. */
  async function packLater(later: string): Promise<string> {
    const copy = mkdtempSync(join(folder, 'copy-'))
    cpSync(join(root, 'plugins', OLLAMA), copy, {recursive: true, filter: (path) => !path.includes('node_modules')})
    const pjson = JSON.parse(readFileSync(join(copy, 'package.json'), 'utf8')) as object
    writeFileSync(join(copy, 'package.json'), JSON.stringify({...pjson, version: later}))
    return pack(copy)
  }

  async function done(...args: string[]): Promise<string> {
    const run = await box.vibe(args)
    expect(run.code, `${args.join(' ')}: ${run.stderr}`).to.equal(0)
    return run.stdout
  }

  it('are installed, listed, inspected, used, updated, removed and reset', async () => {
    expect(await done('plugins', 'install', OLLAMA, LMSTUDIO, '--yes')).to.match(
      /Installed vibe-provider-ollama .*\n.*lmstudio/s,
    )
    expect(await done('plugins')).to.match(
      /vibe-provider-lmstudio \S+ +lmstudio\n.*vibe-provider-ollama \S+ +ollama\n/s,
    )
    expect(await done('plugins', 'inspect', OLLAMA)).to.match(
      /contract +1\n.*checksum +sha512-.*provider +ollama: ready/s,
    )
    const unknown = await box.vibe(['plugins', 'inspect', 'vibe-provider-olama'])
    expect(unknown.code).to.equal(2)
    expect(unknown.stderr).to.contain(`vibe plugins inspect ${OLLAMA}`)
    const listed = JSON.parse(await done('plugins', '--json')) as Array<{name: string; type: string; version: string}>
    expect(listed.find(({name}) => name === OLLAMA)).to.include({type: 'user', version})
    expect(await done('provider:list')).to.match(/Types: .*lmstudio.*ollama/)
    await done('provider:add', 'mine', '--type', 'ollama', '--no-validate', '--model', 'm', '--yes')
    await registry.publish(await packLater('9.0.0'))
    expect(await done('plugins', 'update', '--yes')).to.contain(`${OLLAMA} ${version} → 9.0.0`)
    expect(await done('provider:show', 'mine')).to.contain('9.0.0')
    await done('plugins', 'uninstall', OLLAMA)
    expect(await done('plugins')).to.not.contain(OLLAMA)
    await done('plugins', 'reset', '--yes')
    expect(await done('plugins')).to.equal('No plugins installed.\n')
  })

  it('are installed by version, range, tag, tarball and address', async () => {
    const address = `${registry.url}/${OLLAMA}/-/${OLLAMA}-${version}.tgz`
    for (const spec of [
      `${OLLAMA}@${version}`,
      `${OLLAMA}@^${version}`,
      `${OLLAMA}@latest`,
      tarball,
      `file:${tarball}`,
      address,
    ]) {
      await done('plugins', 'install', spec, '--yes')
      expect(await done('provider:list'), spec).to.contain('ollama')
      await done('plugins', 'uninstall', OLLAMA)
    }
  })

  it('are installed from a folder and from a repository, at a commit that was looked at', async () => {
    const work = join(box.project, 'work')
    cpSync(join(root, 'plugins', OLLAMA), work, {recursive: true, filter: (path) => !path.includes('node_modules')})
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', work, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
        encoding: 'utf8',
      })
    git('init', '--quiet')
    git('add', '--all', '--force')
    git('commit', '--quiet', '--message', 'one')
    git('tag', 'v1')
    for (const spec of [
      './work',
      `git+file://${work}`,
      `git+file://${work}#v1`,
      `git+file://${work}#${git('rev-parse', 'HEAD').trim()}`,
    ]) {
      await done('plugins', 'install', spec, '--yes')
      expect(await done('provider:list'), spec).to.contain('ollama')
      expect(await done('plugins', 'update', '--yes'), spec).to.contain('is up to date')
      await done('plugins', 'uninstall', OLLAMA)
    }
    const missing = await box.vibe(['plugins', 'install', `git+file://${work}#nothing`, '--yes'])
    expect(missing.code, missing.stderr).to.equal(5)
    expect(missing.stderr).to.contain('it has no nothing')
  })

  it('are linked to the folder in which they are written', async () => {
    const work = join(box.project, 'work')
    cpSync(join(root, 'plugins', LMSTUDIO), work, {recursive: true})
    expect(await done('plugins', 'link', 'work')).to.contain(work)
    expect(await done('plugins')).to.match(/\(link\) .*work +lmstudio/)
    await done('plugins', 'unlink', LMSTUDIO)
    expect(existsSync(work)).to.equal(true)
    const pjson = JSON.parse(readFileSync(join(work, 'package.json'), 'utf8')) as object
    writeFileSync(
      join(work, 'package.json'),
      JSON.stringify({...pjson, vibe: {apiVersion: 99, providers: ['./x.json']}}),
    )
    const tooNew = await box.vibe(['plugins', 'link', 'work'])
    expect(tooNew.code, tooNew.stderr).to.equal(3)
    expect(tooNew.stderr)
      .to.match(/speaks provider contract 99/)
      .and.match(/Update vibe/)
    const nothing = await box.vibe(['plugins', 'link', '.'])
    expect(nothing.code, nothing.stderr).to.equal(2)
  })

  it('are installed where no npm is on PATH', async () => {
    const run = await box.vibe(['plugins', 'install', OLLAMA, '--yes'], {env: {PATH: '/nowhere'}})
    expect(run.code, run.stderr).to.equal(0)
  })
})
