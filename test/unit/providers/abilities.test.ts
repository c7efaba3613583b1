import {expect} from 'chai'
import fc from 'fast-check'
import {mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {ABILITIES, openAbilityStore, type Abilities} from '../../../src/providers/abilities.ts'
import type {ResolvedInstance} from '../../../src/providers/types.ts'

const finding = {is: 'yes' as const, why: 'it does'}
const measured = {
  findings: Object.fromEntries(ABILITIES.map((ability) => [ability, finding])),
  rung: 'json',
  contextWindow: 8192,
} as Abilities

function instance(more: {name?: string; endpoint?: string; type?: string; version?: string} = {}): ResolvedInstance {
  const {name = 'local', endpoint = 'http://127.0.0.1:1/v1', type = 'openai-compatible', version = '1.0.0'} = more
  return {name, endpoint, entry: {manifest: {id: type}, plugin: {name: 'p', version}}} as ResolvedInstance
}

describe('what is known of models', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vibe-abilities-'))
  })
  afterEach(() => rmSync(folder, {recursive: true, force: true}))
  const file = () => join(folder, 'abilities.json')

  it('is kept by provider, address, type and model, in a private file', async () => {
    const store = openAbilityStore(folder)
    await store.keep(instance(), 'tiny', {measured})
    expect(store.get(instance(), 'tiny')).to.deep.include({measured})
    expect(store.get(instance(), 'other')).to.equal(undefined)
    for (const other of [{name: 'x'}, {endpoint: 'http://127.0.0.1:2/v1'}, {type: 'ollama'}, {version: '1.0.1'}])
      expect(store.get(instance(other), 'tiny'), JSON.stringify(other)).to.equal(undefined)
    expect(statSync(file()).mode & 0o777).to.equal(0o600)
  })

  it('holds no key that somebody put into an address', async () => {
    await openAbilityStore(folder).keep(instance({endpoint: 'https://user:s3cret@h.test/v1?key=s3cret'}), 'm', {
      measured,
    })
    expect(readFileSync(file(), 'utf8')).not.to.contain('s3cret')
  })

  it('adds what a conversation showed, until it is measured anew', async () => {
    const store = openAbilityStore(folder)
    await store.learn(instance(), 'tiny', {rung: 'search-replace', why: 'it writes them'})
    await store.keep(instance(), 'other', {measured})
    expect(store.get(instance(), 'tiny')?.learned).to.include({rung: 'search-replace'})
    await store.keep(instance(), 'tiny', {measured})
    expect(store.get(instance(), 'tiny')).not.to.have.property('learned')
  })

  it('does not trouble a turn when the disk is in the way', async () => {
    writeFileSync(join(folder, 'file'), '')
    await openAbilityStore(join(folder, 'file')).learn(instance(), 'tiny', {rung: 'json', why: 'x'})
    expect(openAbilityStore(join(folder, 'nowhere')).get(instance(), 'tiny')).to.equal(undefined)
  })

  it('survives many writers at once', async () => {
    const models = Array.from({length: 20}, (_, index) => `m${index}`)
    await Promise.all(models.map((model) => openAbilityStore(folder).keep(instance(), model, {measured})))
    const store = openAbilityStore(folder)
    expect(models.every((model) => store.get(instance(), model) !== undefined)).to.equal(true)
    expect(await store.forget(instance())).to.equal(20)
  })

  it('believes nothing of a file that is damaged or made up', () => {
    const store = openAbilityStore(folder)
    const key = 'local openai-compatible http://127.0.0.1:1/v1 tiny'
    fc.assert(
      fc.property(fc.json(), fc.jsonValue(), fc.jsonValue(), (text, one, two) => {
        const entries = {[key]: {at: 'x', package: 'p@1.0.0', measured: one, learned: two}}
        for (const content of [text, JSON.stringify({format: 1, models: entries}), `${text.slice(0, -1)}`]) {
          writeFileSync(file(), content)
          const known = store.get(instance(), 'tiny')
          if (known?.measured) expect(known.measured).to.have.property('findings')
          if (known?.learned) expect(known.learned).to.have.property('rung')
        }
      }),
      {numRuns: 100},
    )
  })
})
