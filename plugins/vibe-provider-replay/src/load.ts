import {readFile, stat} from 'node:fs/promises'
import {resolve} from 'node:path'
import {fileURLToPath} from 'node:url'
import {ProviderError} from 'vibe-plugin-api'
import type {Recording} from './recording.ts'
import {ScriptProblem, readScript} from './script.ts'
import {readSessionLog} from './session-log.ts'

const LARGEST = 256 * 1024 * 1024

/**
 * @param file a script, or a session when its name ends in `.jsonl`; undefined for the demo of this package
 * @throws ProviderError `invalid-request` when the file is absent, too large or not in the format
 */
export async function loadRecording(file: string | undefined, signal: AbortSignal): Promise<Recording> {
  const path = file === undefined ? fileURLToPath(new URL('../demo/script.json', import.meta.url)) : resolve(file)
  const content = await readWhole(path, signal)
  try {
    return path.endsWith('.jsonl') ? readSessionLog(content) : readScript(JSON.parse(content))
  } catch (error) {
    if (error instanceof ScriptProblem || error instanceof SyntaxError) {
      throw refusal(`The recording ${path} cannot be played: ${error.message}`, error)
    }
    throw error
  }
}

async function readWhole(path: string, signal: AbortSignal): Promise<string> {
  try {
    const {size} = await stat(path)
    if (size > LARGEST) throw new Error(`it is larger than ${LARGEST / 1024 / 1024} MiB`)
    // Some editors put a byte order mark in front, which is no JSON.
    return (await readFile(path, {encoding: 'utf8', signal})).replace(/^\uFEFF/, '')
  } catch (error) {
    if (signal.aborted) throw error
    throw refusal(
      `The recording ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      error,
    )
  }
}

function refusal(message: string, cause: unknown): ProviderError {
  const hint =
    'Set the provider\'s setting "file" to a script (.json) or a session of vibe (.jsonl), or leave it out for the demo.'
  return new ProviderError({code: 'invalid-request', message, hint, retryable: false}, {cause})
}
