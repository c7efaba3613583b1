import {expect} from 'chai'
import fc from 'fast-check'
import {checkSettings, parseSetting, settingProblem} from '../../../src/providers/settings.ts'
import type {ProviderManifest, SettingSchema} from '../../../src/providers/types.ts'
import {fixtureManifest} from './plugin-fixtures.ts'

const description = 'A value'

describe('checkSettings', () => {
  const {settings: schema} = fixtureManifest('good')
  const messages = (given: Record<string, unknown>) => checkSettings(schema, given).problems.map(({message}) => message)

  it('fills in defaults and keeps what is given', () => {
    expect(checkSettings(schema, {})).to.deep.equal({settings: {region: 'eu'}, problems: []})
    const given = {region: 'us', contextLength: 8192, stopWords: ['END']}
    expect(checkSettings(schema, given)).to.deep.equal({settings: given, problems: []})
  })

  it('complains in one sentence for each setting', () => {
    expect(messages({contextLength: 7})).to.deep.equal(['contextLength must be >= 512'])
    expect(messages({contextLength: 2_000_000})).to.deep.equal(['contextLength must be <= 1000000'])
    expect(messages({contextLength: 600.5})).to.deep.equal(['contextLength must be a whole number'])
    expect(messages({contextLength: '600'})).to.deep.equal(['contextLength must be a whole number'])
    expect(messages({contextLength: Number.NaN})).to.deep.equal(['contextLength must be a whole number'])
    expect(messages({region: 'uss'})).to.deep.equal(['region must be one of: eu, us; did you mean "us"?'])
    expect(messages({stopWords: [1]})).to.deep.equal(['stopWords must be a list of texts'])
    expect(messages({regoin: 'eu'})).to.deep.equal(['unknown setting "regoin"; did you mean "region"?'])
    expect(messages({colour: 'red', contextLength: 7})).to.deep.equal([
      'unknown setting "colour"; known: region, contextLength, stopWords',
      'contextLength must be >= 512',
    ])
  })

  it('leaves out what is wrong', () => {
    expect(checkSettings(schema, {contextLength: 7, stopWords: ['a']}).settings).to.deep.equal({
      region: 'eu',
      stopWords: ['a'],
    })
  })

  it('names a required setting that has no value', () => {
    const required: ProviderManifest['settings'] = {...schema, properties: {region: {type: 'string', description}}}
    expect(checkSettings(required, {}).problems).to.deep.equal([{key: 'region', message: 'region is missing'}])
    expect(checkSettings(required, {region: undefined}).problems).to.have.length(1)
  })

  it('shares nothing with the manifest', () => {
    const words: ProviderManifest['settings'] = {
      ...schema,
      required: [],
      properties: {words: {type: 'array', description, default: ['a']}},
    }
    const {settings} = checkSettings(words, {})
    ;(settings['words'] as string[]).push('b')
    expect(words.properties['words']?.default).to.deep.equal(['a'])
  })

  it('takes names of an object’s own for unknown ones', () => {
    for (const key of ['__proto__', 'constructor', 'toString']) {
      const given = JSON.parse(`{"${key}": {"polluted": true}}`) as Record<string, unknown>
      expect(checkSettings(schema, given).problems).to.have.length(1)
      expect(Reflect.get({}, 'polluted')).to.equal(undefined)
    }
  })

  it('answers any values, and what passes passes again', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('region', 'contextLength', 'stopWords', 'other'), fc.jsonValue()),
        (given) => {
          const {settings, problems} = checkSettings(schema, given)
          for (const {key} of problems) expect(settings).to.not.have.property(key)
          expect(checkSettings(schema, settings).problems).to.deep.equal([])
        },
      ),
    )
  })
})

describe('settingProblem', () => {
  const problem = (setting: Partial<SettingSchema>, value: unknown) =>
    settingProblem('it', {type: 'string', description, ...setting}, value)

  it('checks texts', () => {
    expect(problem({minLength: 1}, '')).to.equal('it must not be empty')
    expect(problem({minLength: 3}, 'ab')).to.equal('it must have at least 3 characters')
    expect(problem({maxLength: 2}, '😀😀')).to.equal(undefined)
    expect(problem({maxLength: 2}, 'abc')).to.equal('it must have at most 2 characters')
    expect(problem({}, 'x'.repeat(20_000))).to.equal('it must have at most 10000 characters')
    expect(problem({pattern: '^a+$'}, 'b')).to.equal('it must fit the pattern ^a+$')
    expect(problem({pattern: '^a+$'}, 'aa')).to.equal(undefined)
  })

  it('gives up on a pattern that does not end', () => {
    const started = performance.now()
    expect(problem({pattern: '^(a+)+$'}, `${'a'.repeat(40)}!`)).to.match(/takes too long/)
    expect(performance.now() - started).to.be.lessThan(1_000)
  })

  it('checks truth values and lists', () => {
    expect(problem({type: 'boolean'}, 'true')).to.equal('it must be true or false')
    expect(
      problem(
        {type: 'array'},
        Array.from({length: 2_000}, () => 'a'),
      ),
    ).to.equal('it must have at most 1000 items')
    expect(problem({type: 'array', enum: ['a', 'b']}, ['a', 'c'])).to.match(/^it must be one of: a, b/)
  })
})

describe('parseSetting', () => {
  it('reads what a person types', () => {
    const parse = (type: SettingSchema['type'], text: string) => parseSetting({type, description}, text)
    expect(parse('integer', ' 42 ')).to.equal(42)
    expect(parse('number', '0.5')).to.equal(0.5)
    expect(parse('number', '')).to.equal('')
    expect(parse('integer', '4k')).to.equal('4k')
    expect(parse('boolean', 'Yes')).to.equal(true)
    expect(parse('boolean', 'off')).to.equal(false)
    expect(parse('boolean', 'maybe')).to.equal('maybe')
    expect(parse('array', 'a, b,,c')).to.deep.equal(['a', 'b', 'c'])
    expect(parse('string', ' a ')).to.equal(' a ')
  })
})
