import {realpathSync} from 'node:fs'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {homes} from '../paths.ts'
import {isInUse} from '../sessions/claim.ts'
import {openDigestCache} from '../sessions/digest-cache.ts'
import {allSessions, summaryOf} from '../sessions/list.ts'
import {findSession, projectFolder, sessionsIn, type SessionFile} from '../sessions/location.ts'
import {canAsk, confirm} from './prompts.ts'
import {sanitize} from './sanitize.ts'
import {whenWas} from './session-lines.ts'

type Wanted = {
  words: readonly string[]
  days: number | undefined
  /** Of all projects, not of this one alone. */
  all: boolean
}

export type Chosen = {files: SessionFile[]; inUse: string[]; notes: string[]}

const DAY_MS = 86_400_000
const SHOWN = 20
/** Characters of an id that are hardly typed by accident. */
const SHORTEST_ID = 4

/**
 * What is to be deleted, all of it found before anything is.
 * @throws VibeError (exit 2) when nothing is named or a name fits none; `session-in-use` (exit 3) when one that is named is open elsewhere
 */
export async function chosenForDeletion({words, days, all}: Wanted): Promise<Chosen> {
  if (words.length === 0 && days === undefined) throw nothingNamed()
  const named = words.map(sessionById)
  const busy = named.find(({path}) => isInUse(path))
  if (busy) throw openElsewhere(busy)
  const old = days === undefined ? [] : olderThan(days, all)
  const inUse = old.filter(({path}) => isInUse(path))
  const free = [...named, ...old.filter((file) => !inUse.includes(file))]
  const files = free.filter((file, at) => free.findIndex(({path}) => path === file.path) === at)
  return {
    files,
    inUse: inUse.map(({id}) => id),
    notes: inUse.map(({id}) => `${id} is in use by another vibe and is left.`),
  }
}

/** Titles are for looking: what is deleted is named by enough of its id. */
function sessionById(word: string): SessionFile {
  if (word.length >= SHORTEST_ID) return findSession(homes().data, word)
  throw new VibeError({
    code: 'usage',
    message: `"${word}" is too little of an id to delete by: at least ${SHORTEST_ID} characters are needed.`,
    hint: 'See the ids with: vibe session list',
    exit: ExitCode.usage,
  })
}

function olderThan(days: number, all: boolean): SessionFile[] {
  const {data} = homes()
  const files = all ? allSessions(data) : sessionsIn(projectFolder(data, realpathSync(process.cwd())))
  const last = Date.now() - days * DAY_MS
  return files.filter(({modifiedMs}) => modifiedMs < last)
}

/**
 * Shows what would go and asks; "no" is the answer of a bare Enter.
 * @throws VibeError `consent-needed` (exit 6) where nobody can be asked
 */
export async function agreeToDelete({files}: Chosen, {json}: {json: boolean}): Promise<boolean> {
  const cache = openDigestCache(homes().cache)
  for (const file of files.slice(0, SHOWN)) {
    const {title} = summaryOf(file, {cache, patient: true})
    process.stderr.write(`  ${file.id}  ${whenWas(file.modifiedMs, Date.now())}  ${sanitize(title)}\n`)
  }
  if (files.length > SHOWN) process.stderr.write(`  and ${files.length - SHOWN} more\n`)
  const what = files.length === 1 ? 'this session' : `these ${files.length} sessions`
  if (canAsk() && !json) return confirm(`Delete ${what} for good? It cannot be taken back.`, false)
  throw new VibeError({
    code: 'consent-needed',
    message: `Deleting ${what} cannot be taken back and is for a person to decide, and nobody can be asked here.`,
    hint: 'Without a question: add --yes',
    exit: ExitCode.needsApproval,
  })
}

function nothingNamed(): VibeError {
  return new VibeError({
    code: 'usage',
    message: 'Name the sessions to delete, or say how old they are.',
    hint: 'vibe session delete ID, or: vibe session delete --older-than 90',
    exit: ExitCode.usage,
  })
}

function openElsewhere({id, path}: SessionFile): VibeError {
  return new VibeError({
    code: 'session-in-use',
    message: `${id} is in use by another vibe; nothing was deleted.`,
    origin: path,
    hint: 'End it there first.',
    exit: ExitCode.notSetUp,
  })
}
