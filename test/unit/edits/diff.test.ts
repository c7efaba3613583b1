import {execFileSync} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'
import fc from 'fast-check'
import {unifiedDiff} from '../../../src/edits/diff.ts'
import {lineScript} from '../../../src/edits/line-script.ts'

/** Applies a unified diff strictly: every context and removed line must be there. */
function apply(before: string, diff: string): string {
  const source = before.split(/(?<=\n)/)
  const result: string[] = []
  let at = 0
  const rows = diff.split('\n').slice(2, -1)
  for (const [index, row] of rows.entries()) {
    const header = /^@@ -(\d+)(?:,(\d+))? \+/.exec(row)
    if (row.startsWith('\\')) continue
    if (header) {
      const start = Number(header[1]) - (header[2] === '0' ? 0 : 1)
      result.push(...source.slice(at, start))
      at = start
      continue
    }
    const text = row.slice(1) + (rows[index + 1]?.startsWith('\\') ? '' : '\n')
    if (row.startsWith('+')) result.push(text)
    else {
      expect(source[at]).to.equal(text)
      if (row.startsWith(' ')) result.push(text)
      at++
    }
  }
  return [...result, ...source.slice(at)].join('')
}

describe('unifiedDiff', () => {
  it('shows a change with three lines around it', () => {
    const before = Array.from({length: 10}, (_, index) => `l${index + 1}\n`).join('')
    const {diff, added, removed} = unifiedDiff({path: 'a.txt', before, after: before.replace('l5\n', 'L5\nnew\n')})
    expect({added, removed}).to.deep.equal({added: 2, removed: 1})
    expect(diff).to.equal('--- a/a.txt\n+++ b/a.txt\n@@ -2,7 +2,8 @@\n l2\n l3\n l4\n-l5\n+L5\n+new\n l6\n l7\n l8\n')
  })

  it('knows new, emptied and unchanged files and missing final newlines', () => {
    expect(unifiedDiff({path: 'a', before: undefined, after: 'x\n'}).diff).to.equal(
      '--- /dev/null\n+++ b/a\n@@ -0,0 +1 @@\n+x\n',
    )
    expect(unifiedDiff({path: 'a', before: 'x\n', after: ''}).diff).to.equal('--- a/a\n+++ b/a\n@@ -1 +0,0 @@\n-x\n')
    expect(unifiedDiff({path: 'a', before: 'x', after: 'x'})).to.include({diff: '', added: 0, removed: 0})
    expect(unifiedDiff({path: 'a', before: 'x', after: 'x\n'}).diff).to.include(
      '-x\n\\ No newline at end of file\n+x\n',
    )
  })

  it('puts what came where it reads as one piece', () => {
    const comment = (name: string) => `/**\n * ${name}.\n */\nfunction ${name}() {}\n`
    const {diff} = unifiedDiff({
      path: 'a',
      before: `${comment('one')}\n${comment('three')}`,
      after: `${comment('one')}\n${comment('two')}\n${comment('three')}`,
    })
    expect(diff).to.contain('+/**\n+ * two.\n+ */\n+function two() {}\n+\n /**\n')
  })

  const text = fc
    .array(fc.constantFrom('a\n', 'b\n', 'c\n', '\n', 'd\r\n', 'e'), {maxLength: 30})
    .map((lines) => lines.join(''))
  it('leads from one text to the other, always', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const {diff} = unifiedDiff({path: 'a', before, after})
        expect(diff === '' ? before : apply(before, diff)).to.equal(after)
      }),
      {numRuns: 2000},
    )
  })

  it('does so too when its time is up', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const {diff} = unifiedDiff({path: 'a', before, after, budgetMs: -1})
        expect(diff === '' ? before : apply(before, diff)).to.equal(after)
      }),
    )
  })

  it('is accepted by git apply', () => {
    const folder = mkdtempSync(join(tmpdir(), 'vibe-diff-'))
    try {
      const before = 'one\ntwo\r\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten'
      const after = 'zero\none\ntwo\r\nthree\nFOUR\nfive\nsix\nseven\neight\nnine\nten\n'
      writeFileSync(join(folder, 'a.txt'), before)
      execFileSync('git', ['apply', '--whitespace=nowarn', '-'], {
        cwd: folder,
        input: unifiedDiff({path: 'a.txt', before, after}).diff,
      })
      expect(readFileSync(join(folder, 'a.txt'), 'utf8')).to.equal(after)
    } finally {
      rmSync(folder, {recursive: true, force: true})
    }
  })

  it('finds small changes in large files and stays within its time on hopeless ones', () => {
    const lines = Array.from({length: 50_000}, (_, index) => `line ${index}\n`)
    const changed = lines.map((line, index) => (index % 500 === 0 ? `changed ${index}\n` : line))
    expect(unifiedDiff({path: 'a', before: lines.join(''), after: changed.join('')})).to.include({
      added: 100,
      removed: 100,
    })
    const noise = (seed: number) =>
      Array.from({length: 60_000}, (_, index) => `${(index * seed * 7919) % 97}\n`).join('')
    const started = performance.now()
    unifiedDiff({path: 'a', before: noise(3), after: noise(5)})
    expect(performance.now() - started).to.be.below(1000)
  })

  it('finds a shortest script for small texts', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c'), {maxLength: 7}),
        fc.array(fc.constantFrom('a', 'b', 'c'), {maxLength: 7}),
        (before, after) => {
          const steps = lineScript(before, after, Infinity).reduce(
            (sum, block) => sum + block.beforeEnd - block.beforeStart + block.afterEnd - block.afterStart,
            0,
          )
          expect(steps).to.equal(before.length + after.length - 2 * longestCommon(before, after))
        },
      ),
    )
  })
})

function longestCommon(left: readonly string[], right: readonly string[]): number {
  if (left.length === 0 || right.length === 0) return 0
  if (left[0] === right[0]) return 1 + longestCommon(left.slice(1), right.slice(1))
  return Math.max(longestCommon(left.slice(1), right), longestCommon(left, right.slice(1)))
}
