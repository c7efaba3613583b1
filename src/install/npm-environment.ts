import {readFileSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {systemCode} from '../errors.ts'
import type {Environment} from '../paths.ts'

/** What an outer npm hands down and would lead this one into its project, or make it only pretend. */
const OUTER =
  /^npm_(?:config_(?:local_prefix|prefix|global|dry_run|workspaces?|package_lock.*|ignore_scripts|json|loglevel|omit|include|production|only|save.*|yes)|package_.*|lifecycle_.*|command|execpath|node_execpath)$/i

/**
 * The environment for an npm that installs plugins: the user's settings, and none of a project's. Started by `npx` or
 * `npm run`, vibe finds the settings of the project's `.npmrc` in variables, as if the user had set them.
 */
export function npmEnvironment(env: Environment): Record<string, string> {
  const project = projectSettings(env)
  const kept = Object.entries(env).flatMap(([name, value]): Array<[string, string]> => {
    if (value === undefined || OUTER.test(name)) return []
    const ofProject = project.get(name.toLowerCase())
    return ofProject === undefined || isOther(value, ofProject) ? [[name, value]] : []
  })
  return Object.fromEntries(kept)
}

/** An address that differs from the project's was set by somebody else. */
function isOther(value: string, ofProject: string): boolean {
  return URL.canParse(value) && URL.canParse(ofProject) && new URL(value).href !== new URL(ofProject).href
}

/** What the project that an outer npm runs in has in its `.npmrc`, by the variables that npm makes of it. */
function projectSettings(env: Environment): Map<string, string> {
  const folder = env['npm_config_local_prefix']
  const path = folder === undefined ? undefined : join(folder, '.npmrc')
  const user = env['npm_config_userconfig']
  if (path === undefined || (user !== undefined && resolve(user) === resolve(path))) return new Map()
  const lines = textOf(path).split(/\r?\n/)
  const settings = lines.flatMap((line): Array<[string, string]> => {
    const [, key, value = 'true'] = /^\s*([\w-]+)\s*(?:\[\]\s*)?(?:=\s*(.*?))?\s*$/.exec(line) ?? []
    if (key === undefined) return []
    return [[`npm_config_${key.replaceAll('-', '_').toLowerCase()}`, value.replaceAll(/^["']|["']$/g, '')]]
  })
  return new Map(settings)
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (systemCode(error) === undefined) throw error
    return '' // Most projects have none, and npm could not read this one either.
  }
}
