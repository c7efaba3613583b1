import {statSync} from 'node:fs'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {redact} from '../redact.ts'
import {openDigestCache} from './digest-cache.ts'
import type {Digest} from './digest.ts'
import {reasonOf} from './digest-file.ts'
import {digestOf, summaryOf, type SessionPlaces, type SessionSummary} from './list.ts'
import type {SessionFile} from './location.ts'
import {knownSums, sumsBy, type KnownSums} from './sums.ts'
import {titleOf} from './title.ts'
import {turnsOf, type Damage, type Turn} from './turns.ts'

/** One turn in a line. */
export type TurnSummary = {
  turn: number
  at: string
  /** The first words of the message. */
  message: string
  answers: number
  /** Names of the tools that were called, with how often. */
  tools: Record<string, number>
  /** As it ended; absent when it did not. */
  status?: string
}

/** A session, turn by turn. */
export type SessionDetails = SessionSummary & {
  path: string
  vibe?: string
  models: ModelSum[]
  turnList: TurnSummary[]
  /** The first lines that cannot be read. They stay in the file. */
  damage: Damage[]
  /** Records of a kind that this version does not know. */
  unknownRecords: number
  notes: string[]
}

export type ModelSum = KnownSums & {provider: string; model: string}

const MOST_DAMAGE = 20

/** @throws VibeError (exit 3) when the file cannot be read at all */
export async function showSession(places: SessionPlaces, file: SessionFile): Promise<SessionDetails> {
  const cache = openDigestCache(places.cache)
  const digest = readable(file, () => digestOf(file, cache))
  const known = summaryOf(file, {cache, patient: true})
  await cache.save()
  const damage: Damage[] = []
  const turnList: TurnSummary[] = []
  let damaged = 0
  const onDamage = (one: Damage) => {
    damaged++
    if (damage.length < MOST_DAMAGE) damage.push(one)
  }
  for (const turn of turnsOf(file.path, {light: true, onDamage})) turnList.push(turnSummary(turn))
  return {
    ...known,
    setAside: damaged,
    path: file.path,
    ...(digest.vibe === undefined ? {} : {vibe: digest.vibe}),
    models: modelSums(digest),
    turnList,
    damage,
    unknownRecords: digest.unknown,
    notes: notesOn({...digest, damaged}, file.path),
  }
}

/** What a reader should know of a file that is not whole, or not quite ours. */
export function notesOn({damaged, unknown, foreign, turns, answers}: Digest, path: string): string[] {
  const notes: string[] = []
  if (damaged > 0)
    notes.push(
      `${damaged} damaged ${damaged === 1 ? 'line was' : 'lines were'} set aside; ${damaged === 1 ? 'it stays' : 'they stay'} in ${path}.`,
    )
  if (unknown > 0)
    notes.push(
      `${unknown} ${unknown === 1 ? 'record' : 'records'} of a kind that this version of vibe does not know ${unknown === 1 ? 'was' : 'were'} passed over.`,
    )
  if (foreign) notes.push('It was written by another version of vibe; what is known of it is shown.')
  if (turns === 0 && answers === 0 && statSync(path).size === 0) notes.push('The file is empty.')
  else if (turns === 0 && answers === 0) notes.push('Nothing of a conversation can be read in it.')
  return notes
}

/** @throws VibeError (exit 3) in place of a system's error */
export function readable<Result>({path}: SessionFile, read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    if (error instanceof VibeError) throw error
    throw new VibeError(
      {
        code: 'session-unreadable',
        message: `That session cannot be read: ${reasonOf(error)}.`,
        origin: path,
        hint: `Check who owns ${path}`,
        exit: ExitCode.notSetUp,
      },
      {cause: error},
    )
  }
}

export function modelSums({spending}: Digest): ModelSum[] {
  return Array.from(
    sumsBy(spending, ({provider, model}) => JSON.stringify([provider, model])),
    ([key, sums]) => {
      const [provider = '', model = ''] = JSON.parse(key) as string[]
      return {provider, model, ...knownSums(sums)}
    },
  )
}

function turnSummary({number, at, message, steps, status}: Turn): TurnSummary {
  const tools = new Map<string, number>()
  for (const {answer} of steps)
    for (const part of answer.content)
      if (part.type === 'tool-call') tools.set(part.name, (tools.get(part.name) ?? 0) + 1)
  return {
    turn: number,
    at,
    message: number === 0 ? '(the message is missing)' : redact(titleOf(message), []),
    answers: steps.filter(({answer}) => !answer.discarded).length,
    tools: Object.fromEntries(tools),
    ...(status === undefined ? {} : {status}),
  }
}
