import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import type {Setting} from './environment.ts'
import {gitFailure} from './problems.ts'
import {runGit, type GitRun} from './run.ts'

/** What takes away the programs that a repository's own configuration names. */
export type ForeignSettings = {
  /** The user's own value, or none, over each of them. */
  settings: Setting[]
  /** Filters that only the repository defines: files that want one cannot be read as git would. */
  filters: Set<string>
  /** Whether the user's own configuration asks for signed commits; a repository could name what signs. */
  signs: boolean
}

type Listed = {scope: string; key: string; value: string}

/** Scopes that the user alone writes. What the repository has is "local" and "worktree"; "command" is what vibe says itself. */
const OWN_SCOPES = new Set(['system', 'global'])
const FILTER = /^filter\.(.*)\.(clean|smudge|process|required)$/s
const SIGNER = /^gpg\.(?:(?:.*\.)?program|ssh\.defaultkeycommand)$/s
const SIGNER_DEFAULTS: Readonly<Record<string, string>> = {
  'gpg.program': 'gpg',
  'gpg.openpgp.program': 'gpg',
  'gpg.x509.program': 'gpgsm',
  'gpg.ssh.program': 'ssh-keygen',
}

/**
 * @throws VibeError `git-unsafe` when the repository defines a filter whose name cannot be overridden, `git-failed` when
 * git is too old to tell where its settings come from
 */
export async function foreignSettings(run: GitRun): Promise<ForeignSettings> {
  const result = await runGit(['config', '--list', '-z', '--show-scope'], run)
  if (result.state !== 'done') throw gitFailure(result, 'reading its configuration')
  return overridesFor(parseScopes(result.stdout))
}

/** Keys and values as latin1, so that no byte is lost. */
export function parseScopes(output: Buffer): Listed[] {
  const parts = output.toString('latin1').split('\0')
  const listed: Listed[] = []
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [scope = '', line = ''] = parts.slice(at, at + 2)
    const end = line.indexOf('\n')
    listed.push({scope, key: end < 0 ? line : line.slice(0, end), value: end < 0 ? '' : line.slice(end + 1)})
  }
  return listed
}

export function overridesFor(listed: readonly Listed[]): ForeignSettings {
  const own = new Map<string, string>()
  for (const {scope, key, value} of listed) if (OWN_SCOPES.has(scope)) own.set(key, value)
  const signs = /^(?:true|yes|on|1|)$/i.test(own.get('commit.gpgsign') ?? 'false')
  const foreign: ForeignSettings = {settings: [], filters: new Set(), signs}
  const keys = new Set(listed.filter(({scope}) => !OWN_SCOPES.has(scope) && scope !== 'command').map(({key}) => key))
  for (const key of keys) {
    const [, driver, member] = FILTER.exec(key) ?? []
    if (driver === undefined && !SIGNER.test(key)) continue
    const value = own.get(key) ?? (member === 'required' ? 'false' : (SIGNER_DEFAULTS[key] ?? ''))
    foreign.settings.push([written(key), written(value)])
    if (driver !== undefined && !own.has(key) && (member === 'clean' || member === 'process'))
      foreign.filters.add(Buffer.from(driver, 'latin1').toString('utf8'))
  }
  return foreign
}

/** `-c` ends a key at its first "=", and what is no UTF-8 never arrives as it was. */
function written(text: string): string {
  const decoded = Buffer.from(text, 'latin1').toString('utf8')
  if (!decoded.includes('\ufffd') && !(FILTER.test(decoded) && decoded.includes('='))) return decoded
  throw new VibeError({
    code: 'git-unsafe',
    message: `The configuration of this repository defines a filter with a name that cannot be switched off. vibe does not use git here.`,
    hint: 'Look at it with: git config --local --list',
    exit: ExitCode.checkFailed,
  })
}
