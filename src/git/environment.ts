import {delimiter, dirname, isAbsolute, sep} from 'node:path'
import type {Environment} from '../paths.ts'

/** A repository's own configuration can name programs to run and places to fetch from: each known way is closed here. */
const CLOSED: ReadonlyArray<readonly [string, string]> = [
  ['core.fsmonitor', 'false'],
  ['core.pager', 'cat'],
  ['core.editor', 'false'],
  ['core.sshCommand', 'false'],
  ['core.askPass', ''],
  ['core.alternateRefsCommand', ''],
  ['credential.helper', ''],
  ['diff.external', ''],
  ['safe.bareRepository', 'explicit'],
  ['protocol.allow', 'never'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['submodule.recurse', 'false'],
  ['log.showSignature', 'false'],
  ['commit.gpgSign', 'false'],
]

/** What would make the same command say something else elsewhere. */
const STEADY: ReadonlyArray<readonly [string, string]> = [
  ['color.ui', 'false'],
  ['core.safecrlf', 'false'],
  ['i18n.commitEncoding', 'UTF-8'],
  ['i18n.logOutputEncoding', 'UTF-8'],
  ['user.useConfigOnly', 'true'],
]

const NO_HOOKS = ['core.hooksPath', '/dev/null'] as const

export type Setting = readonly [key: string, value: string]

export type Hardening = {
  settings?: readonly Setting[]
  /** look: says where hooks would lie. run: lets them run, as in a terminal: only after the user has said so. */
  hooks?: 'look' | 'run'
  /** For the commands that know no literal paths: their paths begin with "./". */
  patterns?: boolean
}

/** What stands before the command. */
export function hardenedArguments({settings = [], hooks, patterns}: Hardening): string[] {
  // A hook runs what it likes; the git commands in it are to work as its author knows them.
  if (hooks === 'run') return ['--no-pager']
  const all = [...CLOSED, ...STEADY, ...(hooks ? [] : [NO_HOOKS]), ...settings]
  return [
    '--no-optional-locks',
    '--no-pager',
    ...(patterns ? [] : ['--literal-pathspecs']),
    ...all.flatMap(([key, value]) => ['-c', `${key}=${value}`]),
  ]
}

const KEPT = [
  'PATH',
  'Path',
  'HOME',
  'USERPROFILE',
  'XDG_CONFIG_HOME',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
  'PATHEXT',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_CEILING_DIRECTORIES',
  'GIT_AUTHOR_NAME',
  'GIT_AUTHOR_EMAIL',
  'GIT_COMMITTER_NAME',
  'GIT_COMMITTER_EMAIL',
]
/** What a program that signs asks a person with. */
const KEPT_TO_SIGN = ['GNUPGHOME', 'GPG_TTY', 'SSH_AUTH_SOCK', 'DISPLAY', 'WAYLAND_DISPLAY', 'DBUS_SESSION_BUS_ADDRESS']

/**
 * Names and places of the user's own stay; every other GIT_* variable would lead git elsewhere or make it run something.
 * @param root where a configuration file does not count as the user's own
 */
export function gitEnvironment(
  env: Environment,
  root: string,
  {signing, hooks}: {signing?: boolean; hooks?: Hardening['hooks']},
): Record<string, string> {
  if (hooks === 'run') return everythingBut(env, /^GIT_/)
  const kept: Record<string, string> = {}
  for (const name of signing ? [...KEPT, ...KEPT_TO_SIGN] : KEPT) {
    const value = env[name]
    if (value !== undefined) kept[name] = /^path$/i.test(name) ? safePath(value, root) : value
  }
  const own = env['GIT_CONFIG_GLOBAL']
  if (own !== undefined && isAbsolute(own) && !isBelow(root, own)) kept['GIT_CONFIG_GLOBAL'] = own
  return {
    ...kept,
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    // Stands above the repository's own protocol.*.allow, so that a missing object is never fetched.
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_NO_LAZY_FETCH: '1',
  }
}

function everythingBut(env: Environment, names: RegExp): Record<string, string> {
  const kept = Object.entries(env).filter(([name, value]) => value !== undefined && !names.test(name))
  return Object.fromEntries(kept) as Record<string, string>
}

/** git looks for the user's filters and signers on PATH: not in the repository, whatever stands first. */
function safePath(path: string, root: string): string {
  const folders = path.split(delimiter)
  return folders.filter((folder) => isAbsolute(folder) && !isBelow(root, folder)).join(delimiter)
}

/** The root of the file system holds everything, and is nobody's repository. */
function isBelow(root: string, path: string): boolean {
  return dirname(root) !== root && (path === root || path.startsWith(root + sep))
}
