import {lstatSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {systemCode, VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {projectKey} from '../files/project-key.ts'

export type SessionFile = {id: string; path: string; modifiedMs: number; bytes: number}

/** One folder a project, so that "the last one here" needs no look into other projects' files. */
export function projectFolder(dataFolder: string, root: string): string {
  return join(dataFolder, 'sessions', projectKey(root))
}

/** Newest first; an absent folder has none. Links and whatever else is no file count for nothing. */
export function sessionsIn(folder: string): SessionFile[] {
  return entries(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => {
      const path = join(folder, name)
      const facts = lstatSync(path, {throwIfNoEntry: false})
      return facts?.isFile()
        ? [{id: name.slice(0, -'.jsonl'.length), path, modifiedMs: facts.mtimeMs, bytes: facts.size}]
        : []
    })
    .sort((a, b) => b.modifiedMs - a.modifiedMs)
}

/**
 * One that a crash left empty has nothing to go on with and is passed over.
 * @throws VibeError (exit 3) when the project has no session yet
 */
export function latestSession(dataFolder: string, root: string): SessionFile {
  const latest = sessionsIn(projectFolder(dataFolder, root)).find(({bytes}) => bytes > 0)
  if (latest) return latest
  throw new VibeError({
    code: 'session-none',
    message: 'There is no session of this project to continue.',
    origin: root,
    hint: 'Start one with: vibe chat',
    exit: ExitCode.notSetUp,
  })
}

/**
 * Finds a session of any project.
 * @param prefix an id or its beginning
 * @throws VibeError (exit 2) when none or several fit
 */
export function findSession(dataFolder: string, prefix: string): SessionFile {
  const base = join(dataFolder, 'sessions')
  const found = entries(base)
    .flatMap((project) => sessionsIn(join(base, project)))
    .filter((session) => session.id.startsWith(prefix))
  const exact = found.find((session) => session.id === prefix) ?? (found.length === 1 ? found[0] : undefined)
  if (exact && prefix !== '') return exact
  throw new VibeError({
    code: found.length > 1 ? 'session-ambiguous' : 'session-unknown',
    message:
      found.length > 1
        ? `${found.length} sessions begin with "${prefix}": ${found
            .slice(0, 5)
            .map((s) => s.id)
            .join(', ')}.`
        : `No session begins with "${prefix}".`,
    hint: 'Give more of the id, or continue the last one here with: vibe chat --continue',
    exit: ExitCode.usage,
  })
}

/** Names in a folder; an absent one has none. @throws VibeError `sessions-unreadable` (exit 3) */
export function entries(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw new VibeError(
      {
        code: 'sessions-unreadable',
        message: `The sessions in ${folder} cannot be read (${code ?? String(error)}).`,
        origin: folder,
        hint: `Check who owns ${folder}`,
        exit: ExitCode.notSetUp,
      },
      {cause: error},
    )
  }
}
