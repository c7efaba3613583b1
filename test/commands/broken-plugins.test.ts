import {expect} from 'chai'
import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {homes} from '../../src/paths.ts'
import {makeVibeHome, type VibeHome} from '../support/vibe.ts'

type UserPlugin = {name: string; files: Record<string, string>}

/** Writes plugins as `vibe plugins install` leaves them. */
async function install(vibe: VibeHome, plugins: readonly UserPlugin[]): Promise<void> {
  const {data} = homes(vibe.env)
  await mkdir(data, {recursive: true})
  const listed = plugins.map(({name}) => ({name, type: 'user', tag: 'latest'}))
  const dependencies = Object.fromEntries(plugins.map(({name}) => [name, '1.0.0']))
  await writeFile(
    join(data, 'package.json'),
    JSON.stringify({private: true, oclif: {schema: 1, plugins: listed}, dependencies}),
  )
  for (const {name, files} of plugins) {
    for (const [path, text] of Object.entries(files)) {
      const target = join(data, 'node_modules', name, path)
      await mkdir(join(target, '..'), {recursive: true})
      await writeFile(target, text)
    }
  }
}

const plugin = (name: string, oclif: object, files: Record<string, string> = {}): UserPlugin => ({
  name,
  files: {'package.json': JSON.stringify({name, version: '1.0.0', oclif}), ...files},
})

const COMMAND = (body: string) => `exports.default = class { static async run() { ${body} } }\n`

describe('a plugin of the user', () => {
  let vibe: VibeHome
  beforeEach(async () => {
    vibe = await makeVibeHome()
  })
  afterEach(() => vibe.remove())

  async function expectRemovable(name: string): Promise<void> {
    const listed = await vibe.run(['plugins'])
    expect(listed.code, listed.stderr).to.equal(0)
    const removed = await vibe.run(['plugins', 'uninstall', name])
    expect(removed.code, removed.stderr).to.equal(0)
    const after = await vibe.run(['help'])
    expect(after).to.include({code: 0, stderr: ''})
  }

  it('whose folder is missing costs one line and can be removed', async () => {
    await install(vibe, [{name: 'vibe-gone', files: {}}])
    const run = await vibe.run(['help'])
    expect(run.code).to.equal(0)
    expect(run.stderr).to.equal(
      'vibe: the plugin vibe-gone cannot be loaded: its folder is missing. Remove it: vibe plugins uninstall vibe-gone\n',
    )
    await expectRemovable('vibe-gone')
  })

  it('whose package.json is damaged costs one line and can be removed', async () => {
    await install(vibe, [{name: 'vibe-damaged', files: {'package.json': '{"name": '}}])
    const run = await vibe.run(['help'])
    expect(run.code).to.equal(0)
    expect(run.stderr.trimEnd().split('\n')).to.have.length(1)
    expect(run.stderr).to.include('vibe-damaged').and.to.include('vibe plugins uninstall')
    await expectRemovable('vibe-damaged')
  })

  it('whose init hook fails does not run it, and can be removed', async () => {
    const hook = `module.exports = async function () { this.error('bricked', {exit: 7}) }\n`
    await install(vibe, [plugin('vibe-hooked', {hooks: {init: './init.js', prerun: './init.js'}}, {'init.js': hook})])
    const run = await vibe.run(['help'])
    expect(run).to.include({code: 0, stderr: ''})
    await expectRemovable('vibe-hooked')
  })

  it('whose command ends the process when it is read is left out', async () => {
    const bad = plugin('vibe-exits', {commands: './commands'}, {'commands/bang.js': 'process.exit(9)\n'})
    await install(vibe, [bad])
    const run = await vibe.run(['help'])
    expect(run.code, run.stderr).to.equal(0)
    expect(run.stdout).to.include('COMMANDS')
    await expectRemovable('vibe-exits')
  })

  it('whose command throws when it is read costs one line, and its other commands work', async () => {
    const commands = {
      'commands/boom.js': `throw new Error('no room\\nleft')\n`,
      'commands/fine.js': COMMAND(`console.log('ran')`),
    }
    await install(vibe, [plugin('vibe-boom', {commands: './commands'}, commands)])
    expect(await vibe.run(['fine'])).to.deep.include({
      code: 0,
      stdout: 'ran\n',
      stderr:
        'vibe: the command "boom" of the plugin vibe-boom cannot be loaded (no room left). Remove it: vibe plugins uninstall vibe-boom\n',
    })
    const removed = await vibe.run(['plugins', 'uninstall', 'vibe-boom'])
    expect(removed.code, removed.stderr).to.equal(0)
    expect(await vibe.run(['help'])).to.include({code: 0, stderr: ''})
  })

  it('is off with --no-plugins and with VIBE_CODER_NO_PLUGINS', async () => {
    await install(vibe, [
      plugin('vibe-extra', {commands: './commands'}, {'commands/extra.js': COMMAND(`console.log('extra ran')`)}),
    ])
    expect((await vibe.run(['help'])).stdout).to.match(/^ {2}extra\b/m)
    expect(await vibe.run(['extra'])).to.include({code: 0, stdout: 'extra ran\n'})
    expect((await vibe.run(['help', '--no-plugins'])).stdout).to.not.match(/^ {2}extra\b/m)
    expect((await vibe.run(['help'], {env: {VIBE_CODER_NO_PLUGINS: '1'}})).stdout).to.not.match(/^ {2}extra\b/m)
  })

  it('whose command fails shows its stack, where to report it, and exit 1', async () => {
    const boom = COMMAND(`undefined.length`)
    const quits = COMMAND(`throw Object.assign(new Error('quit'), {code: 'EEXIT', oclif: {exit: 9}})`)
    await install(vibe, [
      plugin('vibe-boom', {commands: './commands'}, {'commands/boom.js': boom, 'commands/quits.js': quits}),
    ])
    const run = await vibe.run(['boom'])
    expect(run.code).to.equal(1)
    expect(run.stderr).to.include('TypeError').and.to.include('boom.js').and.to.include('Please report it')
    expect(await vibe.run(['quits'])).to.include({code: 9, stderr: ''})
  })

  it('is no reason to stop when the list of plugins is damaged', async () => {
    const {data} = homes(vibe.env)
    await mkdir(data, {recursive: true})
    await writeFile(join(data, 'package.json'), '{"oclif": ')
    const run = await vibe.run(['help'])
    expect(run.code).to.equal(0)
    expect(run.stderr).to.equal(
      `vibe: ${join(data, 'package.json')} is damaged, so installed plugins are off. Mend or delete it.\n`,
    )
  })
})
