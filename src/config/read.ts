import {closeSync, constants, fstatSync, openSync, readSync} from 'node:fs'
import {systemCode} from '../errors.ts'
import {jsonLines} from './json-lines.ts'
import type {JsonLines} from './json-lines.ts'
import {isTree} from './tree.ts'
import type {Tree} from './tree.ts'

/** No configuration is this large; what is, was not written by or for us. */
export const LARGEST_FILE = 1_000_000

export type TextFile = {state: 'absent'} | {state: 'unreadable'; reason: string} | {state: 'text'; text: string}

export type ConfigFile =
  | {state: 'absent'; file: string}
  | {state: 'corrupt'; file: string; reason: string; line?: number}
  | {state: 'ok'; file: string; text: string; tree: Tree; lines: JsonLines}

/** Reads a small regular file without its BOM; a pipe, a device or a huge file is refused instead of waited for. */
export function readTextFile(file: string): TextFile {
  let descriptor: number
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for its writer.
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    const code = systemCode(error)
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? {state: 'absent'}
      : {state: 'unreadable', reason: `it cannot be read (${code ?? String(error)})`}
  }
  try {
    const found = fstatSync(descriptor)
    const {size} = found
    if (!found.isFile()) return {state: 'unreadable', reason: 'it is not a regular file'}
    if (size > LARGEST_FILE) return {state: 'unreadable', reason: `it is larger than ${LARGEST_FILE / 1_000_000} MB`}
    return {state: 'text', text: readAll(descriptor, size).replace(/^\uFEFF/, '')}
  } catch (error) {
    return {state: 'unreadable', reason: `it cannot be read (${systemCode(error) ?? String(error)})`}
  } finally {
    closeSync(descriptor)
  }
}

function readAll(descriptor: number, size: number): string {
  const buffer = Buffer.alloc(size)
  let length = 0
  while (length < size) {
    const count = readSync(descriptor, buffer, length, size - length, length)
    if (count === 0) break
    length += count
  }
  return buffer.toString('utf8', 0, length)
}

/** Reads and parses a config.json; says on which line it breaks. An empty file counts as absent. */
export function readConfigFile(file: string): ConfigFile {
  const read = readTextFile(file)
  if (read.state === 'absent') return {state: 'absent', file}
  if (read.state === 'unreadable') return {state: 'corrupt', file, reason: read.reason}
  return parseConfig(read.text, file)
}

/** @param file the name for what is said about the text */
export function parseConfig(text: string, file: string): ConfigFile {
  if (text.trim() === '') return {state: 'absent', file}
  const lines = jsonLines(text)
  try {
    const tree: unknown = JSON.parse(text)
    if (isTree(tree)) return {state: 'ok', file, text, tree, lines}
    return {state: 'corrupt', file, reason: 'it holds no JSON object', line: 1}
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return {state: 'corrupt', file, reason: 'it is not valid JSON', line: errorLine(text, reason, lines.badWordLine)}
  }
}

/** The engine's message holds a piece of the text, which may be a secret: only its position is taken. */
function errorLine(text: string, reason: string, badWordLine: number | undefined): number {
  const position = /at position (\d+)/.exec(reason)?.[1]
  if (position !== undefined) return text.trimEnd().slice(0, Number(position)).split('\n').length
  return badWordLine ?? text.trimEnd().split('\n').length
}
