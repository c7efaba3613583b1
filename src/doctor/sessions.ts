import {accessSync, constants, existsSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {systemCode} from '../errors.ts'
import {projectFolder, sessionsIn} from '../sessions/location.ts'
import type {Finding} from './finding.ts'
import {isOpen, type Place} from './place.ts'

/** Whether earlier conversations can be read. */
export function checkSessions({homes, workplace}: Place): Finding[] {
  const folder = join(homes.data, 'sessions')
  const base = {id: 'sessions', title: 'Sessions'}
  try {
    const projects = readdirSync(folder)
    const here = isOpen(workplace) ? sessionsIn(projectFolder(homes.data, workplace.root)) : []
    const closed = here.filter(({path}) => !isReadable(path))
    const [first] = closed
    if (first)
      return [
        {
          ...base,
          state: 'warning',
          detail: `${closed.length} of ${here.length} sessions of this project cannot be read, ${first.path} for one`,
          mend: `Check who owns ${first.path}`,
        },
      ]
    return [
      {
        ...base,
        state: 'ok',
        detail: `${here.length} of this project, ${projects.length} ${projects.length === 1 ? 'project' : 'projects'} in all`,
      },
    ]
  } catch (error) {
    const code = systemCode(error) ?? String(error)
    if (code === 'ENOENT') return [{...base, state: 'ok', detail: 'none yet'}]
    if (code === 'ENOTDIR') return [inTheWay(base, folder)]
    return [
      {
        ...base,
        state: 'error',
        detail: `${folder} cannot be read (${code})`,
        mend: `Check who owns ${folder}, or choose another place with XDG_DATA_HOME`,
      },
    ]
  }
}

function inTheWay(base: {id: string; title: string}, folder: string): Finding {
  if (!existsSync(folder)) return {...base, state: 'skipped', detail: 'unknown until the data folder is mended'}
  return {...base, state: 'error', detail: `${folder} is no folder`, mend: `mv ${folder} ${folder}.old`}
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK)
    return true
  } catch {
    return false // The reason is the same for all that matter here: it belongs to somebody else.
  }
}
