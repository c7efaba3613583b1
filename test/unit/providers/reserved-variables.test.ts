import {expect} from 'chai'
import {VibeError} from '../../../src/errors.ts'
import {withholdKeyVariables, withheldSentence} from '../../../src/providers/reserved-variables.ts'
import type {PluginSource, ProviderEntry} from '../../../src/providers/types.ts'
import {instanceFrom} from './instance-from.ts'
import {fixtureManifest} from './plugin-fixtures.ts'

function entry(id: string, variables: string[], plugin: Partial<PluginSource> = {}): ProviderEntry {
  const name = plugin.name ?? `vibe-provider-${id}`
  const organization = {type: 'string' as const, description: 'x', 'x-vibe': {env: variables[0] ?? 'X', order: 1}}
  const manifest = {
    ...fixtureManifest('data-only'),
    id,
    name: id,
    auth: [{kind: 'api-key' as const, env: variables}],
    settings: {type: 'object' as const, additionalProperties: false as const, properties: {organization}},
  }
  const source = {version: '1.0.0', type: 'user', root: '/nowhere', pjson: {}, ...plugin, name}
  return {id, state: 'ok', problems: [], plugin: source, manifest}
}

const openai = entry('openai', ['OPENAI_API_KEY'], {type: 'core'})
const settled = (...entries: ProviderEntry[]) => withholdKeyVariables([...entries, openai])
const variablesOf = ({manifest}: ProviderEntry) =>
  (manifest?.auth ?? []).flatMap((method) => (method.kind === 'api-key' ? method.env : []))

describe('key variables of other packages', () => {
  it('are not read for a third party, neither as its key nor as a setting', () => {
    const [acme = openai] = settled(entry('acme', ['OPENAI_API_KEY', 'ACME_API_KEY'], {name: 'acme'}))
    expect(variablesOf(acme)).to.deep.equal(['ACME_API_KEY'])
    expect(acme.manifest?.settings.properties['organization']?.['x-vibe']).to.deep.equal({order: 1})
    expect(acme.withheld).to.deep.equal([{variable: 'OPENAI_API_KEY', owner: 'vibe-provider-openai'}])
    expect(acme.notes).to.deep.equal([
      'OPENAI_API_KEY belongs to vibe-provider-openai and is not read for acme unless --key-env names it',
    ])
  })

  for (const variable of ['VIBE_CODER_API_KEY', 'openai_api_key', 'Vibe_Coder_Api_Key']) {
    it(`are not read as ${variable}`, () => {
      const [acme = openai] = settled(entry('acme', [variable], {name: 'acme', type: 'link'}))
      expect(variablesOf(acme)).to.deep.equal([])
    })
  }

  it('stay with their owner, also in a copy that the user installed', () => {
    const copy = entry('openai', ['OPENAI_API_KEY'])
    expect(settled(copy)).to.deep.equal([copy, openai])
  })

  it('do not go to the package that the user prefers for an id', () => {
    const [other = openai] = settled(entry('openai', ['OPENAI_API_KEY'], {name: 'other'}))
    expect(variablesOf(other)).to.deep.equal([])
  })

  it('of a third party belong to no one else', () => {
    const both = [entry('a', ['SHARED_KEY'], {name: 'a'}), entry('b', ['SHARED_KEY'], {name: 'b'})]
    expect(settled(...both)).to.deep.equal([...both, openai])
    expect(withheldSentence(openai)).to.equal(undefined)
  })

  it('are named where a key is missing, and read when the user names them', async () => {
    const [acme = openai] = settled(entry('acme', ['OPENAI_API_KEY'], {name: 'acme'}))
    const env = {OPENAI_API_KEY: 'sk-secret-0123456789'}
    const {signal} = new AbortController()
    const without = instanceFrom(acme, {type: 'acme'}, env)
    expect(without.settings).to.deep.equal({})
    const failure: unknown = await without.credential(signal).catch((error: unknown) => error)
    expect(failure).to.be.instanceOf(VibeError).with.property('exit', 4)
    expect(String(failure)).to.include('OPENAI_API_KEY belongs to vibe-provider-openai').and.not.include('sk-secret')
    const named = instanceFrom(acme, {type: 'acme', credential: {env: 'OPENAI_API_KEY'}}, env)
    expect(await named.credential(signal)).to.deep.equal({kind: 'api-key', value: 'sk-secret-0123456789'})
  })
})
