import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {systemCode} from '../errors.ts'

/** Bytes; longer instructions cost every request and are cut, which is said. */
const MAX_INSTRUCTIONS = 32 * 1024

export type Instructions = {text: string; /** undefined when there are none. */ path?: string; cut: boolean}

/** The project's AGENTS.md. The caller asks for it only when the project is trusted: until then nothing of it is obeyed. */
export function readInstructions(root: string): Instructions {
  const path = join(root, 'AGENTS.md')
  try {
    const text = readFileSync(path, 'utf8')
    return {text: text.slice(0, MAX_INSTRUCTIONS).toWellFormed().trim(), path, cut: text.length > MAX_INSTRUCTIONS}
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'EACCES') return {text: '', cut: false}
    throw error
  }
}
