import type {Environment} from '../paths.ts'

/** A text whose paths below the home folder begin with `~`, as people write them and as they fit on a line. */
export function shortHome(text: string, env: Environment): string {
  const home = env['HOME']?.replace(/\/+$/, '')
  return home ? text.replaceAll(`${home}/`, '~/') : text
}
