import {closeSync, constants, fstatSync, openSync, readSync, type Stats} from 'node:fs'
import {definitionsIn} from './definitions.ts'
import {KINDS, kindOf} from './kinds.ts'
import type {TermCounter} from './term-counter.ts'
import {FIELD, hashWord, scanTerms} from './terms.ts'

/** Larger files are data; what they are called is still found. */
export const MAX_TEXT_BYTES = 1024 * 1024
const LOOKED_AT = 8192
const LONG_LINE = 500

/** What tells a file from its next version. Times in milliseconds. */
export type Stamp = {size: number; mtime: number; ctime: number; ino: number}

export type Document = {path: string; stamp: Stamp; kind: number; words: number; names: number; pathWords: number}

export function stampOf(stats: Stats): Stamp {
  return {size: stats.size, mtime: stats.mtimeMs, ctime: stats.ctimeMs, ino: stats.ino}
}

export function sameStamp(one: Stamp, other: Stamp): boolean {
  return one.size === other.size && one.mtime === other.mtime && one.ctime === other.ctime && one.ino === other.ino
}

/**
 * Reads one file and counts its terms.
 * @param full its absolute path
 * @returns undefined when there is no regular file that may be read
 */
export function readDocument(full: string, path: string, counter: TermCounter): Document | undefined {
  const read = readText(full)
  if (!read) return undefined
  const pathWords = countPath(path, counter)
  const kind = KINDS.indexOf(read.isText ? kindOf(path) : 'generated')
  const {words, names} = read.isText ? countText(path, read.bytes, counter) : {words: 0, names: 0}
  return {path, stamp: read.stamp, kind, words, names, pathWords}
}

/** Text of a file that can be searched; undefined when it is none, or gone. */
export function searchableBytes(full: string): Buffer | undefined {
  const read = readText(full)
  return read?.isText ? read.bytes : undefined
}

function countPath(path: string, counter: TermCounter): number {
  const bytes = Buffer.from(path)
  const end = path.lastIndexOf('.')
  const base = path.lastIndexOf('/') + 1
  const stem = Buffer.from(path.slice(base, end > base ? end : undefined))
  counter.add(hashWord(stem, {start: 0, end: stem.length, seed: FIELD.stem}))
  return scanTerms(bytes, FIELD.path, counter.add)
}

function countText(path: string, bytes: Buffer, counter: TermCounter): {words: number; names: number} {
  const words = scanTerms(bytes, FIELD.text, counter.add)
  let names = 0
  for (const {start, end} of definitionsIn(path, bytes.toString('latin1'))) {
    names += scanTerms(bytes.subarray(start, end), FIELD.name, counter.add)
    counter.add(hashWord(bytes, {start, end, seed: FIELD.definition}))
  }
  return {words, names}
}

type Read = {bytes: Buffer; stamp: Stamp; isText: boolean}

function readText(full: string): Read | undefined {
  let descriptor: number | undefined
  try {
    // Without O_NONBLOCK a pipe that lies there would wait for a writer.
    descriptor = openSync(full, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
    const stats = fstatSync(descriptor)
    if (!stats.isFile()) return undefined
    const stamp = settled(stampOf(stats))
    if (stats.size > MAX_TEXT_BYTES) return {bytes: Buffer.alloc(0), stamp, isText: false}
    const bytes = Buffer.allocUnsafe(stats.size)
    let filled = 0
    while (filled < bytes.length) {
      const got = readSync(descriptor, bytes, filled, bytes.length - filled, filled)
      if (got === 0) break
      filled += got
    }
    const text = bytes.subarray(0, filled)
    return {bytes: text, stamp, isText: isText(text)}
  } catch {
    return undefined // gone, a link, or not ours to read: the caller counts it
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

/** A file that was written a moment ago may be written again in the same tick of the clock: it is looked at once more. */
function settled(stamp: Stamp): Stamp {
  return Date.now() - stamp.ctime < 20 ? {...stamp, ctime: 0} : stamp
}

/** Neither binary nor squeezed into long lines by a program. */
function isText(bytes: Buffer): boolean {
  if (bytes.subarray(0, LOOKED_AT).includes(0)) return false
  if (bytes.length < 20_000) return true
  let lines = 1
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines++
  return bytes.length / lines < LONG_LINE
}
