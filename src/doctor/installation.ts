import {existsSync, realpathSync} from 'node:fs'
import {join} from 'node:path'
import type {Finding} from './finding.ts'
import type {Place} from './place.ts'

const OLDEST = [22, 13] as const

export function checkInstallation({root, host}: Place): Finding[] {
  return [nodeFinding(process.versions.node, process.execPath), vibeFinding(root, host.version)]
}

export function nodeFinding(version: string, path: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isNew = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])
  const base = {id: 'node', title: 'Node.js', detail: `${version} (${path})`}
  if (isNew) return {...base, state: 'ok'}
  return {
    ...base,
    state: 'error',
    detail: `${base.detail} is older than ${OLDEST.join('.')}`,
    mend: 'Install a current Node.js',
  }
}

function vibeFinding(root: string, version: string): Finding {
  const real = realpathSync(root)
  const from = existsSync(join(real, 'src', 'commands'))
    ? 'a checkout'
    : real.includes('_npx')
      ? 'npx'
      : 'an installation'
  return {id: 'vibe', title: 'vibe', state: 'ok', detail: `${version} from ${from} (${real})`}
}
