import {existsSync} from 'node:fs'
import {originText} from '../config/explain.ts'
import {userFile} from '../config/load.ts'
import {projectFile} from '../config/project.ts'
import {readConfigFile} from '../config/read.ts'
import type {LoadedConfig} from '../config/values.ts'
import {VibeError} from '../errors.ts'
import {readTrust} from '../permissions/trust.ts'
import type {Finding} from './finding.ts'
import {isOpen, type Place} from './place.ts'

type Problem = LoadedConfig['problems'][number]

/** Each file and each variable that says something: valid, or on which line it is not. */
export function checkConfiguration({workplace, host, homes}: Place): Finding[] {
  const user = userFile(host.env)
  const problems = isOpen(workplace) ? workplace.config.problems : []
  const own = fileFinding(
    {id: 'config:user', title: 'Your configuration', file: user, mend: 'vibe config:edit'},
    problems,
  )
  if (!isOpen(workplace)) return [own, failureFinding(workplace.failure)]
  const project = projectFile(workplace.root)
  const theirs = existsSync(project)
    ? [
        fileFinding(
          {id: 'config:project', title: "The project's configuration", file: project, mend: `Mend ${project}`},
          problems,
        ),
      ]
    : []
  const rest = problems.filter(({origin}) => origin.file !== user && origin.file !== project)
  return [own, ...theirs, ...rest.map(otherFinding), ...trustFindings(workplace.root, homes.data)]
}

type File = {id: string; title: string; file: string; mend: string}

function fileFinding({id, title, file, mend}: File, problems: readonly Problem[]): Finding {
  const read = readConfigFile(file)
  if (read.state === 'absent') return {id, title, state: 'ok', detail: `none yet (${file})`}
  if (read.state === 'corrupt') {
    const line = read.line === undefined ? '' : `:${read.line}`
    const hint = problems.find(({origin}) => origin.file === file)?.hint
    return {id, title, state: 'error', detail: `nothing of ${file}${line} is used: ${read.reason}`, mend: hint ?? mend}
  }
  const mine = problems.filter(({origin}) => origin.file === file)
  const [first] = mine
  if (first === undefined) return {id, title, state: 'ok', detail: `valid (${file})`}
  const more = mine.length > 1 ? `; ${mine.length - 1} more` : ''
  const line = first.origin.line === undefined ? '' : `:${first.origin.line}`
  return {id, title, state: 'warning', detail: `${file}${line}: ${first.message}${more}`, mend: first.hint ?? mend}
}

function otherFinding({origin, message, hint}: Problem): Finding {
  const where = originText(origin)
  const mend = hint ?? (origin.variable === undefined ? 'vibe config:list' : `unset ${origin.variable}`)
  return {
    id: `config:${origin.variable ?? origin.layer}`,
    title: 'Configuration',
    state: 'warning',
    detail: `${message} [${where}]`,
    mend,
  }
}

function failureFinding(failure: unknown): Finding {
  const detail = failure instanceof Error ? failure.message : String(failure)
  const mend = failure instanceof VibeError ? failure.hint : undefined
  return {
    id: 'start',
    title: 'Start',
    state: 'error',
    detail,
    mend: mend ?? 'Start vibe in a folder that exists and can be read',
  }
}

/** Only for a project that brings something along which trust would be about. */
function trustFindings(root: string, dataFolder: string): Finding[] {
  const {state, files, changes} = readTrust(root, dataFolder)
  const base = {id: 'trust', title: 'Trust'}
  if (state === 'trusted') return [{...base, state: 'ok', detail: 'this project is trusted'}]
  if (state === 'changed')
    return [
      {
        ...base,
        state: 'warning',
        detail: `since you trusted this project ${changes.slice(0, 3).join(', ')} changed, so nothing of it is obeyed`,
        mend: 'vibe trust',
      },
    ]
  if (Object.keys(files).length === 0) return []
  return [
    {
      ...base,
      state: 'ok',
      detail: 'this project is not trusted: what it brings along can only be stricter (vibe trust)',
    },
  ]
}
