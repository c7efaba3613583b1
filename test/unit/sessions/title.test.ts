import {expect} from 'chai'
import fc from 'fast-check'
import {cleanTitle, titleOf} from '../../../src/sessions/title.ts'

const of = (text: string) => titleOf([{type: 'text', text}])

describe('the title of a session', () => {
  const cases: Record<string, [string, string]> = {
    'the first line that says something': ['\n---\n```\n\n  mend the parser  \nand more', 'mend the parser'],
    'without the marks of a heading': ['## - plan', '- plan'],
    'with its blanks joined': ['a \t b\u00A0 c', 'a b c'],
    'signs, where there is nothing else': ['???', '???'],
    'the file, where there is no prompt': ['<file path="src/a.ts">\nlet a\n</file>', 'about src/a.ts'],
    'the first piped line, where there is no prompt': ['<stdin>\n\nerror: x\n</stdin>', 'error: x'],
    'the prompt behind files and piped text': ['<file path="a">\n</file>\n\n<stdin>\nx\n</stdin>\n\nwhy?', 'why?'],
    'nothing of a terminal': ['\u001b[1mbold\u001b[0m \u001b]8;;http://x\u0007link\u0007', 'bold link'],
  }
  for (const [name, [text, title]] of Object.entries(cases)) it(`is ${name}`, () => expect(of(text)).to.equal(title))

  it('is said where there are no words', () => {
    expect(titleOf([])).to.equal('without words')
    expect(titleOf([{type: 'file', mediaType: 'image/png', data: new Uint8Array()}])).to.equal('an image')
  })

  it('is one line of at most so many characters, cut between them, whatever was typed', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary', maxLength: 300}), (text) => {
        const title = cleanTitle(text)
        expect(Array.from(new Intl.Segmenter().segment(title)).length).to.be.at.most(61)
        // oxlint-disable-next-line no-control-regex
        expect(title).not.to.match(/[\u0000-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/)
        expect(title.isWellFormed()).to.equal(true)
        expect(cleanTitle(title)).to.equal(title)
      }),
      {numRuns: 500},
    )
    expect(cleanTitle('👨‍👩‍👧'.repeat(80))).to.equal(`${'👨‍👩‍👧'.repeat(59)}…`)
  })

  it('takes no longer for hostile text', () => {
    const started = performance.now()
    for (const text of ['<file path="a">\n', '<stdin>\n</stdin>', ' '.repeat(9), 'a\u0301', '\u001b]', '\n'])
      of(text.repeat(100_000))
    expect(performance.now() - started).to.be.below(4000)
  })
})
