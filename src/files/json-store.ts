import {chmodSync, copyFileSync, readFileSync, statSync} from 'node:fs'
import {dirname} from 'node:path'
import {systemCode} from '../errors.ts'
import {writeFileAtomic} from './atomic-write.ts'
import {withLock} from './lock.ts'
import {ensurePrivateFolder} from './private-folder.ts'

const MODE = 0o600

export type JsonObject = Record<string, unknown>
export type JsonStore = {state: 'absent'} | {state: 'ok'; value: JsonObject} | {state: 'corrupt'; reason: string}

/** Reads a small private JSON file of our own, and tightens its mode when something has widened it. */
export function readJsonStore(path: string): JsonStore {
  try {
    const text = readFileSync(path, 'utf8')
    tighten(path)
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return {state: 'ok', value: value as JsonObject}
    return {state: 'corrupt', reason: 'it holds no JSON object'}
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT') return {state: 'absent'}
    // A parser's message quotes the text, which may be a secret.
    return {state: 'corrupt', reason: code === undefined ? 'it is not valid JSON' : `it cannot be read (${code})`}
  }
}

/**
 * Changes such a file under its lock, whole or not at all. One that cannot be parsed is kept beside it first.
 * @returns the path of that copy, when there is one
 */
export async function updateJsonStore(
  path: string,
  signal: AbortSignal,
  change: (value: JsonObject) => JsonObject,
): Promise<string | undefined> {
  await ensurePrivateFolder(dirname(path))
  return withLock(path, signal, async () => {
    const store = readJsonStore(path)
    const copy = store.state === 'corrupt' ? keepAside(path) : undefined
    const before = store.state === 'ok' ? store.value : {}
    const after = change(before)
    if (after !== before) await writeFileAtomic(path, `${JSON.stringify(after, undefined, 2)}\n`, {mode: MODE})
    return copy
  })
}

function keepAside(path: string): string {
  const copy = `${path}.corrupt-${new Date().toISOString().replace(/[:.]/g, '-')}`
  copyFileSync(path, copy)
  chmodSync(copy, MODE)
  return copy
}

function tighten(path: string): void {
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) chmodSync(path, MODE)
}
