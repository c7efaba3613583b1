import {existsSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {pathToFileURL} from 'node:url'
import type {JsonObject} from 'vibe-plugin-api'
import type {Dialect} from '../dialects/dialect.ts'
import type {ScriptedAnswer} from '../scripted-answer.ts'
import {BadUsage} from './arguments.ts'
import {isObject} from './read-package.ts'

/** What a package's conformance module exports, each by its name; all of it is optional. */
export type Conformance = {
  /** How the service speaks, when that is none of the contract's protocols. */
  dialect?: Dialect
  /** Settings of the instance that is checked; needed when the manifest requires some. */
  settings?: JsonObject
  /** The model that is asked; by default the manifest's default model. */
  model?: string
  /**
   * For a provider that opens no connection: makes it give one answer.
   * @param folder an empty folder, removed afterwards
   * @returns the settings of the instance that gives it
   */
  script?: (answer: ScriptedAnswer, folder: string) => JsonObject | Promise<JsonObject>
}

const FILES = ['conformance.js', 'conformance.mjs', 'conformance.ts']
const FUNCTIONS = ['reply', 'errorBody'] as const

/**
 * Loads the package's conformance module, if it has one.
 * @param file what `--dialect` names
 * @throws BadUsage when it cannot be loaded or is not what it has to be
 */
export async function loadConformance(root: string, file?: string): Promise<Conformance> {
  const path = file === undefined ? FILES.map((name) => join(root, name)).find((one) => existsSync(one)) : resolve(file)
  if (path === undefined) return {}
  let exports: unknown
  try {
    exports = await import(pathToFileURL(path).href)
  } catch (error) {
    throw new BadUsage(`${path} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`)
  }
  const found = exports as Conformance
  if (found.dialect !== undefined) checkDialect(found.dialect, path)
  if (found.script !== undefined && typeof found.script !== 'function')
    throw new BadUsage(`${path}: script must be a function`)
  if (found.settings !== undefined && !isObject(found.settings))
    throw new BadUsage(`${path}: settings must be an object`)
  return found
}

function checkDialect(dialect: unknown, path: string): void {
  if (!isObject(dialect)) throw new BadUsage(`${path}: dialect must be an object`)
  for (const member of ['name', 'base'])
    if (typeof dialect[member] !== 'string') throw new BadUsage(`${path}: dialect.${member} must be a string`)
  if (typeof dialect['chatPath'] !== 'string' && !(dialect['chatPath'] instanceof RegExp))
    throw new BadUsage(`${path}: dialect.chatPath must be a string or a regular expression`)
  if (!Array.isArray(dialect['keyHeaders'])) throw new BadUsage(`${path}: dialect.keyHeaders must be a list`)
  for (const member of FUNCTIONS)
    if (typeof dialect[member] !== 'function') throw new BadUsage(`${path}: dialect.${member} must be a function`)
}
