import {expect} from 'chai'
import fc from 'fast-check'
import {unifiedDiff} from '../../../src/edits/diff.ts'
import type {Edit, HunkEdit, ReplaceEdit} from '../../../src/edits/formats/types.ts'
import {replaceEdits} from '../../../src/edits/formats/tool-input.ts'
import {parseUnifiedDiff} from '../../../src/edits/formats/unified-diff.ts'
import {resolveFile, type FileEdit} from '../../../src/edits/resolve-file.ts'

const numbered = (edits: readonly Edit[]): FileEdit[] =>
  edits.map((edit, index) => ({number: index + 1, edit: edit as ReplaceEdit | HunkEdit}))
const replaced = (source: string, old: string, next: string) =>
  resolveFile('a.txt', source, numbered(replaceEdits('a.txt', [{old_string: old, new_string: next}])))

/** Lines that are alike enough to be taken for one another. */
const line = fc.constantFrom(
  'a',
  'b',
  '  a',
  '\ta',
  'a  ',
  '',
  '  ',
  '}',
  'foo(bar)',
  '    foo(bar)',
  'foo (bar)',
  'say “x”',
  'say "x"',
  'x – y',
)
const ending = fc.constantFrom('\n', '\n', '\r\n')
const source = fc
  .tuple(fc.array(fc.tuple(line, ending), {maxLength: 12}), fc.boolean())
  .map(([lines, open]) =>
    lines.map(([text, end], at) => (open && at === lines.length - 1 ? text : text + end)).join(''),
  )
const feeds = (text: string) => text.replaceAll('\r\n', '\n')

describe('edits of one file', () => {
  it('write what the one exact place says, and change nothing else', () => {
    fc.assert(
      fc.property(
        fc.record({
          text: source,
          from: fc.nat(),
          length: fc.nat(),
          next: fc.string({unit: fc.constantFrom('a', '\n', ' ', '$', '&')}),
        }),
        ({text, from, length, next}) => {
          const view = feeds(text)
          const start = from % (view.length + 1)
          const old = view.slice(start, start + 1 + (length % 8))
          fc.pre(old.trim() !== '' && old !== next && view.indexOf(old) === view.lastIndexOf(old))
          const result = replaced(text, old, next)
          // Blanks in front of the place that later new lines do not reckon with.
          if (Array.isArray(result) && result[0]?.code === 'indent') return
          if (Array.isArray(result)) throw new Error(result[0]?.message)
          expect(feeds(result.text)).to.equal(view.replace(old, () => next))
          expect(result.rung).to.equal('exact')
        },
      ),
      {numRuns: 400},
    )
  })

  it('refuse what is there more than once, whatever looser rungs would find', () => {
    fc.assert(
      fc.property(source, fc.nat(), fc.nat(), (text, from, length) => {
        const view = feeds(text)
        const start = from % (view.length + 1)
        const old = view.slice(start, start + 1 + (length % 8))
        fc.pre(old.trim() !== '' && view.indexOf(old) !== view.lastIndexOf(old))
        const result = replaced(text, old, 'new')
        expect(Array.isArray(result) && result[0]?.code).to.equal('ambiguous')
      }),
      {numRuns: 300},
    )
  })

  it('keep every line that a tolerant match did not change, byte for byte', () => {
    fc.assert(
      fc.property(
        fc.record({
          text: source,
          from: fc.nat(),
          count: fc.integer({min: 1, max: 4}),
          indent: fc.constantFrom('', '  ', '    '),
        }),
        ({text, from, count, indent}) => {
          const lines = text.split('\n')
          const start = from % lines.length
          const part = lines.slice(start, start + count).map((one) => one.trim())
          const old = part.map((one) => (one === '' ? '' : indent + one)).join('\n')
          fc.pre(old.trim() !== '' && !old.endsWith('\n'))
          const result = replaced(text, old, `${old}\n${indent}added()`)
          if (Array.isArray(result) || result.rung === 'exact') return
          // Found exactly without its blank edges, it may end within a line: then just that text is replaced.
          if (result.rung === 'junk') {
            const bare = old.replace(/^\n+/, '')
            expect(feeds(result.text)).to.equal(feeds(text).replace(bare, () => `${bare}\n${indent}added()`))
            return
          }
          const kept = result.text.split(/\r?\n/).filter((one) => one.trim() !== 'added()')
          expect(kept).to.deep.equal(text.split(/\r?\n/))
        },
      ),
      {numRuns: 500},
    )
  })

  it('make of every diff of ours the text that it was made of', () => {
    fc.assert(
      fc.property(source.map(feeds), source.map(feeds), (before, after) => {
        const {diff} = unifiedDiff({path: 'a.txt', before, after})
        fc.pre(before !== '' && after !== '' && before !== after)
        const {edits, problems} = parseUnifiedDiff(diff)
        expect(problems).to.deep.equal([])
        const result = resolveFile('a.txt', before, numbered(edits))
        // Small files of equal lines leave more than one place to some hunks: a refusal, never another text.
        if (!Array.isArray(result)) expect(result.text).to.equal(after)
        else expect(result.map((one) => one.code)).to.include.oneOf(['ambiguous', 'no_match', 'overlap'])
      }),
      {numRuns: 500},
    )
  })

  it('find all edits of a call whatever their order', () => {
    const words = fc.uniqueArray(fc.stringMatching(/^[a-z]{5,8}$/), {minLength: 2, maxLength: 12})
    fc.assert(
      fc.property(words, fc.nat(), (all, seed) => {
        const text = all.map((word) => `<${word}>\n`).join('')
        const edits = all.map((word, index) => ({old_string: `<${word}>`, new_string: `[${index}]`}))
        const turned = [...edits.slice(seed % edits.length), ...edits.slice(0, seed % edits.length)]
        const result = resolveFile('a', text, numbered(replaceEdits('a', turned)))
        expect(!Array.isArray(result) && result.text).to.equal(all.map((_, index) => `[${index}]\n`).join(''))
      }),
    )
  })
})

