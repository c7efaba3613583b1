import {linkSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {systemCode, VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {holderState, ownRecord, parseRecord} from '../files/lock-record.ts'

/**
 * Takes a session for this process alone, by a file beside it: two conversations in one log would be none. The claim of a
 * process that died counts for nothing.
 * @returns gives it back
 * @throws VibeError `session-in-use`
 */
export function claimSession(path: string): () => void {
  const file = `${path}.lock`
  const own = ownRecord()
  const text = JSON.stringify(own)
  for (let attempt = 0; attempt < 5; attempt++) {
    const problem = create(file, text)
    if (problem === undefined) return () => release(file, text)
    // Where no claim can be made, no session can be written either, which is said when it is tried.
    if (problem !== 'EEXIST') return () => {}
    const found = textOf(file)
    if (found === undefined) continue
    const holder = parseRecord(found)
    if (holderState(holder) !== 'dead' && found !== '') throw inUse(file, holder?.pid)
    takeAway(file, {text: found, token: own.token})
  }
  throw inUse(file, undefined)
}

/** Whether another process has a session open now; it takes nothing. */
export function isInUse(path: string): boolean {
  const found = textOf(`${path}.lock`)
  return found !== undefined && found !== '' && holderState(parseRecord(found)) !== 'dead'
}

function create(file: string, text: string): string | undefined {
  try {
    writeFileSync(file, text, {flag: 'wx', mode: 0o600})
    return undefined
  } catch (error) {
    return systemCode(error) ?? 'unknown'
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Of two that find the same dead claim, the slower may get hold of the faster one's new claim: that one is put back. */
function takeAway(file: string, dead: {text: string; token: string}): void {
  const aside = `${file}.${dead.token}`
  try {
    renameSync(file, aside)
    if (textOf(aside) !== dead.text) linkSync(aside, file)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' && systemCode(error) !== 'EEXIST') throw error
  }
  rmSync(aside, {force: true})
}

function release(file: string, text: string): void {
  if (textOf(file) === text) rmSync(file, {force: true})
}

function inUse(file: string, pid: number | undefined): VibeError {
  const holder = pid === undefined ? 'another vibe' : `another vibe (process ${pid})`
  return new VibeError({
    code: 'session-in-use',
    message: `That session is in use by ${holder}.`,
    origin: file,
    hint: 'End it there first, or start a new one with: vibe chat',
    exit: ExitCode.notSetUp,
  })
}
