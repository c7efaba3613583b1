import {expect} from 'chai'
import {execFile} from 'node:child_process'
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {copyFixture, temporaryFolder} from './plugin-fixtures.ts'

const run = promisify(execFile)
const source = (path: string) => JSON.stringify(new URL(path, import.meta.url).href)

/** Each case is a whole process of a real oclif CLI, since what is guarded against would end the test run. */
describe('plugin-guard', () => {
  let home: ReturnType<typeof temporaryFolder>

  beforeEach(() => {
    home = temporaryFolder()
    const cli = join(home.path, 'cli')
    mkdirSync(join(cli, 'commands'), {recursive: true})
    symlinkSync(join(import.meta.dirname, '../../../node_modules'), join(cli, 'node_modules'))
    const pjson = {
      name: 'cli',
      version: '1.0.0',
      type: 'module',
      oclif: {bin: 'cli', dirname: 'cli', commands: './commands'},
    }
    writeFileSync(join(cli, 'package.json'), JSON.stringify(pjson))
    const command = `import {Command} from '@oclif/core'\nexport default class Hello extends Command {\n  async run() {\n    this.log('hello')\n  }\n}\n`
    writeFileSync(join(cli, 'commands', 'hello.js'), command)
  })
  afterEach(() => home.remove())

  it('lets no hook of a user’s plugin run', async () => {
    install('hooks')
    const {stdout, stderr} = await start(`console.error(stripForeignHooks(config.plugins.values()).join())`)
    expect(stdout).to.equal('hello\n')
    expect(stderr).to.equal('fixture-hooks\n')
  })

  it('is needed: without it the hook ends every command', async () => {
    install('hooks')
    const outcome = await start('').catch((error: unknown) => error)
    expect(outcome).to.include({code: 9, stdout: ''})
  })

  it('survives a command module that exits when oclif reads its flags', async () => {
    install('exits-in-command')
    const {stdout} = await start('stripForeignHooks(config.plugins.values())')
    expect(stdout).to.equal('hello\n')
  })

  it('survives a command module that throws where nobody awaits it', async () => {
    install('throws-stray-in-command')
    const {stdout, stderr} = await start('console.error(guarded.problem)')
    expect(stdout).to.equal('hello\n')
    expect(stderr).to.equal('your plugins were left out: stray\n')
  })

  it('leaves the user’s plugins out when loading them never ends', async function () {
    this.timeout(20_000)
    install('hangs-in-command')
    const {stdout, stderr} = await start('stripForeignHooks(config.plugins.values()); console.error(guarded.problem)')
    expect(stdout).to.equal('hello\n')
    expect(stderr).to.equal('your plugins were left out: loading them took more than 0.5 s\n')
  })

  it('lets the registry read what a real oclif has loaded', async () => {
    install('hooks', 'broken-json', 'throws-on-import', 'duplicate-id', 'good')
    const {stdout, stderr} = await start(`
      stripForeignHooks(config.plugins.values())
      const {readRegistry} = await import(${source('../../../src/providers/registry.ts')})
      const registry = await readRegistry({plugins: config.plugins.values(), cacheFolder: config.cacheDir, vibeVersion: '1.0.0', prefer: {good: 'fixture-good'}})
      console.error(registry.entries.map(({id, state}) => id + ' ' + state).sort().join(', '))`)
    expect(stdout).to.equal('hello\n')
    expect(stderr).to.equal(
      'fixture-broken-json manifest-invalid, good id-conflict, good ok, hooks hooks-declared, throws-on-import ok\n',
    )
  })

  function install(...names: string[]): void {
    const data = join(home.path, 'data', 'cli')
    for (const name of names) copyFixture(name, join(data, 'node_modules', `fixture-${name}`))
    const oclif = {plugins: names.map((name) => ({name: `fixture-${name}`, type: 'user'}))}
    writeFileSync(join(data, 'package.json'), JSON.stringify({private: true, oclif}))
  }

  function start(afterLoad: string): Promise<{stdout: string; stderr: string}> {
    const script = `import {Config, flush, run} from '@oclif/core'
      import {loadGuarded, stripForeignHooks} from ${source('../../../src/providers/plugin-guard.ts')}
      process.on('uncaughtException', () => process.exit(1))
      const guarded = await loadGuarded((userPlugins) => Config.load({root: ${JSON.stringify(join(home.path, 'cli'))}, userPlugins}), 500)
      const {config} = guarded
      ${afterLoad}
      await run(['hello'], config)
      await flush()`
    const file = join(home.path, 'cli', 'start.mjs')
    writeFileSync(file, script)
    const env = {
      ...process.env,
      XDG_DATA_HOME: join(home.path, 'data'),
      XDG_CONFIG_HOME: home.path,
      XDG_CACHE_HOME: home.path,
    }
    return run(process.execPath, ['--no-warnings', file], {env})
  }
})
