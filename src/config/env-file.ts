import {resolve} from 'node:path'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {linkTarget, writeFileAtomic} from '../files/atomic-write.ts'
import {withLock} from '../files/lock.ts'
import type {Environment} from '../paths.ts'
import {parseDotenv} from './dotenv.ts'
import {variableNames} from './environment.ts'
import {isTrackedByGit} from './git-tracked.ts'
import {readTextFile} from './read.ts'

export type SavedEnvFile = {file: string; /** To be shown: the file holds a key. */ warning: string}

/**
 * Adds VIBE_CODER_* lines to a file, or replaces those that are there; every other line stays. The file is then readable by its owner alone.
 * @throws VibeError `env-file-tracked` (exit 3) when git tracks the file, `env-value-invalid` for what one line cannot hold
 */
export async function saveEnvFile(
  file: string,
  values: Readonly<Record<string, string>>,
  options: {signal?: AbortSignal; env?: Environment} = {},
): Promise<SavedEnvFile> {
  const target = await linkTarget(resolve(file))
  const tracked = await trackedState([resolve(file), target], options.env ?? process.env)
  if (tracked === 'yes')
    throw refused(
      'env-file-tracked',
      `git tracks ${file}, so the key would be committed`,
      `Choose another file, or first: git rm --cached ${file}`,
    )
  const lines = Object.entries(values).map(([name, value]) => assignment(name, value))
  await withLock(target, options.signal ?? new AbortController().signal, async () => {
    const read = readTextFile(target)
    if (read.state === 'unreadable')
      throw refused('env-file-unreadable', `${file} is left alone: ${read.reason}`, 'Choose another file')
    await writeFileAtomic(target, withLines(read.state === 'text' ? read.text : '', lines), {mode: 0o600})
  })
  const doubt = tracked === 'unknown' ? ' git could not be asked whether it tracks the file.' : ''
  return {file, warning: `${file} holds a key: do not commit it, and name it in .gitignore.${doubt}`}
}

async function trackedState(files: string[], env: Environment): Promise<'yes' | 'no' | 'unknown'> {
  const states = await Promise.all([...new Set(files)].map((file) => isTrackedByGit(file, env)))
  if (states.includes('yes')) return 'yes'
  return states.includes('unknown') ? 'unknown' : 'no'
}

type Assignment = {name: string; text: string}

function assignment(name: string, value: string): Assignment {
  if (!variableNames.includes(name))
    throw refused('env-value-invalid', `${name} is no variable of vibe`, `Use one of ${variableNames.join(', ')}`)
  // A line break would begin another assignment.
  if (/[\u0000-\u001f\u007f]/.test(value))
    throw refused(
      'env-value-invalid',
      `The value for ${name} has a line break or a control character`,
      'Give it on one line',
    )
  const plain = /^[\w.:/@+=-]+$/.test(value)
  return {name, text: `${name}=${plain ? value : `"${value.replace(/[\\"$]/g, '\\$&')}"`}`}
}

/** Replaces the last assignment of each name, which is the one that counts, drops earlier ones, and appends what is new. */
function withLines(text: string, assignments: readonly Assignment[]): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n'
  const lines = text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/)
  const present = parseDotenv(text)
  const removed = new Set<number>()
  for (const {name, text: line} of assignments) {
    const places = present.filter((entry) => entry.name === name)
    const last = places.at(-1)
    for (const place of places) for (let more = 0; more < span(place.value); more++) removed.add(place.line - 1 + more)
    if (last === undefined) lines.push(line)
    else {
      removed.delete(last.line - 1)
      lines[last.line - 1] = line
    }
  }
  return lines
    .filter((_, index) => !removed.has(index))
    .map((line) => line + newline)
    .join('')
}

function span(value: string): number {
  return value.split('\n').length
}

function refused(code: string, message: string, hint: string): VibeError {
  return new VibeError({code, message, hint, exit: ExitCode.notSetUp})
}
