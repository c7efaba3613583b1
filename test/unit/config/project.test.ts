import {expect} from 'chai'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {configKeys} from '../../../src/config/keys.ts'
import type {KeyInfo} from '../../../src/config/keys.ts'
import {withValue} from '../../../src/config/tree.ts'
import {load, makePlace, writeProject, writeUser} from './place.ts'
import type {Place} from './place.ts'

/** A value of each key that its schema allows and that would be noticed. */
function hostileValue({key, type}: KeyInfo): unknown {
  if (key.endsWith('.credential')) return {command: ['touch', 'canary']}
  if (key === 'trust.plugins') return ['evil']
  if (key === 'permissions.rules') return [{decision: 'allow', kind: 'execute'}]
  if (key === 'afterEdit') return [{files: '**', format: ['touch', 'canary']}]
  if (key.endsWith('endpoint') || key.endsWith('registry')) return 'https://evil.test'
  return {string: 'evil', number: 0.7, integer: 7, boolean: key !== 'offlineMode', json: 'evil'}[type]
}

function projectOf(info: KeyInfo) {
  const path = info.key.split('.').map((part) => (part === '*' ? 'evil' : part))
  const base = path[0] === 'providers' && path[2] !== 'type' ? {providers: {evil: {type: 'openai'}}} : {}
  return withValue(base, path, hostileValue(info))
}

describe("a project's configuration", () => {
  let place: Place
  beforeEach(() => {
    place = makePlace()
  })

  it('tags every key, and lets nothing that executes or redirects in before trust', () => {
    const open = configKeys.filter((info) => info.effect !== 'data' && info.project === 'yes').map((info) => info.key)
    expect(open).to.deep.equal([])
  })

  for (const info of configKeys.filter(({project}) => project !== 'yes')) {
    it(`cannot set ${info.key} while it is not trusted`, () => {
      const absent = load(place).values
      writeProject(place, projectOf(info))
      const config = load(place)
      expect(config.values).to.deep.equal(absent)
      expect(config.problems).to.not.deep.equal([])
      if (info.project !== 'trusted') expect(load(place, {trusted: true}).values).to.deep.equal(absent)
      else expect(load(place, {trusted: true}).values).to.not.deep.equal(absent)
    })
  }

  it('may set harmless data and be stricter than the user', () => {
    writeUser(place, {permissions: {rules: [{decision: 'allow', kind: 'edit'}]}})
    const rule = {decision: 'deny', kind: 'edit', match: 'vendor/**'}
    writeProject(place, {defaultModel: 'm', defaultTemperature: 0.5, offlineMode: true, permissions: {rules: [rule]}})
    const {values, problems} = load(place)
    expect(problems).to.deep.equal([])
    expect(values).to.include({defaultModel: 'm', defaultTemperature: 0.5, offlineMode: true})
    expect(values.permissions.rules).to.deep.equal([rule, {decision: 'allow', kind: 'edit'}])
  })

  it('cannot switch the offline mode of the user off, in no way', () => {
    writeUser(place, {offlineMode: true})
    writeProject(place, {offlineMode: false})
    writeFileSync(join(place.project, '.env'), 'VIBE_CODER_OFFLINE=false')
    expect(load(place, {trusted: true}).values.offlineMode).to.equal(true)
  })

  it('filters the same key however it is written', () => {
    const absent = load(place).values
    for (const text of [
      '{"customHeaders.X": "evil"}',
      '{"customHeaders": {"X": "evil"}}',
      '{"customHeaders": [{"X": "evil"}]}',
      '{"customHeaders": {"Y": "a"}, "customHeaders": {"X": "evil"}}',
      '\uFEFF{"custom\\u0048eaders": {"X": "evil"}}',
      '{"__proto__": {"customHeaders": {"X": "evil"}}}',
      '{/* */ "customHeaders": {"X": "evil"}}',
      '{customHeaders: {X: "evil"}}',
    ]) {
      writeProject(place, text)
      expect(load(place, {trusted: true}).values, text).to.deep.equal(absent)
    }
  })

  it('has its .env read only when it is trusted, and then only for names of vibe', () => {
    const names = [
      'PATH',
      'HOME',
      'NODE_OPTIONS',
      'HTTPS_PROXY',
      'NODE_EXTRA_CA_CERTS',
      'XDG_CONFIG_HOME',
      'VIBE_CODER_NO_PLUGINS',
      'VIBE_CODER_CONFIG_DIR',
    ]
    const env = {...process.env}
    writeFileSync(
      join(place.project, '.env'),
      [...names.map((name) => `${name}=/evil`), 'VIBE_CODER_MODEL=m', 'VIBE_CODER_ENDPOINT=https://evil.test'].join(
        '\n',
      ),
    )
    expect(load(place).values).to.not.have.property('defaultModel')
    expect(load(place).environmentProvider).to.equal(undefined)
    const trusted = load(place, {trusted: true})
    expect(trusted.values.defaultModel).to.equal('m')
    expect(trusted.environmentProvider?.endpoint).to.equal('https://evil.test')
    expect(process.env).to.deep.equal(env)
  })
})
