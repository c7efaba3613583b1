import {readFileSync, realpathSync, statSync, type Stats} from 'node:fs'
import {sep} from 'node:path'
import {systemCode} from '../errors.ts'

/** A manifest is a page of data; a larger file is a mistake or an attack, and is not read. */
export const MANIFEST_MAX_BYTES = 1_000_000

/** What tells one content of a file from another; the change time sees what npm's fixed modification times hide. */
export type FileStamp = {size: number; mtimeMs: number; ctimeMs: number; ino: number}
export type FoundFile = {path: string; stamp: FileStamp}

/**
 * Finds a regular file of a package by its real path.
 * @param relative from the package's root, with forward slashes
 * @returns a sentence instead when it is missing, no file, or outside the package after symbolic links
 */
export function findInPackage(root: string, relative: string): FoundFile | string {
  try {
    const path = realpathSync.native(root + sep + relative)
    // A real path that begins with the root as given proves that root real too, which saves asking.
    const isInside = path.startsWith(root + sep) || path.startsWith(realpathSync.native(root) + sep)
    if (!isInside) return `${relative} leads outside the package`
    const found: Stats = statSync(path)
    if (!found.isFile()) return `${relative} is not a file`
    return {path, stamp: stampFrom(found)}
  } catch (error) {
    return unreadable(relative, error)
  }
}

/** The stamp of a regular file, symbolic links followed; undefined for everything else. */
export function stampOf(path: string): FileStamp | undefined {
  try {
    const found = statSync(path, {throwIfNoEntry: false})
    return found?.isFile() ? stampFrom(found) : undefined
  } catch {
    return undefined // Who reads the file learns why, and says it.
  }
}

export function sameStamp(one: FileStamp | undefined, other: FileStamp): boolean {
  return (
    one?.ino === other.ino && one.size === other.size && one.mtimeMs === other.mtimeMs && one.ctimeMs === other.ctimeMs
  )
}

function stampFrom({size, mtimeMs, ctimeMs, ino}: Stats): FileStamp {
  return {size, mtimeMs, ctimeMs, ino}
}

/** @returns the parsed JSON, or a sentence */
export function readJsonFile(file: FoundFile, relative: string): {json: unknown} | string {
  if (file.stamp.size > MANIFEST_MAX_BYTES) {
    return `${relative} has ${file.stamp.size} bytes; at most ${MANIFEST_MAX_BYTES} are read`
  }
  try {
    const text = readFileSync(file.path, 'utf8')
    return {json: JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text)}
  } catch (error) {
    return error instanceof SyntaxError
      ? `${relative} is not JSON: ${oneLine(error.message)}`
      : unreadable(relative, error)
  }
}

function unreadable(relative: string, error: unknown): string {
  const code = systemCode(error)
  return code === 'ENOENT' || code === 'ENOTDIR'
    ? `${relative} does not exist`
    : `${relative} cannot be read (${code ?? oneLine(String(error))})`
}

/** Parser messages quote the text they failed on, which may hold control characters of a hostile file. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').slice(0, 160)
}
