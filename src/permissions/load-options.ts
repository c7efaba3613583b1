import {realpathSync} from 'node:fs'
import type {LoadOptions} from '../config/values.ts'
import {homes} from '../paths.ts'
import type {Environment} from '../paths.ts'
import {isTrusted} from './trust.ts'

/** How configuration is loaded in a folder: as its project, obeyed as far as it is trusted. */
export function loadOptionsFor(folder: string, env: Environment): LoadOptions {
  const root = realpathSync(folder)
  return {cwd: root, env, trusted: isTrusted(root, homes(env).data)}
}
