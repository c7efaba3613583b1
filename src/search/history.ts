import {crc32, deflateRawSync, inflateRawSync} from 'node:zlib'
import {runGit} from '../git/run.ts'
import {checked} from './write-segment.ts'
import type {Store} from './store.ts'
import {FIELD, scanTerms} from './terms.ts'
import type {Project} from './update.ts'

const COMMITS = 2500
const MESSAGE = 500
/** Commits that touch more say nothing about each file. */
const MOST_FILES = 30

/** What was committed, newest first: which words go with which files. */
export type History = {
  head: string
  commits: ReadonlyArray<{files: readonly string[]; words: number}>
  /** For each term the commits whose messages have it. */
  byTerm: ReadonlyMap<number, readonly number[]>
}

type Kept = {paths: string[]; commits: Array<[message: string, files: number[]]>}

export const NO_HISTORY: History = {head: '', commits: [], byTerm: new Map()}

/** Reads the messages of the latest commits and what they changed, unless that is known already. */
export async function readHistory(
  store: Store,
  known: History,
  {project, signal}: {project: Project; signal: AbortSignal},
): Promise<History> {
  const run = (args: string[]) =>
    runGit(args, {cwd: project.root, env: project.env, signal, timeoutMs: 10_000, maxBytes: 64 * 1024 * 1024})
  const verified = await run(['rev-parse', '-q', '--verify', 'HEAD^{commit}'])
  const head = verified.state === 'done' ? verified.stdout.toString('latin1').trim() : ''
  if (head === '' || head === known.head) return head === '' ? NO_HISTORY : known
  const stored = storedHistory(store, head)
  if (stored) return stored
  const format = '--format=%x01%s%n%b%x02'
  const args = [
    'log',
    `--max-count=${COMMITS}`,
    '--no-merges',
    '--no-renames',
    '--relative',
    '-z',
    '--name-only',
    format,
  ]
  const log = await run([...args, head])
  signal.throwIfAborted()
  // A damaged or endless history costs its hints only, and is not tried again before the next commit.
  const kept = log.state === 'done' ? parseLog(log.stdout.toString('utf8')) : {paths: [], commits: []}
  keep(store, head, kept)
  return inMemory(head, kept)
}

/** @param log of git, NUL after each name, \x01 before each message and \x02 after it */
export function parseLog(log: string): Kept {
  const numbers = new Map<string, number>()
  const commits: Kept['commits'] = []
  for (const record of log.split('\u0001').slice(1)) {
    const end = record.indexOf('\u0002')
    if (end === -1) continue
    const names = record
      .slice(end + 1)
      .split('\0')
      .map((name) => name.replace(/^\n+/, ''))
      .filter((name) => name !== '')
    if (names.length === 0 || names.length > MOST_FILES) continue
    const files = names.map((name) => {
      const number = numbers.get(name) ?? numbers.size
      numbers.set(name, number)
      return number
    })
    commits.push([messageOf(record.slice(0, end)), files])
  }
  return {paths: Array.from(numbers.keys()), commits}
}

function messageOf(text: string): string {
  return text.replace(/^(Co-authored-by|Signed-off-by|Change-Id|Reviewed-by):.*$/gim, '').slice(0, MESSAGE)
}

function storedHistory(store: Store, head: string): History | undefined {
  const row = store.database.prepare('SELECT sum, data FROM history WHERE head = ?').get(head)
  if (!row) return undefined
  const text = inflateRawSync(checked(row), {maxOutputLength: 64 * 1024 * 1024}).toString('utf8')
  return inMemory(head, JSON.parse(text) as Kept)
}

function keep(store: Store, head: string, kept: Kept): void {
  const data = deflateRawSync(JSON.stringify(kept))
  store.database
    .prepare('INSERT OR REPLACE INTO history VALUES (1, ?, ?, ?, ?)')
    .run(head, kept.commits.length, crc32(data), data)
}

function inMemory(head: string, {paths, commits}: Kept): History {
  const byTerm = new Map<number, number[]>()
  const read = commits.map(([message, files], number) => {
    const terms = new Set<number>()
    scanTerms(Buffer.from(message), FIELD.text, (term) => terms.add(term))
    for (const term of terms) {
      const list = byTerm.get(term)
      if (list) list.push(number)
      else byTerm.set(term, [number])
    }
    return {files: files.flatMap((file) => paths[file] ?? []), words: terms.size}
  })
  return {head, commits: read, byTerm}
}

/** How many commits the last reading kept. */
export function keptCommits(store: Store): number {
  return Number(store.database.prepare('SELECT commits FROM history').get()?.['commits'] ?? 0)
}
