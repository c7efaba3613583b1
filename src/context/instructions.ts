import {closeSync, constants, fstatSync, openSync, readSync} from 'node:fs'
import {join} from 'node:path'
import {systemCode} from '../errors.ts'

/** Bytes; longer instructions cost every request and are cut, which is said. */
const MAX_INSTRUCTIONS = 32 * 1024

export type Instructions = {text: string; /** undefined when there are none. */ path?: string; cut: boolean}

/**
 * The project's AGENTS.md. Nothing of it may be obeyed before the project is trusted, and nothing there may hold us up:
 * whatever is no regular file counts as none, and no more is read than is used.
 */
export function readInstructions(root: string): Instructions {
  const path = join(root, 'AGENTS.md')
  let descriptor: number | undefined
  try {
    // Opening a FIFO would wait for its writer.
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const facts = fstatSync(descriptor)
    if (!facts.isFile()) return {text: '', cut: false}
    const bytes = Buffer.alloc(Math.min(facts.size, MAX_INSTRUCTIONS))
    const length = readSync(descriptor, bytes, 0, bytes.length, 0)
    // A character that the cut went through is left out.
    const text = new TextDecoder().decode(bytes.subarray(0, length), {stream: true})
    return {text: text.trim(), path, cut: facts.size > MAX_INSTRUCTIONS}
  } catch (error) {
    if (systemCode(error) === undefined) throw error
    return {text: '', cut: false}
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}
