import type {SessionSummary} from '../sessions/list.ts'
import {cellsOf} from './cells.ts'
import {clipCells, padCells} from './fit-cells.ts'
import {bytesText, sumText} from './figures.ts'
import {sanitize} from './sanitize.ts'
import type {Style} from './style.ts'

export type ListLook = {
  /** Of the terminal; undefined for a pipe or a file, where nothing is cut. */
  columns: number | undefined
  style: Style
  /** Milliseconds since 1970. */
  now: number
  /** Projects differ, so each line names its own. */
  withProject: boolean
  /** The shortest beginning that tells every id from the others. */
  idLength: number
}

type Column = {title: string; of: (session: SessionSummary) => string; right?: true}

const NARROW = 60
const WIDE = 100
/** Cells. */
const SHORTEST_TITLE = 20

/** The list as a table that fits, on a narrow terminal two lines for each session. */
export function sessionLines(sessions: readonly SessionSummary[], look: ListLook): string[] {
  const {columns, style} = look
  if (columns !== undefined && columns < NARROW) return sessions.flatMap((one) => twoLines(one, look))
  const {shown, widths, room} = fitted(sessions, look)
  const line = (cells: string[], title: string) =>
    `  ${cells.map((cell, n) => `${padCells(cell, widths[n] ?? 0, shown[n]?.right ? 'left' : 'right')}  `).join('')}${title}`
  const head = line(
    shown.map(({title}) => title),
    'Title',
  )
  const rows = sessions.map((one) =>
    line(
      shown.map(({of}) => of(one)),
      clipCells(titleText(one, look), room),
    ).trimEnd(),
  )
  return [style.dim(head), ...rows]
}

type Fitted = {shown: Column[]; widths: number[]; room: number}

/** Titles are what people look for: columns that leave them no room are left out, the least needed first. */
function fitted(sessions: readonly SessionSummary[], look: ListLook, without: readonly string[] = []): Fitted {
  const shown = columnsFor(look).filter(({title}) => !without.includes(title))
  const widths = shown.map(({title, of}) => Math.max(title.length, ...sessions.map((one) => cellsOf(of(one)))))
  const before = widths.reduce((sum, width) => sum + width + 2, 2)
  const room = look.columns === undefined ? Infinity : look.columns - before
  const next = ['Model', 'Size', 'Project', 'Turns'].find((title) => shown.some((column) => column.title === title))
  if (room >= SHORTEST_TITLE || next === undefined) return {shown, widths, room}
  return fitted(sessions, look, [...without, next])
}

function columnsFor(look: ListLook): Column[] {
  const wide = look.columns === undefined || look.columns >= WIDE
  return [
    {title: 'ID', of: ({id}) => id.slice(0, look.idLength)},
    {title: 'When', of: (one) => whenText(one, look.now)},
    {title: 'Turns', of: turnsText, right: true},
    {title: 'Cost', of: (one) => costText(one)},
    ...(wide ? [{title: 'Size', of: ({bytes}: SessionSummary) => bytesText(bytes), right: true as const}] : []),
    ...(wide ? [{title: 'Model', of: ({model}: SessionSummary) => clipCells(sanitize(model ?? '–'), 24)}] : []),
    ...(look.withProject ? [{title: 'Project', of: projectText}] : []),
  ]
}

function twoLines(one: SessionSummary, look: ListLook): string[] {
  const {columns = NARROW, style} = look
  const turns = one.turns === undefined ? '' : ` · ${one.turns} ${one.turns === 1 ? 'turn' : 'turns'}`
  const cost = costText(one) === '–' ? '' : ` · ${costText(one)}`
  const project = look.withProject ? ` · ${projectText(one)}` : ''
  const facts = `${one.id.slice(0, look.idLength)}  ${whenText(one, look.now)}${turns}${cost}${project}`
  return [clipCells(titleText(one, look), columns), style.dim(`  ${clipCells(facts, columns - 2)}`)]
}

function titleText({title, forkedFrom, setAside}: SessionSummary, {idLength}: ListLook): string {
  const fork = forkedFrom === undefined ? '' : ` · fork of ${sanitize(forkedFrom.id).slice(0, idLength)}`
  const damage = setAside === 0 ? '' : ` · ${setAside} damaged ${setAside === 1 ? 'line' : 'lines'}`
  return `${sanitize(title)}${fork}${damage}`
}

function whenText({inUse, modifiedAt}: SessionSummary, now: number): string {
  return inUse ? 'in use' : whenWas(Date.parse(modifiedAt), now)
}

const DAY_MS = 86_400_000

/** "2 min ago", "yesterday", "Nov 19", "2024-11-19". Both in milliseconds since 1970. */
export function whenWas(then: number, now: number): string {
  const minutes = Math.floor((now - then) / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 60) return `${minutes} min ago`
  if (minutes < 24 * 60 && new Date(then).getDate() === new Date(now).getDate())
    return `${Math.floor(minutes / 60)} h ago`
  if (new Date(then).toDateString() === new Date(now - DAY_MS).toDateString()) return 'yesterday'
  const date = new Date(then)
  if (date.getFullYear() !== new Date(now).getFullYear()) return date.toISOString().slice(0, 10)
  return `${date.toLocaleString('en-US', {month: 'short'})} ${date.getDate()}`
}

function turnsText({turns}: SessionSummary): string {
  return turns === undefined ? '–' : String(turns)
}

type Cost = {costUsd?: number; unpriced?: number}

/** An unknown cost is never nothing: "≥" stands before a sum in which some are missing, "–" where there was nothing to pay. */
export function costText({costUsd, unpriced = 0}: Cost): string {
  if (costUsd === undefined) return unpriced > 0 ? 'unknown' : '–'
  if (costUsd === 0) return unpriced > 0 ? 'unknown' : 'free'
  return unpriced > 0 ? `≥${sumText(costUsd)}` : sumText(costUsd)
}

function projectText({project}: SessionSummary): string {
  return clipCells(sanitize(project?.split(/[/\\]/).at(-1) ?? '–'), 20)
}

/** How much of an id tells it from all others; at least six signs, so that it still does tomorrow. */
export function idLengthFor(ids: readonly string[]): number {
  const sorted = [...ids].sort()
  let length = 6
  for (const [n, id] of sorted.entries()) {
    const next = sorted[n + 1] ?? ''
    while (next !== id && next.slice(0, length) === id.slice(0, length)) length++
  }
  return length
}
