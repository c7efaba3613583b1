import {execFileSync} from 'node:child_process'
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {basename, join} from 'node:path'
import {kindOf} from '../src/search/kinds.ts'

/** A commit as a question: which files does this message change? */
export type Question = {text: string; gold: string[]}
/** A repository as it was before the questions were asked; nothing in it knows their answers. */
export type History = {name: string; root: string; questions: Question[]; remove: () => void}

const CODE = /\.(tsx?|[mc]?jsx?|[mc]ts|vue|svelte|astro|py|go|rs|java|kt|scala|cs|swift|c|h|cc|cpp|hpp|rb|php)$/
const NO_SUBJECT = /^(chore|docs?|test|tests|style|ci|build|release|bump|revert|merge|lint|typo|version|\[?v?\d)/i
const BOT = /bot\b|renovate|dependabot/i
const NOISE =
  /^(co-authored-by|signed-off-by|change-id|reviewed-by|fixes|closes|refs?):?.*$|https?:\/\/\S+|\(?#\d+\)?/gim
const SPARE = 1.35

/** What a question may be answered with. */
export function isCandidate(path: string): boolean {
  return CODE.test(path) && kindOf(path) !== 'test'
}

/**
 * Makes questions of the latest commits of a repository and checks out what was there before them.
 * @param repository a git repository, bare or not
 * @param count how many questions at most
 */
export function readRepository(repository: string, count: number): History {
  const eligible = commitsOf(repository)
  const wanted = Math.min(eligible.length, Math.ceil(count * SPARE))
  const oldest = eligible[wanted - 1]
  if (!oldest) throw new Error(`${repository} has no commits to ask about`)
  const folder = mkdtempSync(join(tmpdir(), 'vibe-history-'))
  const root = join(folder, 'work')
  git(folder, ['clone', '-q', '--shared', '--no-checkout', repository, root])
  git(root, ['checkout', '-q', '--detach', `${oldest.id}^`])
  const questions = eligible
    .slice(0, wanted)
    .toReversed()
    .flatMap(({id, text}) => questionOf({repository, root}, id, text))
    .slice(0, count)
  const name = basename(repository) === 'repo' ? basename(join(repository, '..')) : basename(repository)
  return {name, root, questions, remove: () => rmSync(folder, {recursive: true, force: true})}
}

function commitsOf(repository: string): Array<{id: string; text: string}> {
  const log = git(repository, [
    'log',
    '--first-parent',
    '-n',
    '4000',
    '--format=%x01%H%x02%an%x02%B',
    '--end-of-options',
    'HEAD',
  ])
  return log
    .split('\u0001')
    .slice(1)
    .flatMap((record) => {
      const [id = '', author = '', message = ''] = record.split('\u0002')
      const subject = message.split('\n')[0] ?? ''
      if (subject.length < 15 || NO_SUBJECT.test(subject) || BOT.test(author)) return []
      return [{id, text: message.replace(NOISE, '').trim().slice(0, 1500)}]
    })
}

type Places = {repository: string; root: string}

function questionOf({repository, root}: Places, id: string, text: string): Question[] {
  const lines = git(repository, [
    'diff-tree',
    '-r',
    '--no-renames',
    '--name-status',
    '-z',
    '-m',
    '--first-parent',
    '--no-commit-id',
    id,
  ])
  const parts = lines.split('\0').slice(0, -1)
  const changes = parts.flatMap((state, at) => (at % 2 === 0 ? [{state, path: parts[at + 1] ?? ''}] : []))
  const sources = changes.filter(({path}) => isCandidate(path))
  const fits = changes.length <= 15 && sources.length >= 1 && sources.length <= 5
  if (!fits || sources.some(({state, path}) => state !== 'M' || !existsSync(join(root, path)))) return []
  return [{text, gold: sources.map(({path}) => path)}]
}

export function git(cwd: string, args: readonly string[]): string {
  return execFileSync('git', args, {cwd, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe']})
}

/** Whether its own words name the file, which makes a question easy. */
export function isNamed({text, gold}: Question): boolean {
  return gold.some((path) => text.includes(basename(path)))
}

/** Bytes of what git tracks, read once. */
export function readAll(root: string): {ms: number; bytes: number; files: number} {
  const files = git(root, ['ls-files', '-z']).split('\0').slice(0, -1)
  const started = process.cpuUsage()
  let bytes = 0
  for (const path of files) {
    try {
      bytes += readFileSync(join(root, path)).length
    } catch {
      // A link to nowhere, or a submodule.
    }
  }
  const used = process.cpuUsage(started)
  return {ms: (used.user + used.system) / 1000, bytes, files: files.length}
}
