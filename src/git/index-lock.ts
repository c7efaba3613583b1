import {chmod, copyFile, open, readFile, rename, rm, stat, unlink, writeFile} from 'node:fs/promises'
import {realpathSync} from 'node:fs'
import {join} from 'node:path'
import {systemCode, VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
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
  const put = async (bytes: Uint8Array) => {
    const temporary = `${index}.vibe-${process.pid}`
    try {
      await writeFile(temporary, bytes, {flag: 'wx'})
      const old = await stat(index).catch(absent)
      if (old) await chmod(temporary, old.mode & 0o777)
      await rename(temporary, index)
    } finally {
      await rm(temporary, {force: true})
    }
  }
  return {
    copyTo: async (path) => copyFile(index, path).catch(absent),
    async replaceWith(path) {
      const old = await readFile(index).catch(absent)
      await put(await readFile(path))
      return async () => (old ? put(old) : unlink(index))
    },
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
      await handle.writeFile(`vibe ${process.pid}\n`)
      return await handle.close()
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw notWritable(lock, error)
      if (await isOursAndDead(lock)) await rm(lock, {force: true})
      else if (Date.now() < end) await pause(PAUSE_MS)
      else throw locked(lock)
    }
  }
}

async function isOursAndDead(lock: string): Promise<boolean> {
  const text = (await readFile(lock).catch(absent))?.subarray(0, 40).toString('latin1') ?? ''
  const pid = /^vibe (\d+)\n$/.exec(text)?.[1]
  if (pid === undefined) return false
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
