import {execFileSync} from 'node:child_process'
import {chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {expect} from 'chai'
import fc from 'fast-check'
import {fileDiff, type FileDiffInput} from '../../../src/edits/file-diff.ts'
import {hunkFacts} from '../../../src/edits/marked-hunks.ts'
import {pairMoves} from '../../../src/edits/pair-moves.ts'

const state = (text: string, mode = 0o644) => ({bytes: Buffer.from(text, 'utf8'), mode})

type Found = {path: string; from: boolean; text?: string; executable?: boolean}

/** Puts the old states of files into a folder, applies their diffs with a program, and looks what is there. */
function applied(inputs: readonly FileDiffInput[], program: string, args: string[]): Found[] {
  const folder = mkdtempSync(join(tmpdir(), 'vibe-apply-'))
  try {
    for (const {path, from, before} of inputs) if (before) put(join(folder, from ?? path), before)
    const diff = inputs.map((input) => fileDiff(input).diff).join('')
    if (diff !== '') execFileSync(program, args, {cwd: folder, input: diff, stdio: ['pipe', 'ignore', 'pipe']})
    return inputs.map((input) => found(folder, input))
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}

function put(path: string, {bytes, mode}: {bytes: Uint8Array; mode?: number | undefined}): void {
  mkdirSync(dirname(path), {recursive: true})
  writeFileSync(path, bytes)
  if (mode !== undefined) chmodSync(path, mode)
}

function found(folder: string, {path, from}: FileDiffInput): Found {
  const there = join(folder, path)
  const isLeft = from !== undefined && existsSync(join(folder, from))
  if (!existsSync(there)) return {path, from: isLeft}
  const executable = (statSync(there).mode & 0o111) !== 0
  return {path, from: isLeft, text: readFileSync(there, 'utf8'), executable}
}

function wanted({path, after}: FileDiffInput): Found {
  if (!after) return {path, from: false}
  const executable = ((after.mode ?? 0) & 0o111) !== 0
  return {path, from: false, text: Buffer.from(after.bytes).toString('utf8'), executable}
}

function hasGnuPatch(): boolean {
  try {
    return execFileSync('patch', ['--version'], {encoding: 'utf8'}).startsWith('GNU patch')
  } catch {
    return false // not installed
  }
}

const line = fc.constantFrom(
  'a\n',
  'b\n',
  '\n',
  'c\r\n',
  '--- a/x\n',
  '+++ b/x\n',
  '@@ -1 +1 @@\n',
  '\\ No\n',
  ' \t\n',
  'é日本\n',
  '\f\n',
  'end',
  '\ufeffx\n',
  'a\rb\n',
)
const text = fc.array(line, {maxLength: 25}).map((lines) => lines.join(''))
const mode = fc.constantFrom(0o644, 0o755)
const name = fc.constantFrom(
  'plain.ts',
  'with blank.ts',
  'deep/er/file',
  'quo"te',
  'back\\slash',
  'tab\tname',
  'new\nline',
  '日本.md',
  '-dash',
  'bell\u0007',
  'b/a',
)
const change = fc.record({
  kind: fc.constantFrom('create', 'delete', 'change', 'move'),
  name,
  old: text,
  next: fc.option(text, {nil: undefined}),
  modes: fc.tuple(mode, mode),
})

describe('the diff of a file', () => {
  it('is applied by git as it stands: new, deleted, moved, emptied, of another mode, whatever the name', function () {
    this.timeout(30_000)
    fc.assert(
      fc.property(fc.array(change, {minLength: 20, maxLength: 20}), (changes) => {
        const inputs = changes.map(({kind, name: given, old, next = old, modes}, index): FileDiffInput => {
          const path = `${index}/${given}`
          const [before, after] = [state(old, modes[0]), state(next, modes[1])]
          if (kind === 'create') return {path, before: undefined, after}
          if (kind === 'delete') return {path, before, after: undefined}
          return {path, ...(kind === 'move' && {from: `${index}/from ${given}`}), before, after}
        })
        expect(applied(inputs, 'git', ['apply', '--whitespace=nowarn', '-'])).to.deep.equal(inputs.map(wanted))
      }),
      {numRuns: 25},
    )
  })

  it('is applied by patch, too', function () {
    if (!hasGnuPatch()) return void this.skip()
    const inputs: FileDiffInput[] = [
      {path: 'new file', before: undefined, after: state('a\nb')},
      {path: 'gone', before: state('a\n'), after: undefined},
      {path: 'changed', before: state('a\nb'), after: state('a\nc\n')},
      {path: 'to', from: 'from', before: state('a\nb\nc\n'), after: state('a\nB\nc\n')},
      {path: 'run.sh', before: state('a\n'), after: state('b\n', 0o755)},
      {path: 'empty', before: undefined, after: state('')},
    ]
    expect(applied(inputs, 'patch', ['-p1', '--no-backup-if-mismatch'])).to.deep.equal(inputs.map(wanted))
  })

  it('says what lines do not: modes, sizes, how much of a moved file stayed', () => {
    expect(fileDiff({path: 'a', before: state('x\n'), after: state('x\n', 0o755)})).to.deep.equal({
      path: 'a',
      op: 'change',
      mode: {before: 0o644, after: 0o755},
      added: 0,
      removed: 0,
      diff: 'diff --git a/a b/a\nold mode 100644\nnew mode 100755\n\n',
    })
    expect(fileDiff({path: 'b', from: 'a', before: state('1\n2\n3\n4\n'), after: state('1\n2\n3\nfour\n')})).to.include(
      {
        op: 'move',
        from: 'a',
        similarity: 54,
      },
    )
    const picture = {bytes: Buffer.from([0, 1, 2]), mode: 0o644}
    expect(fileDiff({path: 'a.png', before: picture, after: {...picture, bytes: Buffer.from([0, 1])}})).to.deep.equal({
      path: 'a.png',
      op: 'change',
      added: 0,
      removed: 0,
      diff: 'diff --git a/a.png b/a.png\nBinary files a/a.png and b/a.png differ\n',
      binary: {before: 3, after: 2, kind: 'binary'},
    })
    expect(fileDiff({path: 'b.png', from: 'a.png', before: picture, after: picture})).to.deep.include({
      similarity: 100,
      diff: 'diff --git a/a.png b/b.png\nsimilarity index 100%\nrename from a.png\nrename to b.png\n\n',
    })
    const latin = {bytes: Buffer.from('caf\xe9', 'latin1')}
    expect(fileDiff({path: 'a', before: undefined, after: latin})).to.deep.include({
      op: 'create',
      binary: {after: 4, kind: 'not-utf8'},
    })
  })

  it('gives programs the places and the words that changed', () => {
    const {diff} = fileDiff({path: 'a', before: state('x\nlet one = 1\n'), after: state('x\nlet three = 1\n')})
    expect(hunkFacts(diff)).to.deep.equal([
      {
        oldStart: 1,
        oldLines: 2,
        newStart: 1,
        newLines: 2,
        marks: [
          {side: 'old', line: 2, start: 4, end: 7},
          {side: 'new', line: 2, start: 4, end: 9},
        ],
      },
    ])
  })
})

describe('files that went and came', () => {
  const paths = (changes: ReturnType<typeof pairMoves>) =>
    changes.map(({path, from}) => (from ? `${from} → ${path}` : path))
  const goes = (path: string, text: string) => ({path, before: state(text), after: undefined})
  const comes = (path: string, text: string) => ({path, before: undefined, after: state(text)})

  it('are one that moved when most of it stayed', () => {
    const long = Array.from({length: 20}, (_, index) => `line ${index}\n`).join('')
    expect(paths(pairMoves([goes('a', long), comes('b', long), goes('c', 'x\n')]))).to.deep.equal(['a → b', 'c'])
    expect(paths(pairMoves([goes('a', long), comes('b', long.replace('line 7', 'LINE 7'))]))).to.deep.equal(['a → b'])
    expect(paths(pairMoves([goes('a', 'x\ny\n'), comes('b', 'p\nq\n')]))).to.deep.equal(['a', 'b'])
    expect(paths(pairMoves([goes('a', ''), comes('b', '')]))).to.deep.equal(['a', 'b'])
  })

  it('are never paired twice', () => {
    expect(paths(pairMoves([goes('a', 'x\n'), comes('b', 'x\n'), comes('c', 'x\n')]))).to.deep.equal(['a → b', 'c'])
  })
})
