import {expect} from 'chai'
import fc from 'fast-check'
import {markedHunks} from '../../../src/edits/marked-hunks.ts'
import {pairLines} from '../../../src/edits/pair-lines.ts'
import {unifiedDiff} from '../../../src/edits/diff.ts'
import {wordChange, type Mark} from '../../../src/edits/word-marks.ts'

const words = (text: string, marks: readonly Mark[]) => marks.map(({start, end}) => text.slice(start, end))
const changed = (old: string, next: string) => {
  const change = wordChange(old, next, Infinity)
  return [words(old, change.old), words(next, change.new)]
}
const without = (text: string, marks: readonly Mark[]) =>
  marks.reduceRight((rest, {start, end}) => rest.slice(0, start) + rest.slice(end), text)

describe('changed words', () => {
  it('are whole words, signs one by one, and letters of scripts without blanks', () => {
    expect(changed('let total = count', 'let totals = count')).to.deep.equal([['total'], ['totals']])
    expect(changed('f(a, b)', 'f(a, b, c)')).to.deep.equal([[], [', c']])
    expect(changed('if (a && b)', 'if (a || b)')).to.deep.equal([['&&'], ['||']])
    expect(changed('one two three', 'one deux trois')).to.deep.equal([['two three'], ['deux trois']])
    expect(changed('\tx', '    x')).to.deep.equal([['\t'], ['    ']])
    expect(changed('長い行', '短い行')).to.deep.equal([['長'], ['短']])
    expect(changed('naïve café', 'naive café')).to.deep.equal([['naïve'], ['naive']])
  })

  it('leave the same text on both sides, in order, inside the lines', () => {
    const line = fc
      .array(fc.constantFrom('a', 'bc', ' ', '\t', '(', '日', '😀', 'e\u0301', '_1'), {maxLength: 20})
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(line, line, (old, next) => {
        const change = wordChange(old, next, Infinity)
        expect(without(old, change.old)).to.equal(without(next, change.new))
        for (const [text, marks] of [
          [old, change.old],
          [next, change.new],
        ] as const) {
          const bounds = marks.flatMap(({start, end}) => [start, end])
          expect(bounds).to.deep.equal(bounds.toSorted((a, b) => a - b))
          expect(bounds.every((at) => at >= 0 && at <= text.length)).to.equal(true)
          expect(words(text, marks).every((word) => word !== '' && word.isWellFormed())).to.equal(true)
        }
        expect(change.kept).to.be.within(0, 1)
      }),
      {numRuns: 3000},
    )
  })
})

describe('lines that became other lines', () => {
  const pairs = (old: string[], next: string[]) => pairLines(old, next, Infinity).map((pair) => [pair.old, pair.new])

  it('are paired in order by how much stayed, and only where most did', () => {
    expect(pairs(['let a = 1', 'let b = 2'], ['// both', 'let a = 10', 'let b = 20'])).to.deep.equal([
      [0, 1],
      [1, 2],
    ])
    expect(pairs(['function one() {'], ['import {x} from "y"'])).to.deep.equal([])
    expect(pairs(['foo(bar, baz)', 'x'], ['foo(bar, qux)'])).to.deep.equal([[0, 0]])
    expect(pairs(['  x'], ['\tx'])).to.deep.equal([[0, 0]])
  })

  it('are found in large blocks, too, also behind lines that came', () => {
    const old = Array.from({length: 100}, (_, index) => `let value${index} = compute(${index})`)
    const next = ['// first', '// second', ...old.map((line) => line.replace('compute', 'calculate'))]
    const found = pairs(old, next)
    expect(found).to.have.lengthOf(100)
    expect(found.every(([row = 0, column]) => column === row + 2)).to.equal(true)
  })

  it('get no marks once the time is up, and the hunks stay whole', () => {
    const {diff} = unifiedDiff({path: 'a', before: 'let a = 1\n', after: 'let b = 1\n'})
    expect(markedHunks(diff, -1)).to.deep.equal([
      {
        oldStart: 1,
        oldLines: 1,
        newStart: 1,
        newLines: 1,
        rows: [
          {sign: '-', text: 'let a = 1', old: 1},
          {sign: '+', text: 'let b = 1', new: 1},
        ],
      },
    ])
  })

  it('stay what they are in every diff: the rows are those of the diff, numbered from one', () => {
    const text = fc
      .array(fc.constantFrom('a\n', 'b c\n', 'b d\n', '\n', '-- x\n', '++ y\n', '@@ -1 +1 @@\n', 'end'), {
        maxLength: 30,
      })
      .map((lines) => lines.join(''))
    fc.assert(
      fc.property(text, text, (before, after) => {
        const {diff, added, removed} = unifiedDiff({path: 'a', before, after})
        const rows = markedHunks(diff).flatMap((hunk) => hunk.rows)
        const [old, next] = [before.split('\n'), after.split('\n')]
        expect(rows.filter(({sign}) => sign === '+')).to.have.lengthOf(added)
        expect(rows.filter(({sign}) => sign === '-')).to.have.lengthOf(removed)
        for (const row of rows) {
          if (row.old !== undefined) expect(old[row.old - 1]).to.equal(row.text)
          if (row.new !== undefined) expect(next[row.new - 1]).to.equal(row.text)
        }
      }),
      {numRuns: 1000},
    )
  })
})
