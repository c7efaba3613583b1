import type {Dirent} from 'node:fs'
import {closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, readlinkSync} from 'node:fs'
import {join} from 'node:path'
import {systemCode} from '../errors.ts'

/** A digest for each file of a project that can execute or redirect something, by its path below the root. */
export type Snapshot = Record<string, string>

const MOST_FILES = 1_000
const LARGEST_FILE = 5_000_000
const DEEPEST = 16

/**
 * Looks at `.env` and everything in `.vibe-coder/`. Nothing of git's is read: what another folder is trusted for says nothing here.
 * @returns undefined when it cannot be taken whole (too much, unreadable, no regular file): such a project cannot be trusted
 */
export function snapshotOf(root: string): Snapshot | undefined {
  const files: Array<[string, string]> = []
  try {
    add(root, '.env', files)
    add(root, '.vibe-coder', files)
  } catch {
    // Whatever cannot be hashed cannot be vouched for.
    return undefined
  }
  return Object.fromEntries(files)
}

function add(root: string, name: string, files: Array<[string, string]>): void {
  if (files.length >= MOST_FILES || name.split('/').length > DEEPEST) throw new Error('too much to vouch for')
  const path = join(root, name)
  const link = linkOf(path)
  const entries = foldersEntries(path)
  if (entries !== undefined) {
    if (link !== undefined) files.push([name, digest(`link ${link}`)])
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
      add(root, `${name}/${entry.name}`, files)
    return
  }
  const content = contentOf(path)
  if (content !== undefined || link !== undefined)
    files.push([name, digest(link === undefined ? 'file' : `link ${link}`, content)])
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch (error) {
    if (['EINVAL', 'ENOENT', 'ENOTDIR', 'UNKNOWN'].includes(systemCode(error) ?? '')) return undefined
    throw error
  }
}

function foldersEntries(path: string): Dirent[] | undefined {
  try {
    return readdirSync(path, {withFileTypes: true})
  } catch (error) {
    if (['ENOTDIR', 'ENOENT'].includes(systemCode(error) ?? '')) return undefined
    throw error
  }
}

function contentOf(path: string): Buffer | undefined {
  let descriptor: number
  try {
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
  try {
    const found = fstatSync(descriptor)
    if (!found.isFile() || found.size > LARGEST_FILE) throw new Error('not a file to vouch for')
    return readFileSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function digest(kind: string, content?: Uint8Array): string {
  // Loaded only for a project that brings something along: it costs a tenth of a start.
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256').update(kind).update('\0')
  return hash.update(content ?? '').digest('hex')
}
