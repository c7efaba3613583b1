import {expect} from 'chai'
import {mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {plainPlugins} from '../../bin/plain-plugins.ts'
import {createSandbox, type Sandbox} from '../support/sandbox.ts'
import {installPlugins, manifestOf, packageJson} from '../support/user-plugins.ts'

const NAME = 'vibe-provider-plain'
let sandbox: Sandbox
let data: string
let folder: string

const files = (id: string) => ({
  'package.json': packageJson(NAME),
  'vibe.provider.json': manifestOf(id),
  'index.js': 'export const createProvider = () => ({})\n',
})

async function types(): Promise<string[]> {
  const {stdout, stderr} = await sandbox.vibe(['provider:list', '--json'])
  expect(stdout, stderr).not.to.equal('')
  return (JSON.parse(stdout) as {types: Array<{type: string; state: string}>}).types
    .filter(({state}) => state === 'ok')
    .map(({type}) => type)
}

describe('plugins without commands', function () {
  this.timeout(60_000)
  beforeEach(() => {
    sandbox = createSandbox()
    data = join(sandbox.home, '.local/share/vibe-coder')
    folder = join(data, 'node_modules', NAME)
    installPlugins(sandbox.home, [{name: NAME, files: files('first')}])
  })
  afterEach(() => sandbox.remove())

  it('are seen as they are now: changed, with a command, gone', async () => {
    expect(await types()).to.include('first')
    writeFileSync(join(folder, 'vibe.provider.json'), manifestOf('second'))
    expect(await types())
      .to.include('second')
      .and.not.to.include('first')
    const commands = {strategy: 'explicit', target: './commands.js'}
    writeFileSync(join(folder, 'package.json'), packageJson(NAME, {commands}))
    const run = "run() { console.log('hello from a plugin') }"
    const command = `static flags = {}; static args = {}; static id = 'greet'; static run = async () => console.log('hello from a plugin'); async ${run}`
    writeFileSync(join(folder, 'commands.js'), `export default {greet: class { ${command} }}\n`)
    expect((await sandbox.vibe(['greet'])).stdout).to.contain('hello from a plugin')
    rmSync(folder, {recursive: true})
    const {stderr} = await sandbox.vibe(['provider:list'])
    expect(stderr).to.contain(`${NAME} cannot be loaded`)
  })

  it('are listed and inspected by oclif like any other', async () => {
    const {stdout, code} = await sandbox.vibe(['plugins', '--json'])
    expect(code).to.equal(0)
    expect(stdout).to.contain(NAME)
    const inspected = await sandbox.vibe(['plugins', 'inspect', NAME])
    expect(inspected.code, inspected.stderr).to.equal(0)
    expect(inspected.stdout).to.contain('1.0.0')
  })

  it('are those alone that bring nothing to oclif', () => {
    const listed = [{name: NAME, type: 'user'}]
    expect(plainPlugins(listed, data)?.map(({name, version}) => [name, version])).to.deep.equal([[NAME, '1.0.0']])
    expect(plainPlugins([], join(data, 'nowhere'))).to.deep.equal([])
    expect(plainPlugins([...listed, {name: 'gone', type: 'user'}], data)).to.equal(undefined)
    expect(plainPlugins([{name: 'other-name', type: 'link', root: folder}], data)).to.equal(undefined)
    expect(plainPlugins([{name: NAME, type: 'link', root: folder}], data)).to.have.length(1)
    for (const oclif of [{commands: './c'}, {plugins: ['x']}, {topics: {a: {}}}]) {
      writeFileSync(join(folder, 'package.json'), packageJson(NAME, oclif))
      expect(plainPlugins(listed, data)).to.equal(undefined)
    }
    for (const text of ['', '[]', 'null', '{"name": 5}', '{', `{"name": "${NAME}", "version": "1.0.0"}`]) {
      writeFileSync(join(folder, 'package.json'), text)
      expect(plainPlugins(listed, data)).to.equal(undefined)
    }
    writeFileSync(join(folder, 'package.json'), packageJson(NAME))
    mkdirSync(join(folder, 'oclif.manifest.json'))
    expect(plainPlugins(listed, data)).to.equal(undefined)
  })
})
