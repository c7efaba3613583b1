import {expect} from 'chai'
import {existsSync} from 'node:fs'
import {cp, mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {packAll} from '../support/pack.ts'
import {runProgram, type ProgramRun} from '../support/program.ts'
import {startRegistry, type Registry} from '../support/registry.ts'
import {root} from '../support/tree.ts'

const KIT = ['vibe-plugin-api', 'vibe-plugin-testkit', 'vibe-provider-']

type Result = {id: string; status: string; subject: string}

describe('the conformance kit from a registry', function () {
  this.timeout(300_000)
  let folder: string
  let registry: Registry
  let install: ProgramRun
  const author = () => join(folder, 'vibe-provider-acme')

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vibe-kit-install-'))
    registry = await startRegistry()
    const packed = await packAll(folder)
    for (const {name, filename} of packed.filter((one) => KIT.some((start) => one.name.startsWith(start))))
      await registry
        .publish(join(folder, filename))
        .catch((error: unknown) => Promise.reject(new Error(`${name}: ${String(error)}`)))
    await writePackage(author())
    install = await runProgram(['npm', 'install', '--save-dev', 'vibe-plugin-testkit'], {
      cwd: author(),
      env: registry.env,
    })
  })
  after(async () => {
    await registry?.close()
    await rm(folder, {recursive: true, force: true})
  })

  it('installs without a warning, and without anything of vibe but the contract and the speakers', async () => {
    expect(install.code, install.stderr).to.equal(0)
    expect(install.stderr).to.not.match(/warn/i)
    const lock = JSON.parse(await readFile(join(author(), 'package-lock.json'), 'utf8')) as {packages: object}
    const installed = Object.keys(lock.packages).flatMap((path) =>
      path === '' ? [] : [path.replace('node_modules/', '')],
    )
    expect(installed.filter((name) => !/^vibe-(plugin|provider)-/.test(name))).to.deep.equal([])
    expect(installed).to.not.include('vibe-coder')
  })

  it('checks a provider of data alone with npx, and nothing else to set up', async () => {
    const run = await runProgram(['npx', 'vibe-provider-check', '.', '--json'], {cwd: author(), env: registry.env})
    expect(run.code, run.stdout + run.stderr).to.equal(0)
    const {ok, results} = JSON.parse(run.stdout) as {ok: boolean; results: Result[]}
    expect(ok).to.equal(true)
    expect(results.filter(({id, status}) => id.startsWith('replay/') && status === 'passed').length).to.be.greaterThan(
      60,
    )
    expect(new Set(results.map(({subject}) => subject))).to.include('acme (openai-chat)')
  })

  it('runs without being installed', async () => {
    const elsewhere = join(folder, 'elsewhere')
    await writePackage(elsewhere)
    const npx = [
      'npx',
      '--yes',
      '--package',
      'vibe-plugin-testkit',
      'vibe-provider-check',
      '.',
      '--leg',
      'static',
    ] as const
    const run = await runProgram([...npx], {cwd: elsewhere, env: registry.env})
    expect(run.code, run.stdout + run.stderr).to.equal(0)
    expect(existsSync(join(elsewhere, 'node_modules'))).to.equal(false)
  })

  it('finds what is wrong there too', async () => {
    const manifest = join(author(), 'vibe.provider.json')
    const good = await readFile(manifest, 'utf8')
    await writeFile(manifest, good.replace('"acme"', '"openai"'))
    const run = await runProgram(['npx', 'vibe-provider-check', '--leg', 'static'], {cwd: author(), env: registry.env})
    await writeFile(manifest, good)
    expect(run.code).to.equal(8)
    expect(run.stdout).to.match(
      /✗ static\/id[^\n]*\n\s+expected[^\n]*\n\s+got[^\n]*belongs to vibe-provider-openai\n\s+mend/,
    )
  })
})

/** The example of the guide, as an author has it. */
async function writePackage(folder: string): Promise<void> {
  await mkdir(folder)
  const example = join(root, 'examples/vibe-provider-acme')
  for (const file of ['README.md', 'vibe.provider.json']) await cp(join(example, file), join(folder, file))
  const {devDependencies: _, ...pjson} = JSON.parse(await readFile(join(example, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >
  await writeFile(join(folder, 'package.json'), JSON.stringify(pjson))
}
