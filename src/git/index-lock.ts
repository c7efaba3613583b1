import {chmod, copyFile, open, readFile, rename, rm, stat, unlink, utimes} from 'node:fs/promises'
import {realpathSync} from 'node:fs'
import {hostname} from 'node:os'
import {join} from 'node:path'
import {systemCode, VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {withLock} from '../files/lock.ts'
import type {Repository} from './repository.ts'

/** The user's index while nobody else may write it. */
export type HeldIndex = {
  /** Copies it; nothing is there when the repository has no index yet. */
  copyTo: (path: string) => Promise<void>
  /** Puts another one in its place, whole. @returns what puts the old one back */
  replaceWith: (path: string) => Promise<() => Promise<void>>
}

/**
 * Holds the lock that git itself takes for the index, so that nothing is staged or switched meanwhile. A lock that a killed
 * vibe has left is taken over.
 * @throws VibeError `git-locked` when somebody else holds it
 */
export async function withIndexLock<Result>(
  {gitDir}: Repository,
  work: (index: HeldIndex) => Promise<Result>,
): Promise<Result> {
  const index = realPathOr(join(gitDir, 'index'))
  const lock = `${index}.lock`
  await take(lock)
  try {
    return await work(heldIndex(index))
  } finally {
    await rm(lock, {force: true})
  }
}

function heldIndex(index: string): HeldIndex {
  return {
    copyTo: async (path) => copyWithAge(index, path),
    async replaceWith(path) {
      const kept = `${path}-kept`
      await copyWithAge(index, kept)
      await put(path, index)
      return async () => ((await stat(kept).catch(absent)) ? put(kept, index) : unlink(index))
    },
  }
}

/**
 * git takes a file for unchanged by its time and size, unless it is as young as the index: so the copy of an index has to
 * be as old as the index was, or a change within the same second is never seen.
 */
async function copyWithAge(from: string, to: string): Promise<void> {
  const facts = await stat(from).catch(absent)
  if (!facts) return
  await copyFile(from, to)
  const seconds = Math.floor(facts.mtimeMs / 1000)
  await utimes(to, seconds, seconds)
}

/** Whole or not at all, with the mode of what stood there. */
async function put(from: string, index: string): Promise<void> {
  const temporary = `${index}.vibe-${process.pid}`
  try {
    await copyWithAge(from, temporary)
    const old = await stat(index).catch(absent)
    if (old) await chmod(temporary, old.mode & 0o777)
    await rename(temporary, index)
  } finally {
    await rm(temporary, {force: true})
  }
}

/** Editors look at the repository all the time, each time for a moment. */
const PATIENCE_MS = 2000
const PAUSE_MS = 50

async function take(lock: string): Promise<void> {
  const {setTimeout: pause} = await import('node:timers/promises')
  for (const end = Date.now() + PATIENCE_MS; ;) {
    try {
      const handle = await open(lock, 'wx', 0o600)
      await handle.writeFile(ownMark(process.pid))
      return await handle.close()
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw notWritable(lock, error)
      if (await isOursAndDead(lock)) await takeOver(lock)
      else if (Date.now() < end) await pause(PAUSE_MS)
      else throw locked(lock)
    }
  }
}

/** What a lock of ours says. The machine is named, since a process of another one cannot be looked for. */
function ownMark(pid: number | string): string {
  return `vibe ${pid} ${hostname()}\n`
}

/** Under a lock of vibe's own, so that nobody removes what another one has just taken. */
async function takeOver(lock: string): Promise<void> {
  await withLock(`${lock}-vibe`, AbortSignal.timeout(PATIENCE_MS), async () => {
    if (await isOursAndDead(lock)) await rm(lock, {force: true})
  })
}

async function isOursAndDead(lock: string): Promise<boolean> {
  const text = (await readFile(lock).catch(absent))?.subarray(0, 400).toString('utf8') ?? ''
  const pid = /^vibe (\d+) /.exec(text)?.[1]
  if (pid === undefined || text !== ownMark(pid)) return false
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return systemCode(error) === 'ESRCH'
  }
}

function locked(lock: string): VibeError {
  return new VibeError({
    code: 'git-locked',
    message: 'Another git command is at work in this repository. Nothing was changed.',
    origin: lock,
    hint: `Wait until it has ended and try again; when none is running any more, remove ${lock}`,
    exit: ExitCode.checkFailed,
  })
}

function notWritable(lock: string, cause: unknown): VibeError {
  const reason = systemCode(cause) ?? (cause instanceof Error ? cause.message : String(cause))
  return new VibeError(
    {
      code: 'git-not-writable',
      message: `The repository cannot be written to (${reason}). Nothing was changed.`,
      origin: lock,
      exit: ExitCode.checkFailed,
    },
    {cause},
  )
}

function realPathOr(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path // there is no index before the first file is staged
  }
}

function absent(error: unknown): undefined {
  if (systemCode(error) === 'ENOENT') return undefined
  throw error
}
