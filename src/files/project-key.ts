import {basename} from 'node:path'

/**
 * A folder name that stands for one project: readable, and different for two projects of the same name.
 * @param root the project's real path
 */
export function projectKey(root: string): string {
  // Loading it takes a while, and completion needs it for sessions only.
  const {createHash} = process.getBuiltinModule('node:crypto')
  const digest = createHash('sha256').update(root).digest('hex').slice(0, 12)
  const name = basename(root)
    .replaceAll(/[^A-Za-z0-9._-]/g, '_')
    .slice(0, 40)
  return `${name}-${digest}`
}
