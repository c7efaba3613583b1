import {randomBytes} from 'node:crypto'
import {closeSync, fdatasyncSync, openSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {writeFailure} from '../files/atomic-write.ts'
import {openSessionFile} from './digest-file.ts'
import {rawLinesOf, textOf, type RawLine} from './lines.ts'
import type {SessionFile} from './location.ts'
import {parseRecord} from './parse.ts'
import type {SessionRecord} from './records.ts'

export type Fork = {id: string; path: string; forkedFrom: string; turns: number; setAside: number}

type ForkOptions = {
  /** The last turn that is taken over; all when absent. */
  at?: number
  /** Version of vibe. */
  vibe: string
  /** Of the original, where its header says none. */
  cwd: string
}

/**
 * Makes a session that begins like another one, beside it. The original is only read, also while it goes on; what cannot be
 * read of it is left out. The new file appears whole or not at all.
 * @throws VibeError `turn-unknown` (exit 2), `session-empty` (exit 3), `write-failed` (exit 3)
 */
export function forkSession(file: SessionFile, options: ForkOptions): Fork {
  const id = randomBytes(6).toString('hex')
  const path = join(dirname(file.path), `${id}.jsonl`)
  const temporary = join(dirname(file.path), `.${id}.jsonl.${randomBytes(6).toString('hex')}.tmp`)
  const source = openSessionFile(file.path)
  try {
    const lines = rawLinesOf(source.descriptor, {start: 0, end: source.facts.size})
    const copied = copyTurns({file, lines, temporary, id}, options)
    if (options.at !== undefined && options.at > copied.turns) throw noSuchTurn(file, options.at, copied.turns)
    if (copied.turns === 0) throw nothingToFork(file)
    renameSync(temporary, path)
    return {id, path, forkedFrom: file.id, ...copied}
  } catch (error) {
    rmSync(temporary, {force: true})
    throw error instanceof VibeError ? error : writeFailure(path, error)
  } finally {
    closeSync(source.descriptor)
  }
}

type Copy = {file: SessionFile; lines: Iterable<RawLine>; temporary: string; id: string}
type Copied = {turns: number; setAside: number}

function copyTurns({temporary, ...copy}: Copy, options: ForkOptions): Copied {
  const target = openSync(temporary, 'wx', 0o600)
  try {
    const write = (record: SessionRecord | Buffer) =>
      writeFileSync(target, Buffer.isBuffer(record) ? record : Buffer.from(`${JSON.stringify(record)}\n`))
    const copied = copyLines({...copy, write}, options)
    fdatasyncSync(target)
    return copied
  } finally {
    closeSync(target)
  }
}

type Copying = {
  lines: Iterable<RawLine>
  write: (record: SessionRecord | Buffer) => void
  id: string
  file: SessionFile
}

function copyLines({lines, write, id, file}: Copying, {at = Infinity, vibe, cwd}: ForkOptions): Copied {
  const now = new Date().toISOString()
  let started = false
  let title: string | undefined
  const copied = {turns: 0, setAside: 0}
  const start = (from: string) => {
    if (!started) write({type: 'session', v: 1, id, at: now, cwd: from, vibe})
    started = true
  }
  for (const line of lines) {
    const text = line.bytes === undefined ? '' : textOf(line.bytes)
    if (line.bytes !== undefined && text.trim() === '') continue
    const record = line.bytes === undefined ? undefined : parseRecord(text)
    if (record === undefined) copied.setAside++
    else if (record === 'unknown') {
      start(cwd)
      write(lineOf(text))
    } else if (record.type === 'session') start(typeof record.cwd === 'string' ? record.cwd : cwd)
    else if (record.type === 'title') title = record.title
    else if (record.type !== 'fork') {
      if (record.type === 'user' && copied.turns >= at) break
      start(cwd)
      if (record.type === 'user') copied.turns++
      write(lineOf(text))
    }
  }
  if (title !== undefined) write({type: 'title', at: now, title})
  write({type: 'fork', at: now, from: file.id, turns: copied.turns})
  return copied
}

function lineOf(text: string): Buffer {
  return Buffer.from(`${text.replace(/\r$/, '')}\n`)
}

function noSuchTurn(file: SessionFile, at: number, turns: number): VibeError {
  return new VibeError({
    code: 'turn-unknown',
    message: `That session has ${turns} ${turns === 1 ? 'turn' : 'turns'}, so it cannot be forked after turn ${at}.`,
    origin: file.path,
    hint: `See its turns with: vibe session show ${file.id}`,
    exit: ExitCode.usage,
  })
}

function nothingToFork(file: SessionFile): VibeError {
  return new VibeError({
    code: 'session-empty',
    message: 'That session holds nothing that a new one could begin with.',
    origin: file.path,
    hint: 'Start a new one with: vibe chat',
    exit: ExitCode.notSetUp,
  })
}
