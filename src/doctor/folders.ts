import {accessSync, constants, statSync, type Stats} from 'node:fs'
import {dirname, join} from 'node:path'
import {userFile} from '../config/load.ts'
import {systemCode} from '../errors.ts'
import {leftoversIn} from '../files/leftovers.ts'
import type {Finding} from './finding.ts'
import type {Place} from './place.ts'

type Item = {id: string; title: string; path: string; mode: number}

/** Whether vibe's own files can be read and written, and by nobody else. */
export async function checkFolders({host, homes}: Place): Promise<Finding[]> {
  const folders: Item[] = [
    {id: 'folder:config', title: 'Configuration folder', path: homes.config, mode: 0o700},
    {id: 'folder:data', title: 'Data folder', path: homes.data, mode: 0o700},
    {id: 'folder:cache', title: 'Cache folder', path: homes.cache, mode: 0o700},
  ]
  const files: Item[] = [
    {id: 'file:config', title: 'Your configuration file', path: userFile(host.env), mode: 0o600},
    {id: 'file:credentials', title: 'Stored keys', path: join(homes.data, 'credentials.json'), mode: 0o600},
  ]
  const left = await Promise.all([homes.config, homes.data].map(leftoversIn))
  return [
    ...homeFindings(host.env),
    ...folders.map(folderFinding),
    ...files.flatMap(fileFindings),
    ...leftoverFindings(left.flat()),
  ]
}

function homeFindings(env: Place['host']['env']): Finding[] {
  if (env['HOME'] || env['USERPROFILE']) return []
  const mend = 'export HOME, or XDG_CONFIG_HOME, XDG_DATA_HOME and XDG_CACHE_HOME'
  return [
    {
      id: 'home',
      title: 'HOME',
      state: 'warning',
      detail: 'HOME is not set, so the folder of the system user is used',
      mend,
    },
  ]
}

function folderFinding(item: Item): Finding {
  const {id, title, path} = item
  const reason = unusable(path)
  // A cache may be lost; without the other two nothing can be kept.
  if (reason !== undefined) {
    const other = 'choose another place with XDG_CONFIG_HOME, XDG_DATA_HOME or XDG_CACHE_HOME'
    const inTheWay = / is no folder$/.exec(reason) && reason.replace(/ is no folder$/, '')
    const mend = inTheWay ? `mv ${inTheWay} ${inTheWay}.old` : `Check who owns ${path}, or ${other}`
    return {
      id,
      title,
      state: id === 'folder:cache' ? 'warning' : 'error',
      detail: `${path} cannot be used: ${reason}`,
      mend,
    }
  }
  const found = statSync(path, {throwIfNoEntry: false})
  return found ? modeFinding(item, found) : {id, title, state: 'ok', detail: `made when it is needed (${path})`}
}

function fileFindings(item: Item): Finding[] {
  const {id, title, path} = item
  try {
    const found = statSync(path, {throwIfNoEntry: false})
    if (!found) return []
    if (!found.isFile()) return noFileFinding(item)
    accessSync(path, constants.R_OK)
    return [modeFinding(item, found)]
  } catch (error) {
    const isSaidElsewhere = systemCode(error) === 'ENOTDIR' || (systemCode(error) === 'ELOOP' && id === 'file:config')
    return isSaidElsewhere
      ? []
      : [
          {
            id,
            title,
            state: 'error',
            detail: `${path} cannot be read (${systemCode(error) ?? 'unknown'})`,
            mend: `Check who owns ${path}`,
          },
        ]
  }
}

/** Of the configuration it is said where its content is looked at. */
function noFileFinding({id, title, path}: Item): Finding[] {
  if (id === 'file:config') return []
  return [{id, title, state: 'error', detail: `${path} is no file`, mend: `mv ${path} ${path}.old`}]
}

function modeFinding({id, title, path, mode}: Item, found: Stats): Finding {
  const wide = process.platform === 'win32' ? 0 : found.mode & 0o777 & ~mode
  const octal = (bits: number) => bits.toString(8).padStart(4, '0')
  if (wide === 0)
    return {id, title, state: 'ok', detail: process.platform === 'win32' ? path : `only you can read it (${path})`}
  return {
    id,
    title,
    state: 'warning',
    detail: `others can reach ${path} (mode ${octal(found.mode & 0o777)})`,
    mend: `chmod ${octal(mode)} ${path}`,
  }
}

/** Why a folder, or the nearest one above it that exists, cannot be written into. */
function unusable(path: string): string | undefined {
  for (let folder = path; ; folder = dirname(folder)) {
    try {
      if (!statSync(folder).isDirectory()) return `${folder} is no folder`
      accessSync(folder, constants.W_OK | constants.X_OK)
      return undefined
    } catch (error) {
      const code = systemCode(error) ?? String(error)
      if (code !== 'ENOENT' && code !== 'ENOTDIR') return `${folder}: ${code}`
      if (dirname(folder) === folder) return code
    }
  }
}

function leftoverFindings(paths: readonly string[]): Finding[] {
  const [first] = paths
  if (first === undefined) return []
  const count = paths.length === 1 ? 'one file' : `${paths.length} files`
  const detail = `${count} of runs that were killed, ${first} for one; the next change of that file takes them away`
  return [{id: 'leftovers', title: 'Leftovers', state: 'warning', detail, mend: `rm ${paths.slice(0, 3).join(' ')}`}]
}
