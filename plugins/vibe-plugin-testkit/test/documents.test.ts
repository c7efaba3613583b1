import {expect} from 'chai'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {knownIds} from '../src/check/known-ids.ts'
import {USAGE} from '../src/check/arguments.ts'
import {PLUGINS} from './support.ts'

describe('docs/conformance.md', () => {
  let text: string
  before(async () => {
    text = await readFile(join(PLUGINS, '../docs/conformance.md'), 'utf8')
  })

  it('names checks that exist', () => {
    const ids = [...text.matchAll(/\b(?:static|replay|grammar|live)\/[a-z][a-z0-9-]+/g)].map(([id]) => id)
    expect(ids.length).to.be.greaterThan(3)
    expect(ids.filter((id) => !knownIds().has(id))).to.deep.equal([])
  })

  it('names every flag, and none that there is not', () => {
    const flags = (from: string) => [...new Set(from.match(/(?<=[\s`])--[a-z][a-z-]+/g))]
    const others = ['--save-dev', '--package']
    expect(flags(text).filter((flag) => !others.includes(flag) && !flags(USAGE).includes(flag))).to.deep.equal([])
    expect(flags(USAGE).filter((flag) => !text.includes(flag) && flag !== '--help')).to.deep.equal([])
  })

  it('shows the dialect of a provider that passes', async () => {
    const [, shown = ''] = /```js\n([\s\S]*?)```/.exec(text) ?? []
    const real = await readFile(join(import.meta.dirname, 'fixtures/pigeon/conformance.js'), 'utf8')
    const bare = (code: string) =>
      code
        .replaceAll(/\s*\/\/ .*$/gm, '')
        .replaceAll(/\s+/g, ' ')
        .replace('({status, message})', '({message})')
    expect(bare(shown).trim()).to.equal(bare(real).trim())
  })
})
