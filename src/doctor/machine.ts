import {statfsSync} from 'node:fs'
import {dirname} from 'node:path'
import {findProgram} from '../git/find-program.ts'
import type {Finding} from './finding.ts'
import type {Place} from './place.ts'

const LITTLE_MB = 200
const NOTHING_MB = 5

export async function checkMachine({host, homes}: Place): Promise<Finding[]> {
  return [diskFinding(homes.data), await sandboxFinding(host)]
}

/** Sessions are written before anything is changed, so a full disk stops all work. */
function diskFinding(folder: string): Finding {
  const base = {id: 'disk', title: 'Disk'}
  const megabytes = freeMegabytes(folder)
  if (megabytes === undefined) return {...base, state: 'skipped', detail: `the free space at ${folder} cannot be told`}
  const detail = `${megabytes >= 10_000 ? `${Math.floor(megabytes / 1000)} GB` : `${megabytes} MB`} free for ${folder}`
  if (megabytes >= LITTLE_MB) return {...base, state: 'ok', detail}
  return {
    ...base,
    state: megabytes < NOTHING_MB ? 'error' : 'warning',
    detail,
    mend: 'Make room, or choose another disk with XDG_DATA_HOME',
  }
}

function freeMegabytes(path: string): number | undefined {
  for (let folder = path; ; folder = dirname(folder)) {
    try {
      const {bavail, bsize} = statfsSync(folder)
      return Math.floor((bavail * bsize) / 1_000_000)
    } catch {
      if (dirname(folder) === folder) return undefined
    }
  }
}

async function sandboxFinding({env, cwd}: Place['host']): Promise<Finding> {
  const base = {id: 'sandbox', title: 'Sandbox'}
  const rights = 'commands that you allow run with your own rights'
  if (process.platform !== 'linux') return {...base, state: 'skipped', detail: `there is none yet: ${rights}`}
  const program = await findProgram('bwrap', env, cwd ?? '/nowhere')
  const found = program === undefined ? 'bubblewrap is not installed' : `bubblewrap is at ${program}`
  return {...base, state: 'skipped', detail: `there is none yet (${found}): ${rights}`}
}
