import type {Environment, Homes} from '../paths.ts'
import {homes} from '../paths.ts'
import {parseAssignment} from './assign.ts'
import {originText} from './explain.ts'
import {requireKnownPath, splitKey} from './keys.ts'
import {readLayer} from './layers.ts'
import {firstWith, readLayers, userFile} from './load.ts'
import {projectFile} from './project.ts'
import {shownValue} from './secrets.ts'
import {valueAt} from './tree.ts'
import type {LoadOptions} from './values.ts'
import {setValue, unsetValue} from './write.ts'
import type {WriteResult} from './write.ts'

export type ChangedValue = {
  key: string
  file: string
  /** The new value; absent when it was taken out. */
  value?: unknown
  /** What the file said before; absent for nothing. */
  before?: unknown
  /** What the user should know: a copy that was kept, a stronger layer. */
  notices: string[]
}

/**
 * Does `config:set KEY VALUE` in the user's own file.
 * @throws VibeError (exit 2) for an unknown key, a secret or a value that does not fit; nothing is written then
 */
export async function assignValue(
  given: {key: string; value: string},
  options: LoadOptions,
  signal: AbortSignal,
): Promise<ChangedValue> {
  const {path, value} = parseAssignment(given.key, given.value)
  const written = await setValue(userFile(options.env), {path, value}, signal)
  return {...changed({key: given.key, path, written, options}), value}
}

/** Does `config:unset KEY`. A key that vibe does not know can be taken out when it is there. */
export async function removeValue(key: string, options: LoadOptions, signal: AbortSignal): Promise<ChangedValue> {
  const file = userFile(options.env)
  const path = splitKey(key)
  const present = readLayer('user', file).file
  if (present.state !== 'ok' || valueAt(present.tree, path) === undefined) requireKnownPath(key)
  return changed({key, path, written: await unsetValue(file, path, signal), options})
}

type Change = {key: string; path: string[]; written: WriteResult; options: LoadOptions}

function changed({key, path, written, options}: Change): ChangedValue {
  const notices: string[] = []
  if (written.keptCopy !== undefined)
    notices.push(`The old file could not be read whole; it is kept as ${written.keptCopy}`)
  const winner = firstWith(readLayers(options).layers, path)?.layer
  if (winner !== undefined && winner.kind !== 'user')
    notices.push(`${originText(winner.origin(path))} sets ${key} too and wins here`)
  const before = written.before === undefined ? {} : {before: shownValue(path, written.before)}
  return {key, file: written.file, ...before, notices}
}

export type ConfigPaths = {file: string; project: string; folders: Homes}

/** Where configuration and everything else of vibe's lies; nothing is made. */
export function configPaths(folder: string, env: Environment): ConfigPaths {
  return {file: userFile(env), project: projectFile(folder), folders: homes(env)}
}