describe('refusals of edits', () => {
  const message = (text: string, old: string, next = 'new') => {
    const result = replaced(text, old, next)
    if (!Array.isArray(result)) throw new Error('it was applied')
    return result[0]?.message ?? ''
  }

  it('show the lines of the file that come nearest, to be copied', () => {
    const text = message('one();\n\tconst n = items.lenght;\nend();\n', 'one();\n    const n = items.length;\nend();')
    expect(text).to.include('Nearest: lines 1-3 (2 of 3 lines equal but for blanks)')
    expect(text).to.include('line 2  file:  →const n = items.lenght;').and.include('yours: ····const n = items.length;')
    expect(text).to.include('<<<\none();\n\tconst n = items.lenght;\nend();\n>>>')
  })

  it('give the shortest text that is only at one place', () => {
    const text = message('def a():\n  pass\ndef b():\n  pass\n', '  pass')
    expect(text).to.include('lines 2, 4').and.include('Only at line 2:\n<<<\ndef a():\n  pass\n>>>')
    expect(text).to.include('Only at line 4:\n<<<\ndef b():\n  pass\n>>>')
  })

  it('say when the change is made already', () => {
    expect(message('version = 2\n', 'version = 1', 'version = 2')).to.include('do not send it again')
  })
})

describe('hostile files', () => {
  const cases: Record<string, [text: string, old: string]> = {
    'identical lines': ['same line\n'.repeat(80_000), 'same line \n'.repeat(1000)],
    'one line of a megabyte': ['a'.repeat(1_000_000), `b${'a'.repeat(100_000)}`],
    'near matches everywhere': [
      Array.from({length: 40_000}, (_, index) => `  foo(${index % 7});`).join('\n'),
      Array.from({length: 500}, (_, index) => `foo(${(index + 1) % 7});`).join('\n'),
    ],
    'look-alikes everywhere': ['“a”'.repeat(300_000), '"a""b"'],
  }
  for (const [name, [text, old]] of Object.entries(cases)) {
    it(`${name} take less than a second`, () => {
      const started = performance.now()
      replaced(text, old, 'x')
      expect(performance.now() - started).to.be.below(1000)
    })
  }
})
