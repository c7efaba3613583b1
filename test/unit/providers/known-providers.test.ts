import {expect} from 'chai'
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {knownProvider, knownProviders} from '../../../src/providers/known-providers.ts'
import {ROOT} from '../../support/sandbox.ts'

type Manifest = {id: string; name: string; description: string}
const plugins = join(ROOT, 'plugins')
const read = (...parts: string[]): unknown => JSON.parse(readFileSync(join(plugins, ...parts), 'utf8'))

/** What the packages of this repository offer, as `id package`. */
function offered(): Array<Manifest & {package: string}> {
  const folders = readdirSync(plugins).filter((name) => name.startsWith('vibe-provider-'))
  return folders.flatMap((folder) => {
    const {name, vibe} = read(folder, 'package.json') as {name: string; vibe: {providers: string[]}}
    return vibe.providers.map((path) => ({...(read(folder, path) as Manifest), package: name}))
  })
}

describe('known providers', () => {
  it('are those of our packages, each in the words of its manifest', () => {
    const expected = offered().map(({id, name, description, package: from}) => ({id, package: from, name, description}))
    const known = knownProviders().map(({id, package: from, name, description}) => ({
      id,
      package: from,
      name,
      description,
    }))
    expect(known).to.deep.equal(expected.toSorted((left, right) => (left.id < right.id ? -1 : 1)))
    expect(known.length).to.be.greaterThan(20)
  })

  it('have names of their own, and no other name that is one', () => {
    const names = knownProviders().flatMap(({id, also = []}) => [id, ...also])
    expect(names.length).to.equal(new Set(names).size)
    for (const name of names) expect(name).to.match(/^[a-z][a-z0-9-]{0,39}$/)
  })

  it('are found by id alone', () => {
    expect(knownProvider('ollama')).to.include({package: 'vibe-provider-ollama'})
    for (const word of ['kimi', 'constructor', '__proto__', '', 'OLLAMA'])
      expect(knownProvider(word)).to.equal(undefined)
  })
})
