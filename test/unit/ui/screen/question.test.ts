import {expect} from 'chai'
import {judgeEntry, READING_MS, type Question} from '../../../../src/ui/screen/question.ts'

const question: Question = {line: 'Apply?', keys: {y: 'yes', n: 'no'}}

describe('what was entered at a question', () => {
  it('is an answer as a key or a word, and otherwise words', () => {
    expect(judgeEntry('y', 900, question)).to.deep.equal({key: 'y'})
    expect(judgeEntry(' YES ', 900, question)).to.deep.equal({key: 'y'})
    expect(judgeEntry('no', 900, question)).to.deep.equal({key: 'n'})
    expect(judgeEntry('yes but short', 900, question)).to.deep.equal({words: 'yes but short'})
  })

  it('is no when Enter alone stands for it, once the question could be read', () => {
    expect(judgeEntry('', 900, {...question, enter: 'n'})).to.deep.equal({key: 'n'})
    expect(judgeEntry('', 100, {...question, enter: 'n'})).to.equal('empty')
  })

  it('is nothing when it is empty or was begun too early', () => {
    expect(judgeEntry(' ', 900, question)).to.equal('empty')
    expect(judgeEntry('y', READING_MS - 1, question)).to.equal('too early')
    expect(judgeEntry('yes', -4000, question)).to.equal('too early')
    expect(judgeEntry('a message', -4000, question)).to.equal('not an answer')
  })
})
