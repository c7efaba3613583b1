import {realpathSync} from 'node:fs'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {homes} from '../paths.ts'
import {listSessions, type SessionSummary} from '../sessions/list.ts'
import {latestSession} from '../sessions/location.ts'
import {clipCells} from './fit-cells.ts'
import {search, type Choice} from './prompts.ts'
import {sanitize} from './sanitize.ts'
import {costText, whenWas} from './session-lines.ts'

/** Gives `--resume` an empty value where it has none and a person can choose; elsewhere it stays the mistake it is. */
export function openResume(argv: readonly string[], ask: boolean): string[] {
  const end = argv.indexOf('--')
  return argv.map((word, at) => {
    const next = argv[at + 1]
    const bare = word === '--resume' && (end < 0 || at < end) && (next === undefined || next.startsWith('-'))
    return bare && ask ? '--resume=' : word
  })
}

/**
 * Lets the user choose a session of this project; typing narrows the list. A single one is taken without a question.
 * @returns its id
 * @throws VibeError `session-none` (exit 3), `no-terminal`, `interrupted` (exit 130)
 */
export async function pickSession(folder: string): Promise<string> {
  const root = realpathSync(folder)
  const sessions = await listSessions(homes(), root)
  const usable = sessions.filter(({turns, unreadable}) => turns !== 0 && unreadable === undefined)
  const [first] = usable
  if (!first) return latestSession(homes().data, root).id
  if (usable.length === 1) return first.id
  try {
    return await search('Which session?', usable.map(choiceOf))
  } catch (error) {
    if (!(error instanceof VibeError) || error.exit !== ExitCode.interrupted) throw error
    throw new VibeError(
      {code: 'interrupted', message: 'No session was chosen.', exit: ExitCode.interrupted},
      {cause: error},
    )
  }
}

function choiceOf(session: SessionSummary): Choice {
  const {id, title, turns, modifiedAt, inUse, model} = session
  const when = inUse ? 'in use' : whenWas(Date.parse(modifiedAt), Date.now())
  const many = turns === undefined ? [] : [`${turns} ${turns === 1 ? 'turn' : 'turns'}`]
  const room = Math.max(20, Math.min(44, (process.stdout.columns ?? 80) - 22))
  return {
    value: id,
    label: clipCells(sanitize(title), room),
    hint: [when, ...many, costText(session), id.slice(0, 6)].filter((fact) => fact !== '–').join(' · '),
    also: [title, model ?? ''],
  }
}
