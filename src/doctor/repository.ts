import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {isTrackedByGit} from '../config/git-tracked.ts'
import {findProgram} from '../git/find-program.ts'
import {runGit} from '../git/run.ts'
import type {Finding} from './finding.ts'
import {isOpen, type Place} from './place.ts'

const GIT_MS = 5_000

/** git, and whether a key is about to be committed with it. */
export async function checkRepository({host, workplace}: Place, signal: AbortSignal): Promise<Finding[]> {
  const cwd = isOpen(workplace) ? workplace.root : host.cwd
  if (cwd === undefined) return [{id: 'git', title: 'git', state: 'skipped', detail: 'the working folder is gone'}]
  const program = await findProgram('git', host.env, cwd)
  if (program === undefined)
    return [
      {
        id: 'git',
        title: 'git',
        state: 'warning',
        detail: 'not found on PATH; vibe works without it, but cannot tell what is committed',
        mend: 'Install git',
      },
    ]
  const run = await runGit(['--version'], {cwd, env: host.env, signal, timeoutMs: GIT_MS})
  const version = run.stdout
    .toString('utf8')
    .replace(/^git version\s*/, '')
    .trim()
  const git: Finding = {
    id: 'git',
    title: 'git',
    state: run.state === 'done' ? 'ok' : 'warning',
    detail: run.state === 'done' ? `${version} (${program})` : `${program} does not answer`,
    ...(run.state !== 'done' && {mend: 'Try: git --version'}),
  }
  return [git, ...(await dotenvFindings(cwd, host.env))]
}

async function dotenvFindings(cwd: string, env: Place['host']['env']): Promise<Finding[]> {
  const file = join(cwd, '.env')
  if (!existsSync(file)) return []
  const base = {id: 'dotenv', title: '.env'}
  const tracked = await isTrackedByGit(file, env)
  if (tracked === 'no') return [{...base, state: 'ok', detail: 'git does not track it'}]
  if (tracked === 'unknown') return [{...base, state: 'skipped', detail: 'git could not be asked whether it tracks it'}]
  return [
    {
      ...base,
      state: 'warning',
      detail: 'git tracks it: a key in it is in the history of the project',
      mend: 'git rm --cached .env, name it in .gitignore, and renew the keys that were in it',
    },
  ]
}
