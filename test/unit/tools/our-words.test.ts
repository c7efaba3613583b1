import {expect} from 'chai'
import {inOurWords} from '../../../src/tools/our-words.ts'

describe('what models call the members of an input', () => {
  it('is a pattern for the tool that has one and a question for the other', () => {
    expect(inOurWords({query: 'a'}, ['pattern', 'path'])).to.deep.equal({pattern: 'a'})
    for (const name of ['pattern', 'regex', 'q', 'keywords'])
      expect(inOurWords({[name]: 'a'}, ['query'])).to.deep.equal({query: 'a'})
    expect(inOurWords({query: 'a', pattern: 'b'}, ['query'])).to.deep.equal({query: 'a', pattern: 'b'})
    expect(inOurWords({regex: 'a'}, ['path'])).to.deep.equal({regex: 'a'})
  })
})
