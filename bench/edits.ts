import {replaceEdits} from '../src/edits/formats/tool-input.ts'
import {resolveFile} from '../src/edits/resolve-file.ts'
import type {Figure} from './figures.ts'
import {byTurns} from './measure.ts'

const EDITS = 200
const LINES_PER_EDIT = 4
const WORDS = ['const', 'return', 'value', 'index', 'items', 'total', 'name', 'path', 'result', 'await', 'filter']

type Change = {old_string: string; new_string: string}
type Spoil = (lines: readonly string[]) => string[]

/** What finding 200 edits costs beside looking for each text twice, which is the least that tells whether it is unique. */
export async function measureEdits(runs: number): Promise<Figure[]> {
  const ways: [name: string, spoil: Spoil, most: number][] = [
    ['exact', (lines) => [...lines], 3],
    ['by indentation', (lines) => lines.map((line) => `      ${line}`), 6],
    ['all refused', (lines) => lines.map((line, index) => (index === 2 ? `${line} stale` : line)), 6],
  ]
  const figures: Figure[] = []
  for (const megabytes of [1, 4, 10]) {
    const lines = linesOf(megabytes * 1_000_000)
    const text = `${lines.join('\n')}\n`
    for (const [name, spoil, most] of ways) {
      const changes = changesOf(lines, spoil)
      const got = await byTurns(Math.max(3, Math.ceil(runs / megabytes)), {
        floor: () => Promise.resolve(timed(() => lookTwice(text, changes))),
        ours: () => Promise.resolve(timed(() => resolved(text, changes))),
      })
      figures.push({
        name: `${EDITS} edits in ${megabytes} MB, ${name}`,
        value: got.ours,
        unit: 'ms',
        floor: {what: 'indexOf twice', value: got.floor},
        limit: {of: 'ratio', most},
      })
    }
  }
  return [...figures, ...worstCases()]
}

/** Texts that make searches quadratic: no edit may take a second. */
function worstCases(): Figure[] {
  const cases: Record<string, [text: string, old: string]> = {
    '80,000 equal lines': ['same line\n'.repeat(80_000), `${'same line \n'.repeat(1000)}other\n`],
    'one line of 1 MB': ['a'.repeat(1_000_000), `b${'a'.repeat(100_000)}`],
    'near matches everywhere': [
      Array.from({length: 40_000}, (_, index) => `  foo(${index % 7});`).join('\n'),
      Array.from({length: 500}, (_, index) => `foo(${(index + 1) % 7});`).join('\n'),
    ],
  }
  return Object.entries(cases).map(([name, [text, old]]) => ({
    name: `one edit, ${name}`,
    value: timed(() => resolved(text, [{old_string: old, new_string: 'x'}])),
    unit: 'ms' as const,
    limit: {of: 'value' as const, most: 1000},
  }))
}

function timed(work: () => unknown): number {
  const started = performance.now()
  work()
  return performance.now() - started
}

function lookTwice(text: string, changes: readonly Change[]): number {
  let found = 0
  for (const {old_string: old} of changes) found += text.indexOf(old, text.indexOf(old) + 1)
  return found
}

function resolved(text: string, changes: readonly Change[]): unknown {
  const edits = replaceEdits('a.ts', changes).map((edit, index) => ({number: index + 1, edit}))
  return resolveFile('a.ts', text, edits)
}

function changesOf(lines: readonly string[], spoil: Spoil): Change[] {
  const step = Math.floor(lines.length / EDITS)
  return Array.from({length: EDITS}, (_, index) => {
    const old = spoil(lines.slice(index * step, index * step + LINES_PER_EDIT))
    return {old_string: old.join('\n'), new_string: [`${old[0]} changed`, ...old.slice(1)].join('\n')}
  })
}

/** Lines like code, the same ones in every run. */
function linesOf(size: number): string[] {
  let state = 1
  const random = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const lines: string[] = []
  for (let length = 0; length < size;) {
    const words = Array.from(
      {length: 3 + random(6)},
      () => `${WORDS[random(WORDS.length)]}${random(3) === 0 ? random(1000) : ''}`,
    )
    const line = `${'  '.repeat(random(5))}${words.join(' ')}`
    lines.push(line)
    length += line.length + 1
  }
  return lines
}
