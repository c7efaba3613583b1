import {expect} from 'chai'
import {transform} from 'esbuild'
import {existsSync} from 'node:fs'
import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {packAll, type Packed} from '../support/pack.ts'
import {packages, root} from '../support/tree.ts'

const CONTRACT_BYTES = 2048

/** Chunks are named after their content, which ones there are is esbuild's affair; of grammars there are many. */
const golden = ({files}: Packed) => [
  ...new Set(files.map((path) => path.replace(/^dist\/(chunks|grammars)\/.*\.(c?js)$/, 'dist/$1/*.$2'))),
]

describe('a packed package', () => {
  let packed: Packed[]
  before(async function () {
    this.timeout(60_000)
    packed = await packAll()
  })

  it('contains exactly the files on its list', async () => {
    expect(packed.length).to.equal((await packages()).length + 1)
    for (const one of packed) {
      const list = join(import.meta.dirname, 'golden', `${one.name}.txt`)
      if (process.env['UPDATE_GOLDEN']) await writeFile(list, `${golden(one).join('\n')}\n`)
      expect(existsSync(list), `${one.name} has a list`).to.equal(true)
      expect(golden(one), one.name).to.deep.equal((await readFile(list, 'utf8')).trim().split('\n'))
    }
  })

  it('would be caught with a file too many', () => {
    const one: Packed = {
      name: 'x',
      filename: 'x.tgz',
      files: ['dist/chunks/a-1.js', 'dist/chunks/b-2.js', 'src/secret.ts'],
    }
    expect(golden(one)).to.deep.equal(['dist/chunks/*.js', 'src/secret.ts'])
  })

  it('runs no script of ours when it is installed', async () => {
    for (const folder of ['.', ...(await packages())]) {
      const {scripts = {}} = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8')) as {
        scripts?: object
      }
      expect(Object.keys(scripts), folder).to.not.include.members(['preinstall'])
      expect(
        Object.keys(scripts).filter((name) => /^(pre|post)?(install|prepare)$/.test(name)),
        folder,
      ).to.deep.equal([])
    }
  })

  it('has a provider plugin in one file with the licences of what is inside', () => {
    const withCode = (name: string) => existsSync(join(root, 'plugins', name, 'src/index.ts'))
    const providers = packed.filter(({name}) => name.startsWith('vibe-provider-') && withCode(name))
    expect(providers.length).to.be.greaterThan(3)
    for (const {name, files} of providers) {
      expect(
        files.filter((path) => path.startsWith('dist/')),
        name,
      ).to.have.members(['dist/THIRD-PARTY-LICENSES', 'dist/index.js'])
    }
  })

  it(`has a contract of at most ${CONTRACT_BYTES} bytes of code without dependencies`, async () => {
    const folder = join(root, 'plugins/vibe-plugin-api')
    const contract = packed.find(({name}) => name === 'vibe-plugin-api')
    const modules = (contract?.files ?? []).filter((path) => path.endsWith('.js'))
    expect(modules).to.include('dist/index.js')
    let bytes = 0
    for (const path of modules) bytes += (await withoutComments(join(folder, path))).length
    expect(bytes).to.be.within(1, CONTRACT_BYTES)
    expect(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))).to.not.have.property('dependencies')
  })
})

async function withoutComments(path: string): Promise<string> {
  const {code} = await transform(await readFile(path, 'utf8'), {loader: 'js', legalComments: 'none'})
  return code
}
