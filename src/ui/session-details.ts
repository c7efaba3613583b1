import type {ModelSum, SessionDetails, TurnSummary} from '../sessions/show.ts'
import {clipCells} from './fit-cells.ts'
import {bytesText} from './figures.ts'
import {sanitize} from './sanitize.ts'
import {costText} from './session-lines.ts'
import {shortHome} from './short-path.ts'
import {styleFor, type Output, type Style} from './style.ts'

/** In a terminal; a pipe gets all. */
const MOST_TURNS = 40

/** A session for people: what is known of it, then a line for each turn. */
export function detailLines(details: SessionDetails, output: Output): string[] {
  const style = styleFor(output, process.env)
  return [
    style.bold(sanitize(details.title)),
    ...factLines(details),
    ...details.models.map((sum) => `  ${modelText(sum)}`),
    ...details.notes.map((note) => style.yellow(sanitize(note))),
    ...details.damage.map(({line, bytes, what}) => style.dim(`  line ${line}: ${what} (${bytesText(bytes)})`)),
    '',
    ...turnLines(details.turnList, style, output),
    ...(output.isTTY ? ['', `vibe chat --resume ${details.id}`, `vibe session fork ${details.id} --at TURN`] : []),
  ]
}

function factLines(details: SessionDetails): string[] {
  const {id, project, startedAt, modifiedAt, turns = 0, bytes, path, forkedFrom, inUse} = details
  const facts = [
    ['id', id],
    ['project', project],
    ['started', startedAt === undefined ? undefined : timeText(startedAt)],
    ['last', `${timeText(modifiedAt)}${inUse ? ', in use by another vibe now' : ''}`],
    ['fork of', forkedFrom === undefined ? undefined : `${forkedFrom.id}, its first ${forkedFrom.turns} turns`],
    ['turns', String(turns)],
    ['cost', costText(details)],
    ['file', `${path} (${bytesText(bytes)})`],
  ] as const
  return facts.flatMap(([name, value]) =>
    value === undefined ? [] : [`  ${name.padEnd(8)} ${shortHome(sanitize(value), process.env)}`],
  )
}

function timeText(at: string): string {
  const ms = Date.parse(at)
  return Number.isNaN(ms) ? at : new Date(ms).toLocaleString('sv-SE', {dateStyle: 'short', timeStyle: 'short'})
}

function modelText(sum: ModelSum): string {
  const {provider, model, answers, input, output, uncounted} = sum
  const counted = input === undefined || output === undefined ? 'tokens unknown' : `${input} tokens in, ${output} out`
  const missing = uncounted > 0 && uncounted < answers ? ` (${uncounted} not counted)` : ''
  const many = `${answers} ${answers === 1 ? 'answer' : 'answers'}`
  return sanitize(`${provider}/${model}: ${many}, ${counted}${missing}, ${costText(sum)}`)
}

function turnLines(turns: readonly TurnSummary[], style: Style, {isTTY, columns}: Output): string[] {
  const shown = isTTY ? turns.slice(-MOST_TURNS) : turns
  const left = turns.length - shown.length
  const width = String(turns.at(-1)?.turn ?? 0).length
  const lines = shown.map((one) => {
    const facts = factsOf(one)
    const number = `${String(one.turn).padStart(width)}  `
    const room = isTTY && columns !== undefined ? Math.max(16, columns - number.length - facts.length - 2) : Infinity
    return `${number}${clipCells(sanitize(one.message), room)}  ${style.dim(facts)}`
  })
  return [...(left > 0 ? [style.dim(`${left} earlier turns are not shown; a pipe gets all of them.`)] : []), ...lines]
}

function factsOf({tools, status, answers}: TurnSummary): string {
  const calls = Object.entries(tools).map(([name, times]) => (times === 1 ? name : `${name} ×${times}`))
  const ended = status === undefined ? 'not finished' : status === 'ok' ? undefined : status
  const unanswered = answers === 0 ? 'no answer' : undefined
  return sanitize([...calls.slice(0, 4), unanswered, ended].filter((fact) => fact !== undefined).join(', '))
}
