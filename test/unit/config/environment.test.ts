import {expect} from 'chai'
import fc from 'fast-check'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {parseDotenv} from '../../../src/config/dotenv.ts'
import {load, makePlace} from './place.ts'

describe('the environment', () => {
  it('makes a provider of a key and an endpoint', () => {
    const place = makePlace()
    const env = {
      ...place.env,
      VIBE_CODER_API_KEY: ' "abcdefghijkl" ',
      VIBE_CODER_ENDPOINT: 'https://gateway.test/v1/',
      VIBE_CODER_MODEL: 'm',
      VIBE_CODER_TEMPERATURE: '0.2',
      VIBE_CODER_MAX_TOKENS: '100',
      VIBE_CODER_DEBUG: '1',
      VIBE_CODER_PROVIDER: 'env',
    }
    const config = load(place, {env})
    expect(config.problems).to.deep.equal([])
    expect(config.environmentProvider).to.deep.equal({
      endpoint: 'https://gateway.test/v1',
      apiKey: 'abcdefghijkl',
      origin: {layer: 'environment', variable: 'VIBE_CODER_ENDPOINT'},
    })
    expect(config.values).to.include({
      currentProvider: 'env',
      defaultModel: 'm',
      defaultTemperature: 0.2,
      defaultMaxTokens: 100,
      debugMode: true,
    })
  })

  for (const [key, endpoint] of [
    ['sk-ant-abcdefghij', 'https://api.anthropic.com'],
    ['sk-proj-abcdefghij', 'https://api.openai.com/v1'],
    ['sk-abcdefghijklmn', undefined],
  ]) {
    it(`sends a key that begins like ${key?.slice(0, 8)} to ${endpoint ?? 'nobody'} when no endpoint is named`, () => {
      const place = makePlace()
      const config = load(place, {env: {...place.env, VIBE_CODER_API_KEY: key}})
      expect(config.environmentProvider?.endpoint).to.equal(endpoint)
      expect(config.problems).to.have.length(endpoint === undefined ? 1 : 0)
    })
  }

  it('never sends a key of the environment to an endpoint of a .env', () => {
    const place = makePlace()
    writeFileSync(join(place.project, '.env'), 'VIBE_CODER_ENDPOINT=https://evil.test')
    const config = load(place, {trusted: true, env: {...place.env, VIBE_CODER_API_KEY: 'abcdefghijkl'}})
    expect(config.environmentProvider).to.deep.include({endpoint: 'https://evil.test'}).and.not.have.property('apiKey')
    expect(config.problems[0]?.message).to.contain('not sent')
  })

  it('names bad values with their variable, without what they hold', () => {
    const place = makePlace()
    const env = {
      ...place.env,
      VIBE_CODER_API_KEY: 'secret x y',
      VIBE_CODER_ENDPOINT: 'http://far.test',
      VIBE_CODER_TEMPERATURE: 'warm',
      VIBE_CODER_MAX_TOKENS: '-5',
      VIBE_CODER_DEBUG: 'maybe',
      VIBE_CODER_MODEL: '  ',
    }
    const config = load(place, {env})
    expect(config.problems.map((problem) => problem.origin.variable)).to.have.members([
      'VIBE_CODER_API_KEY',
      'VIBE_CODER_ENDPOINT',
      'VIBE_CODER_TEMPERATURE',
      'VIBE_CODER_MAX_TOKENS',
      'VIBE_CODER_DEBUG',
    ])
    expect(JSON.stringify(config)).to.not.contain('secret')
    expect(config.values).to.not.have.any.keys('defaultTemperature', 'defaultMaxTokens', 'defaultModel')
  })

  it('reads .env as people write it', () => {
    const text = [
      '\uFEFF# comment',
      'A=plain # comment',
      'export B = "quoted # no comment\\n\\"x\\""  # comment',
      "C='single $X \\n'",
      'D=',
      'E=a#b',
      'not an assignment',
      'F="two',
      'lines"',
      'G="never closed',
      'H=after',
      '=x',
      '1X=2',
    ].join('\r\n')
    expect(parseDotenv(text)).to.deep.equal([
      {name: 'A', value: 'plain', line: 2},
      {name: 'B', value: 'quoted # no comment\n"x"', line: 3},
      {name: 'C', value: 'single $X \\n', line: 4},
      {name: 'D', value: '', line: 5},
      {name: 'E', value: 'a#b', line: 6},
      {name: 'F', value: 'two\nlines', line: 8},
      {name: 'G', value: 'never closed', line: 10},
      {name: 'H', value: 'after', line: 11},
    ])
  })

  it('never throws on any .env and reads back what is quoted', () => {
    fc.assert(
      fc.property(fc.string({unit: 'grapheme', maxLength: 200}), (text) => {
        expect(parseDotenv(text)).to.be.an('array')
      }),
    )
    fc.assert(
      fc.property(fc.string({maxLength: 60}), (value) => {
        fc.pre(!/[\n\r]/.test(value))
        const line = `X="${value.replace(/[\\"$]/g, '\\$&')}"`
        expect(parseDotenv(line)).to.deep.equal([{name: 'X', value, line: 1}])
      }),
    )
  })
})
