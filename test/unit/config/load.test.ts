import {expect} from 'chai'
import {execFileSync} from 'node:child_process'
import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {LARGEST_FILE} from '../../../src/config/read.ts'
import {load, makePlace, writeProject, writeUser} from './place.ts'
import type {Place} from './place.ts'

function messages(config: {problems: Array<{message: string}>}): string {
  return config.problems.map((problem) => problem.message).join('\n')
}

describe('loading configuration', () => {
  let place: Place
  beforeEach(() => {
    place = makePlace()
  })

  it('has defaults and no problem when nothing exists', () => {
    const config = load(place)
    expect(config.problems).to.deep.equal([])
    expect(config.environmentProvider).to.equal(undefined)
    expect(config.values).to.include({offlineMode: false, debugMode: false})
    expect(config.values).to.not.have.property('defaultModel')
    expect(config.originOf('offlineMode')).to.equal(undefined)
  })

  it('lets each layer beat the ones below: flag, environment, .env, project, profile, user', () => {
    writeUser(place, {defaultModel: 'user', profile: 'fast', profiles: {fast: {model: 'profile', provider: 'p'}}})
    writeProject(place, {defaultModel: 'project'})
    writeFileSync(join(place.project, '.env'), '# x\nVIBE_CODER_MODEL=dotenv\n')
    const env = {...place.env, VIBE_CODER_MODEL: 'environment'}
    const seen = [
      load(place, {trusted: true, env, flags: {defaultModel: 'flag'}}),
      load(place, {trusted: true, env}),
      load(place, {trusted: true}),
      load(place),
    ]
    writeProject(place, {})
    seen.push(load(place))
    writeUser(place, {defaultModel: 'user'})
    seen.push(load(place))
    expect(seen.map((config) => config.values.defaultModel)).to.deep.equal([
      'flag',
      'environment',
      'dotenv',
      'project',
      'profile',
      'user',
    ])
    expect(seen.map((config) => config.originOf('defaultModel'))).to.deep.equal([
      {layer: 'flag'},
      {layer: 'environment', variable: 'VIBE_CODER_MODEL'},
      {layer: 'dotenv', file: join(place.project, '.env'), line: 2, variable: 'VIBE_CODER_MODEL'},
      {layer: 'project', file: join(place.project, '.vibe-coder', 'config.json'), line: 2},
      {layer: 'profile', file: place.user, line: 6},
      {layer: 'user', file: place.user, line: 2},
    ])
    expect(seen[3]?.values.currentProvider).to.equal('p')
  })

  it('names a profile that does not exist', () => {
    writeUser(place, {profiles: {work: {}}})
    const config = load(place, {flags: {profile: 'wrok'}})
    expect(config.problems).to.deep.include({
      origin: {layer: 'flag'},
      message: 'There is no profile "wrok"',
      hint: 'Did you mean work?',
    })
  })

  it('sets bad values aside with file and line, and keeps the good ones', () => {
    writeUser(
      place,
      '{\n  "defaultTemperature": 9,\n  "defaultModel": "m",\n  "defaultMaxTokens": 1.5,\n  "providers": {\n    "a": {"type": "openai", "temperature": "hot"},\n    "b": {}\n  }\n}',
    )
    const config = load(place)
    expect(config.values.defaultModel).to.equal('m')
    expect(config.values).to.not.have.any.keys('defaultTemperature', 'defaultMaxTokens')
    expect(config.values.providers).to.deep.equal({a: {type: 'openai'}})
    const lines = config.problems.map((problem) => [problem.origin.line, problem.message.split(';')[0]])
    expect(lines).to.have.deep.members([
      [2, 'defaultTemperature must be at most 2'],
      [4, 'defaultMaxTokens must be a whole number'],
      [6, 'providers.a.temperature must be a number'],
      [7, 'providers.b lacks "type"'],
    ])
  })

  it('suggests the key that was meant, also nested ones written with dots', () => {
    writeUser(place, {defaultTemprature: 1, 'npm.registry': 'https://x.test', temperature: 1, zzzz: 1})
    const hints = load(place).problems.map((problem) => problem.hint)
    expect(hints).to.have.members([
      'Did you mean defaultTemperature?',
      'Write it nested: npm → registry',
      'Did you mean defaultTemperature?',
      undefined,
    ])
  })

  it('refuses a key itself where only its place may stand', () => {
    writeUser(place, {
      providers: {
        a: {type: 'openai', credential: 'sk-secret-secret'},
        b: {type: 'x', credential: {env: 'X', command: ['y']}},
      },
    })
    const config = load(place)
    expect(config.values.providers).to.deep.equal({a: {type: 'openai'}, b: {type: 'x'}})
    expect(messages(config))
      .to.contain('providers.a.credential must name where the key is found')
      .and.not.contain('secret')
  })

  for (const [name, text, line] of [
    ['cut off', '{\n"defaultModel": "m",\n', 2],
    ['a wrong word', '{\n\n"offlineMode": tru}', 3],
    ['a missing comma', '{"a": 1\n"b": 2}', 2],
    ['a list', '[]', 1],
    ['text', '"sk-secret-secret"', 1],
    ['null', 'null', 1],
  ] as const) {
    it(`says where a broken file breaks (${name}) and assumes offline`, () => {
      writeUser(place, text)
      const config = load(place)
      expect(config.problems[0]?.origin).to.deep.equal({layer: 'user', file: place.user, line})
      expect(config.values.offlineMode).to.equal(true)
      expect(JSON.stringify(config.problems)).to.not.contain('secret')
    })
  }

  it('reads a file with BOM and CRLF, and an empty one as none', () => {
    writeUser(place, '\uFEFF{\r\n"defaultModel": "m"\r\n}')
    expect(load(place).values.defaultModel).to.equal('m')
    expect(load(place).originOf('defaultModel')?.line).to.equal(2)
    writeUser(place, ' \n')
    expect(load(place).problems).to.deep.equal([])
  })

  it('says when a key is set twice, and takes the last', () => {
    writeUser(place, '{"defaultModel": "a",\n"defaultModel": "b"}')
    const config = load(place)
    expect(config.values.defaultModel).to.equal('b')
    expect(config.problems[0]).to.deep.include({
      message: 'defaultModel is set twice, first on line 1; the last one counts',
    })
  })

  it('is not fooled by names of the language', () => {
    writeUser(
      place,
      '{"__proto__": {"offlineMode": true}, "constructor": {"prototype": {"x": 1}}, "providers": {"__proto__": {"type": "x"}, "toString": {"type": "x"}}}',
    )
    writeProject(place, '{"__proto__": {"providers": {}}, "customHeaders": {"__proto__": "x"}}')
    const config = load(place, {trusted: true})
    expect(config.values.offlineMode).to.equal(false)
    expect(Object.keys(config.values.providers)).to.deep.equal([])
    expect(Object.keys(config.values.customHeaders)).to.deep.equal([])
    expect(({} as Record<string, unknown>)['x']).to.equal(undefined)
    expect(config.problems.length).to.be.greaterThan(3)
  })

  it('refuses huge files, folders and pipes without waiting', () => {
    writeUser(place, `{"defaultModel": "${'x'.repeat(LARGEST_FILE)}"}`)
    expect(messages(load(place))).to.contain('larger than 1 MB')
    mkdirSync(join(place.project, '.vibe-coder', 'config.json'))
    execFileSync('mkfifo', [join(place.project, '.env')])
    const config = load(place, {trusted: true})
    expect(messages(config)).to.contain('not a regular file')
    expect(config.problems).to.have.length(3)
  })

  it('survives hostile depth quickly', () => {
    const before = performance.now()
    writeUser(place, `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`)
    writeProject(place, `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)
    expect(load(place).problems.length).to.be.greaterThan(0)
    expect(performance.now() - before).to.be.below(2_000)
  })

  it('turns a rule it cannot understand into a question, never into nothing', () => {
    const rules = [
      {decision: 'denny', kind: 'edit'},
      {decision: 'deny', kind: 'network'},
      {decision: 'allow', kind: 'execute', matches: 'npm test'},
      {decision: 'deny', kind: 'everything'},
    ]
    writeUser(place, {permissions: {rules}})
    expect(load(place).values.permissions.rules).to.deep.equal([
      {decision: 'ask', kind: 'edit'},
      {decision: 'deny', kind: 'network'},
      ...['read', 'edit', 'execute', 'network'].map((kind) => ({decision: 'ask', kind})),
    ])
    writeUser(place, {permissions: {rules: 'none'}})
    expect(load(place).values.permissions.rules).to.have.length(4)
  })

  it('takes a wish to be offline that it cannot read as a wish to be offline', () => {
    writeUser(place, {offlineMode: 'sure'})
    expect(load(place).values.offlineMode).to.equal(true)
    writeUser(place, {})
    expect(load(place, {env: {...place.env, VIBE_CODER_OFFLINE: 'sure'}}).values.offlineMode).to.equal(true)
    expect(load(place, {env: {...place.env, VIBE_CODER_OFFLINE: 'no'}}).values.offlineMode).to.equal(false)
  })
})
