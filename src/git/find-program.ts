import {constants} from 'node:fs'
import {access, realpath, stat} from 'node:fs/promises'
import {dirname, isAbsolute, join, sep} from 'node:path'
import type {Environment} from '../paths.ts'

/**
 * The absolute path of a program on PATH, undefined when there is none. Relative PATH entries and everything inside
 * `outside` are passed over, so that a repository cannot put its own program first.
 */
export async function findProgram(name: string, env: Environment, outside: string): Promise<string | undefined> {
  const windows = process.platform === 'win32'
  const endings = windows
    ? (env['PATHEXT'] ?? '.EXE;.CMD').split(';').filter((ending) => /^\.(exe|com)$/i.test(ending))
    : ['']
  for (const folder of (env['PATH'] ?? env['Path'] ?? '').split(windows ? ';' : ':')) {
    if (!isAbsolute(folder)) continue
    for (const ending of endings) {
      const found = await executable(join(folder, name + ending))
      if (found !== undefined && !isWithin(outside, found)) return join(folder, name + ending)
    }
  }
  return undefined
}

/** The root of the file system holds everything, and is nobody's project. */
function isWithin(folder: string, path: string): boolean {
  return dirname(folder) !== folder && path.startsWith(folder + sep)
}

async function executable(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile() ? await realpath(path) : undefined
  } catch {
    return undefined // not there or not ours to run: the next entry of PATH is tried
  }
}
