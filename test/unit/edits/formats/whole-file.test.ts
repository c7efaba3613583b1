import {expect} from 'chai'
import fc from 'fast-check'
import {collect} from '../../../../src/edits/formats/lines.ts'
import {parseWholeFile, wholeFileRecogniser} from '../../../../src/edits/formats/whole-file.ts'
import {inPieces, markupText} from './pieces.ts'

const written = (text: string) =>
  parseWholeFile(text).edits.map((edit) => [edit.path, edit.kind === 'write' && edit.text])
const codes = (text: string) => parseWholeFile(text).problems.map((problem) => problem.code)

describe('whole files in fences', () => {
  it('takes each named block as a file', () => {
    const text = 'a.ts\n```ts\none\n```\nand\n\n**b.ts**\n```\ntwo\n```\n'
    expect(written(text)).to.deep.equal([
      ['a.ts', 'one\n'],
      ['b.ts', 'two\n'],
    ])
  })

  it('takes the name from the info words', () => {
    expect(written('```ts src/a.ts\none\n```\n')).to.deep.equal([['src/a.ts', 'one\n']])
  })

  it('takes one nameless block for the file in question, and passes over commands', () => {
    expect(written('Here:\n```ts\none\n```\nThen run\n```bash\nnpm test\n```\n')).to.deep.equal([[undefined, 'one\n']])
    expect(codes('```ts\none\n```\n```ts\ntwo\n```\n')).to.deep.equal(['no-path'])
    expect(codes('```bash\nnpm test\n```\n')).to.deep.equal(['no-edit'])
  })

  it('takes no name from running text: what follows may be an excerpt', () => {
    expect(written('a.ts\n```\none\n```\nYou can run `a.ts`:\n```bash\nnode a.ts\n```\n')).to.deep.equal([
      ['a.ts', 'one\n'],
    ])
  })

  it('takes a sentence with a name in it for no name, and a marked name with blanks for one', () => {
    expect(written('Here is b.txt:\n```\nx\n```\n')).to.deep.equal([[undefined, 'x\n']])
    expect(written('`my notes.txt`:\n```\nx\n```\n')).to.deep.equal([['my notes.txt', 'x\n']])
  })

  it('keeps fences inside a longer fence, and pairs of them inside an equal one', () => {
    const inside = '# t\n```sh\nls\n```\nend\n'
    expect(written(`README.md\n\`\`\`\`\n${inside}\`\`\`\`\n`)).to.deep.equal([['README.md', inside]])
    expect(written(`README.md\n\`\`\`\n${inside}\`\`\`\n`)).to.deep.equal([['README.md', inside]])
  })

  it('refuses when a bare fence inside may have ended the file', () => {
    expect(codes('README.md\n```\n# t\n```\nls\n```\nend\n```\n')).to.deep.equal(['malformed'])
  })

  for (const text of ['a.ts\n```\none\ntw', 'a.ts\n```\none\n', 'README.md\n```\n```sh\nls\n```\n'])
    it(`reports a file that is cut off: ${JSON.stringify(text)}`, () =>
      expect(codes(text)).to.deep.equal(['truncated']))

  it('finds the same however the text arrives', () => {
    fc.assert(
      fc.property(markupText, fc.infiniteStream(fc.integer({min: 1, max: 7})), (text, sizes) => {
        expect(collect(inPieces(wholeFileRecogniser(), text, sizes))).to.deep.equal(parseWholeFile(text))
      }),
    )
  })
})
