import {join} from 'node:path'
import {openDebugLog} from './debug-log.ts'
import {homes} from './paths.ts'

export type FailedCommand = {id: string; argv: readonly string[]; version: string}

/**
 * Writes why a command failed, with stacks and causes, into a debug log of its own. Of the command line only the names
 * of flags are kept, since a header among their values may be a secret.
 * @returns the file, or undefined when it could not be written, which `say` is told
 */
export function logFailure(
  error: unknown,
  {id, argv, version}: FailedCommand,
  say: (line: string) => void,
): string | undefined {
  const log = openDebugLog({folder: join(homes(process.env).data, 'logs'), secrets: [], onStop: say})
  const flags = argv.filter((word) => /^--?\w/.test(word)).map((word) => word.replace(/=.*/s, ''))
  const {platform, arch, versions} = process
  log.write('command failed', {command: id, flags, version, node: versions.node, platform, arch, error})
  log.close()
  return log.path
}
