import {expect} from 'chai'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {commandManifest} from '../../src/build/manifest.ts'
import {commandsPage} from '../../src/build/commands-page.ts'
import {codeUnder, root} from '../support/tree.ts'

describe('oclif.manifest.json', () => {
  it('is what the build makes of the commands', async () => {
    const committed = await readFile(join(root, 'oclif.manifest.json'), 'utf8')
    expect(JSON.parse(committed), 'stale: npm run build').to.deep.equal(JSON.parse(await commandManifest(root)))
  })

  it('is described in docs/commands.md', async () => {
    const committed = await readFile(join(root, 'docs/commands.md'), 'utf8')
    expect(committed, 'stale: npm run build').to.equal(await commandsPage(root))
  })

  it('lists every command, and would not if one were forgotten', async () => {
    const {commands} = JSON.parse(await commandManifest(root)) as {commands: Record<string, unknown>}
    const files = (await codeUnder('src/commands')).map(({path}) => path.slice('src/commands/'.length, -'.ts'.length))
    expect(Object.keys(commands).sort()).to.deep.equal(
      files.map((file) => file.replace(/\/index$/, '').replaceAll('/', ':')).sort(),
    )
    expect(commands).to.not.have.property('forgotten')
  })
})
