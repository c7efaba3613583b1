import {expect} from 'chai'
import fc from 'fast-check'
import {collect} from '../../../../src/edits/formats/lines.ts'
import {parseSearchReplace, searchReplaceRecogniser} from '../../../../src/edits/formats/search-replace.ts'
import {inPieces, markupText} from './pieces.ts'

const block = (old: string, next: string, marks = 7) =>
  `${'<'.repeat(marks)} SEARCH\n${old}${'='.repeat(marks)}\n${next}${'>'.repeat(marks)} REPLACE\n`

function only(text: string) {
  const {edits, problems} = parseSearchReplace(text)
  expect(problems).to.deep.equal([])
  expect(edits).to.have.length(1)
  const edit = edits[0]
  if (edit?.kind !== 'replace') throw new Error('no replacement')
  return edit
}

describe('SEARCH/REPLACE blocks', () => {
  const names: Record<string, string> = {
    'above the fence': `src/a.ts\n\`\`\`ts\n${block('x\n', 'y\n')}\`\`\`\n`,
    'in bold, a blank line between': `**src/a.ts**\n\n\`\`\`\n${block('x\n', 'y\n')}\`\`\`\n`,
    'as a heading with a label': `### File: src/a.ts\n\`\`\`\n${block('x\n', 'y\n')}\`\`\`\n`,
    'in back-ticks with a colon': `\`src/a.ts\`:\n\`\`\`\n${block('x\n', 'y\n')}\`\`\`\n`,
    'inside the fence': `\`\`\`ts\nsrc/a.ts\n${block('x\n', 'y\n')}\`\`\`\n`,
    'in the info words': `\`\`\`ts:src/a.ts\n${block('x\n', 'y\n')}\`\`\`\n`,
    'as a title': `\`\`\`ts title="src/a.ts"\n${block('x\n', 'y\n')}\`\`\`\n`,
    'in a fence of its own': `\`\`\`\nsrc/a.ts\n\`\`\`\n\`\`\`ts\n${block('x\n', 'y\n')}\`\`\`\n`,
    'without any fence': `src/a.ts\n${block('x\n', 'y\n')}`,
    'in the mark': block('x\n', 'y\n').replace('SEARCH', 'SEARCH src/a.ts'),
    'in a sentence': `Now I change \`src/a.ts\` so that it works.\n\`\`\`\n${block('x\n', 'y\n')}\`\`\`\n`,
  }
  for (const [where, text] of Object.entries(names)) {
    it(`finds the name ${where}`, () => {
      const edit = only(text)
      expect(edit.path).to.equal('src/a.ts')
      expect(edit.readings).to.deep.equal([{old: 'x\n', new: 'y\n'}])
    })
  }

  it('keeps underscores that belong to a name', () => {
    expect(only(`__init__.py\n\`\`\`\n${block('x\n', 'y\n')}\`\`\`\n`).path).to.equal('__init__.py')
    expect(only(`__src/_a.py__\n\`\`\`\n${block('x\n', 'y\n')}\`\`\`\n`).path).to.equal('src/_a.py')
  })

  it('takes no prose for a name', () => {
    const text = `Here is the change:\n\`\`\`\n${block('x\n', 'y\n')}\`\`\`\n`
    expect(only(text).path).to.equal(undefined)
  })

  it('gives a block without a name the name of the one before', () => {
    const {edits} = parseSearchReplace(`a.ts\n\`\`\`\n${block('x\n', 'y\n')}\n...\n\n${block('v\n', 'w\n')}\`\`\`\n`)
    expect(edits.map((edit) => edit.path)).to.deep.equal(['a.ts', 'a.ts'])
  })

  it('takes marks of five to nine characters, but of one length', () => {
    expect(only(`a.ts\n${block('x\n', 'y\n', 5)}`).readings[0].new).to.equal('y\n')
    expect(only(`a.ts\n${block('<<<<<<< SEARCH\nx\n=======\n>>>>>>> REPLACE\n', 'y\n', 9)}`).readings[0].new).to.equal(
      'y\n',
    )
    const uneven = parseSearchReplace('a.ts\n<<<<<<< SEARCH\nx\n=======\ny\n>>>>>> REPLACE\n')
    expect(uneven.problems.map((problem) => problem.code)).to.deep.equal(['truncated'])
  })

  it('takes the dashes and pluses that some models write', () => {
    expect(only('a.ts\n------- SEARCH\nx\n=======\ny\n+++++++ REPLACE\n').readings[0]).to.deep.equal({
      old: 'x\n',
      new: 'y\n',
    })
  })

  it('reads a line hint before the text', () => {
    const edit = only('a.ts\n<<<<<<< SEARCH\n:start_line:12\n-------\nx\n=======\ny\n>>>>>>> REPLACE\n')
    expect([edit.lineHint, edit.readings[0].old]).to.deep.equal([12, 'x\n'])
  })

  it('leaves a heading underlined with equal signs where it was', () => {
    const edit = only('a.md\n<<<<<<< SEARCH\nTitle\n=======\n=======\nNew\n=======\n>>>>>>> REPLACE\n')
    expect(edit.readings).to.deep.include({old: 'Title\n=======\n', new: 'New\n=======\n'})
    expect(
      edit.readings.every((reading) => !reading.new.includes('=======') || reading.old.includes('=======')),
    ).to.equal(true)
  })

  it('removes the marks of a conflict', () => {
    const conflict = '<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> branch\n'
    expect(only(`a.ts\n${block(conflict, 'x\n')}`).readings).to.deep.equal([{old: conflict, new: 'x\n'}])
  })

  for (const [what, text, code] of [
    ['a block that is cut off', 'a.ts\n<<<<<<< SEARCH\nx\n=======\ny', 'truncated'],
    ['a block cut in its first half', 'a.ts\n<<<<<<< SEARCH\nx\n', 'truncated'],
    ['a block without a divider', 'a.ts\n<<<<<<< SEARCH\nx\n>>>>>>> REPLACE\n', 'malformed'],
    [
      'a block that the next one interrupts',
      `a.ts\n<<<<<<< SEARCH\nx\n=======\ny\n${block('a\n', 'b\n')}`,
      'malformed',
    ],
    ['an end without a beginning', `a.ts\n${block('a\n', 'b\n')}>>>>>>> REPLACE\n`, 'malformed'],
    ['text without a block', 'I would change nothing.', 'no-edit'],
  ] as const) {
    it(`reports ${what}`, () => {
      expect(parseSearchReplace(text).problems.map((problem) => problem.code)).to.deep.equal([code])
    })
  }

  it('takes a reply in CRLF', () => {
    const text = `a.ts\n\`\`\`\n${block('x\n', 'y\n')}\`\`\`\n`.replaceAll('\n', '\r\n')
    expect(only(text).readings[0]).to.deep.equal({old: 'x\n', new: 'y\n'})
  })

  it('finds the same however the text arrives', () => {
    fc.assert(
      fc.property(markupText, fc.infiniteStream(fc.integer({min: 1, max: 7})), (text, sizes) => {
        const whole = parseSearchReplace(text)
        expect(collect(inPieces(searchReplaceRecogniser(), text, sizes))).to.deep.equal(whole)
        expect(whole.edits.length + whole.problems.length).to.be.greaterThan(0)
      }),
    )
  })

  it('gives back what was put into a block', () => {
    const lines = fc.array(
      fc.string({unit: 'grapheme'}).filter((line) => !/[\r\n]|^[<=>]{7}/.test(line)),
      {maxLength: 5},
    )
    fc.assert(
      fc.property(lines, lines, (old, next) => {
        const join = (part: string[]) => part.map((line) => `${line}\n`).join('')
        fc.pre(!/^:start_line:/.test(old[0] ?? ''))
        expect(only(`a.ts\n${block(join(old), join(next))}`).readings).to.deep.equal([
          {old: join(old), new: join(next)},
        ])
      }),
    )
  })
})
