import {declaredPowers} from '../providers/plugin-facts.ts'
import {oneLine} from './npm-failure.ts'
import type {Candidate} from './types.ts'

/** Also what keeps a name from leading out of the folder that it names. */
export const PACKAGE_NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/i
/** Behind an @, npm would take anything else for a range, a tag or an address. */
const VERSION = /^\d{1,15}\.\d{1,15}\.\d{1,15}(?:-[\w.-]{1,100})?(?:\+[\w.-]{1,100})?$/

/** Scripts that npm runs for a package that somebody installs. */
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall']

type PackageFacts = Pick<Candidate, 'name' | 'version' | 'powers' | 'scripts' | 'apiVersion' | 'deprecated'> & {
  /** Whether anything in it is meant for vibe. */
  isPlugin: boolean
  dependencies: string[]
}

/**
 * What a package.json, or a registry's copy of one, says that matters before the installation.
 * @returns undefined when its name or version is none
 */
export function packageFacts(json: unknown): PackageFacts | undefined {
  const name = textIn(json, 'name')
  const version = textIn(json, 'version')
  if (name === undefined || version === undefined || name.length > 214) return undefined
  if (!PACKAGE_NAME.test(name) || !VERSION.test(version)) return undefined
  const vibe = memberOf(json, 'vibe')
  const apiVersion = memberOf(vibe, 'apiVersion')
  const deprecated = textIn(json, 'deprecated')
  return {
    name,
    version,
    powers: declaredPowers({name, version, type: 'user', root: '', pjson: json}),
    scripts: INSTALL_SCRIPTS.filter((script) => textIn(memberOf(json, 'scripts'), script) !== undefined),
    ...(typeof apiVersion === 'number' && {apiVersion}),
    ...(deprecated !== undefined && {deprecated: oneLine(deprecated)}),
    isPlugin: isObject(vibe) || isObject(memberOf(json, 'oclif')),
    dependencies: namesIn(memberOf(json, 'dependencies')),
  }
}

function namesIn(value: unknown): string[] {
  return isObject(value) ? Object.keys(value).slice(0, 500) : []
}

/** An own member of an object, undefined for anything else. */
export function memberOf(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

/** A member that is a text, without control characters and not longer than a line. */
export function textIn(value: unknown, name: string): string | undefined {
  const found = memberOf(value, name)
  return typeof found === 'string' && found !== '' ? oneLine(found) : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
