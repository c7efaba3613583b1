import {expect} from 'chai'
import fc from 'fast-check'
import {collect} from '../../../../src/edits/formats/lines.ts'
import {parsePatch, patchRecogniser} from '../../../../src/edits/formats/patch.ts'
import {parseUnifiedDiff, unifiedDiffRecogniser} from '../../../../src/edits/formats/unified-diff.ts'
import {inPieces, markupText} from './pieces.ts'

const sizes = fc.infiniteStream(fc.integer({min: 1, max: 7}))

describe('patches that begin with *** Begin Patch', () => {
  it('become one list of edits', () => {
    const text =
      '*** Begin Patch\n*** Add File: a.ts\n+x\n*** Delete File: b.ts\n*** Update File: c.ts\n*** Move to: d.ts\n@@ class A\n@@ f()\n a\n-b\n+c\n*** End of File\n*** End Patch\n'
    expect(parsePatch(text)).to.deep.equal({
      problems: [],
      edits: [
        {kind: 'write', path: 'a.ts', line: 2, text: 'x\n', mustBeNew: true},
        {kind: 'delete', path: 'b.ts', line: 4},
        {kind: 'move', path: 'c.ts', to: 'd.ts', line: 6},
        {
          kind: 'hunk',
          path: 'c.ts',
          line: 7,
          anchors: ['class A', 'f()'],
          atEnd: true,
          appends: true,
          lines: [
            {sign: ' ', text: 'a', unsigned: ' a'},
            {sign: '-', text: 'b'},
            {sign: '+', text: 'c'},
          ],
        },
      ],
    })
  })

  it('takes an indented end mark for the end only when nothing follows', () => {
    const lines = '*** Begin Patch\n*** Update File: a\n@@\n-x\n+y\n *** End Patch\n'
    expect(parsePatch(lines).problems).to.deep.equal([])
    const [hunk] = parsePatch(`${lines}-z\n*** End Patch\n`).edits
    expect(hunk?.kind === 'hunk' && hunk.lines.map((line) => line.text)).to.deep.equal(['x', 'y', '*** End Patch', 'z'])
  })

  it('finds the same however the text arrives, and always ends', () => {
    fc.assert(
      fc.property(markupText, sizes, (text, pieces) => {
        const whole = parsePatch(text)
        expect(collect(inPieces(patchRecogniser(), text, pieces))).to.deep.equal(whole)
        expect(whole.edits.length + whole.problems.length).to.be.greaterThan(0)
      }),
      {numRuns: 500},
    )
  })
})

describe('unified diffs', () => {
  it('keep what the file header says, and what git says about moves', () => {
    const text =
      'diff --git a/x.ts b/y.ts\nsimilarity index 90%\nrename from x.ts\nrename to y.ts\n--- a/x.ts\n+++ b/y.ts\n@@ -3,2 +3,2 @@ f()\n a\n-b\n+c\n'
    expect(parseUnifiedDiff(text).edits.map(({kind, path}) => [kind, path])).to.deep.equal([
      ['move', 'x.ts'],
      ['hunk', 'x.ts'],
    ])
  })

  it('tell lines that begin with dashes from a header', () => {
    const [hunk] = parseUnifiedDiff('--- a.sql\n+++ a.sql\n@@ @@\n--- old\n+++ new\n x\n').edits
    expect(hunk?.kind === 'hunk' && hunk.lines.map((line) => line.sign + line.text)).to.deep.equal([
      '--- old',
      '+++ new',
      ' x',
    ])
  })

  it('let prose follow a diff without a fence, and refuse lines behind its end', () => {
    const diff = '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n'
    expect(parseUnifiedDiff(`${diff}\nThat is all.\n`).problems).to.deep.equal([])
    expect(parseUnifiedDiff(`${diff}\n-c\n`).problems.map((problem) => problem.code)).to.deep.equal(['malformed'])
  })

  it('finds the same however the text arrives, and always ends', () => {
    fc.assert(
      fc.property(markupText, sizes, (text, pieces) => {
        const whole = parseUnifiedDiff(text)
        expect(collect(inPieces(unifiedDiffRecogniser(), text, pieces))).to.deep.equal(whole)
        expect(whole.edits.length + whole.problems.length).to.be.greaterThan(0)
      }),
      {numRuns: 500},
    )
  })
})
