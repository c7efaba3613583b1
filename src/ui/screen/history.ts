import {appendFileSync, chmodSync, readFileSync, statSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {writeFileAtomic} from '../../files/atomic-write.ts'
import {ensurePrivateFolder} from '../../files/private-folder.ts'
import {projectKey} from '../../files/project-key.ts'

export type History = {
  /** The oldest first. */
  readonly entries: readonly string[]
  add: (text: string) => void
}

const MODE = 0o600
const MOST = 1000
/** Longer messages are kept for this session only. */
const LONGEST = 100_000
/** A file that has grown beyond this is written anew with what is still used of it. */
const LARGEST = 4 * 1024 * 1024

/**
 * What was sent before in this project, also by other chats: one JSON string a line, only for this user.
 * A file that cannot be read or written only shortens the memory.
 * @param data the data folder of vibe
 * @param root of the project
 */
export async function openHistory(data: string, root: string): Promise<History> {
  const path = join(data, 'history', `${projectKey(root)}.jsonl`)
  const entries = await readEntries(path)
  return {
    entries,
    add(text) {
      if (text.trim() === '' || entries.at(-1) === text) return
      entries.push(text)
      if (entries.length > MOST) entries.shift()
      if (text.length <= LONGEST) append(path, text)
    },
  }
}

async function readEntries(path: string): Promise<string[]> {
  try {
    await ensurePrivateFolder(dirname(path))
    const found = statSync(path, {throwIfNoEntry: false})
    if (!found) return []
    if (process.platform !== 'win32' && (found.mode & 0o077) !== 0) chmodSync(path, MODE)
    const entries = parse(readFileSync(path, 'utf8'))
    if (found.size > LARGEST) await writeFileAtomic(path, entries.map(lineOf).join(''), {mode: MODE})
    return entries
  } catch {
    return [] // What was typed before is a comfort, and no reason not to start.
  }
}

function parse(text: string): string[] {
  const entries: string[] = []
  for (const line of text.split('\n').slice(-MOST - 1)) {
    const entry = entryOf(line)
    if (entry !== undefined && entry !== entries.at(-1)) entries.push(entry)
  }
  return entries
}

function entryOf(line: string): string | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'string' && value !== '' ? value : undefined
  } catch {
    return undefined // A line that was cut by a crash, or the end.
  }
}

function append(path: string, text: string): void {
  try {
    appendFileSync(path, lineOf(text), {mode: MODE})
  } catch {
    // A full disk must not keep anyone from asking.
  }
}

function lineOf(text: string): string {
  return `${JSON.stringify(text)}\n`
}
