import {expect} from 'chai'
import {errorText} from '../../../src/ui/error-text.ts'
import {table} from '../../../src/ui/provider-lines.ts'
import {shortHome} from '../../../src/ui/short-path.ts'

describe('the text of an error', () => {
  it('says what happened, where, and what mends it', () => {
    const text = errorText({message: 'It broke.', origin: 'config.json:3', hint: 'vibe config:edit'})
    expect(text).to.equal('✗ It broke.\n  from config.json:3\n  → vibe config:edit')
  })

  it('repeats no origin and shows no control characters', () => {
    expect(errorText({message: 'bad \u001B[31mb.json', origin: 'b.json'})).to.not.match(/from|\u001B/)
  })

  it('breaks sentences for a narrow terminal, but no command', () => {
    const text = errorText({message: 'one two three four', hint: 'vibe provider:update work --key-stdin'}, 12)
    expect(text).to.equal('✗ one two\nthree four\n  → vibe provider:update work --key-stdin')
  })
})

describe('a table', () => {
  const rows = [['*', 'work', 'openai', 'https://api.openai.example/v1']]
  it('stays in columns where it fits and becomes lines where it does not', () => {
    expect(table(['', 'NAME', 'TYPE', 'ENDPOINT'], rows, 80)).to.have.length(2)
    expect(table(['', 'NAME', 'TYPE', 'ENDPOINT'], rows, 40)).to.deep.equal([
      '* work',
      '      openai',
      '      https://api.openai.example/v1',
    ])
  })
})

describe('paths below the home folder', () => {
  it('begin with ~, and only those', () => {
    expect(shortHome('/people/ann/a and /people/annie/b', {HOME: '/people/ann'})).to.equal('~/a and /people/annie/b')
    expect(shortHome('/a/b', {})).to.equal('/a/b')
  })
})
