import type {UsageReport, UsageRow} from '../sessions/usage.ts'
import {cellsOf} from './cells.ts'
import {sumText, tokensText} from './figures.ts'
import {clipCells, padCells} from './fit-cells.ts'
import {sanitize} from './sanitize.ts'
import {costText} from './session-lines.ts'
import type {Style} from './style.ts'

export const BY = ['day', 'model', 'project'] as const
export type By = (typeof BY)[number]

export type UsageLook = {
  /** Of the terminal, or as wide as a file should be. */
  columns: number
  style: Style
  /** Bars mean nothing to who listens. */
  bars: boolean
}

type Section = {by: By; title: string; rows: readonly UsageRow[]}

const MOST_ROWS = 12
/** A longer span shows only the days on which something was asked. */
const MOST_DAYS = 31
const LONGEST_BAR = 60

/** What was used, as bars: of money where any is known, of tokens where none is. */
export function usageLines(report: UsageReport, by: readonly By[], look: UsageLook): string[] {
  const {total} = report
  const {length} = report.days
  const when = length === 1 ? 'Today' : `Last ${length} days`
  if (total.answers === 0) return [`${when}: no answers.`, ...noteLines(report, look)]
  const head = `${when}  ${look.style.bold(costText(total))}  ${tokensOf(total)}`
  const sections = sectionsOf(report).filter((section) => by.includes(section.by))
  return [head, ...sections.flatMap((section) => sectionLines(section, look)), ...noteLines(report, look)]
}

/** The parts of a report that can be shown, each with its name. */
export function sectionsOf(report: UsageReport): Section[] {
  const {days, models, projects} = report
  const shown = days.length > MOST_DAYS ? days.filter(({answers}) => answers > 0) : days
  return [
    {by: 'day', title: 'By day', rows: shown},
    {by: 'model', title: 'By model', rows: models},
    {by: 'project', title: 'By project', rows: projects},
  ]
}

function sectionLines({by, title, rows}: Section, look: UsageLook): string[] {
  const shown = by === 'day' ? rows : rows.slice(0, MOST_ROWS)
  const left = rows.length - shown.length
  const names = by === 'project' ? folderNames(shown.map(({name}) => name)) : shown.map(({name}) => rowName(name, by))
  const values = shown.map(valueOf)
  const valueWidth = Math.max(...values.map(cellsOf))
  const nameWidth = Math.min(Math.max(...names.map(cellsOf)), Math.max(8, Math.floor(look.columns * 0.4)))
  const room = Math.min(LONGEST_BAR, look.columns - nameWidth - valueWidth - 4)
  const measure = measureOf(shown)
  const most = Math.max(...shown.map(measure))
  const lines = shown.map((row, at) => {
    const name = padCells(clipCells(names[at] ?? '', nameWidth), nameWidth)
    const bar = look.bars && room >= 4 ? `${padCells(barOf(measure(row), most, room), room)}  ` : ''
    return `${name}  ${bar}${padCells(values[at] ?? '', valueWidth, 'left')}`.trimEnd()
  })
  return ['', look.style.bold(title), ...lines, ...(left > 0 ? [`and ${left} more: --by ${by} --json`] : [])]
}

/** Money where some is known; else tokens, so that local models have bars too. */
export function measureOf(rows: readonly UsageRow[]): (row: UsageRow) => number {
  if (rows.some(({costUsd = 0}) => costUsd > 0)) return ({costUsd = 0}) => costUsd
  return ({input = 0, output = 0}) => input + output
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

function barOf(value: number, most: number, room: number): string {
  if (value <= 0 || most <= 0) return ''
  const eighths = Math.max(1, Math.round((value / most) * room * 8))
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '')
}

function valueOf(row: UsageRow): string {
  return row.answers === 0 ? '–' : costText(row)
}

/** "Wed Nov 25" for a day. */
export function rowName(name: string, by: By): string {
  if (by !== 'day') return sanitize(name)
  const noon = new Date(`${name}T12:00:00`)
  return noon.toLocaleDateString('en-US', {weekday: 'short', month: 'short', day: '2-digit'}).replace(',', '')
}

/** The last part of each path, or as many of the last as tell it from the others. */
function folderNames(paths: readonly string[]): string[] {
  return paths.map((path) => {
    const parts = path.split(/[/\\]/).filter((part) => part !== '')
    const others = paths.filter((other) => other !== path)
    const tail = (count: number) => parts.slice(-count).join('/')
    let count = 1
    while (count < parts.length && others.some((other) => `/${other}`.endsWith(`/${tail(count)}`))) count++
    return sanitize(tail(count) || path)
  })
}

export function spanText({from, to, days}: UsageReport): string {
  if (from === to) return from
  return `${from} to ${to} (${days.length} days)`
}

/** "1.9 M tokens in (71 % from cache), 88 k out"; unknown where no service told. */
export function tokensOf({input, cacheRead = 0, output, uncounted, answers}: UsageReport['total']): string {
  if (input === undefined || output === undefined) return 'tokens unknown'
  const cached = input > 0 && cacheRead > 0 ? ` (${Math.round((cacheRead / input) * 100)} % from cache)` : ''
  const least = uncounted > 0 && uncounted < answers ? 'at least ' : ''
  return `${least}${tokensText(input)} tokens in${cached}, ${tokensText(output)} out`
}

/** What a reader must know to take the sums for what they are. */
export function notesOf({total, setAside, unreadable}: UsageReport): string[] {
  const many = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`
  const {costUsd = 0} = total
  return [
    ...(costUsd > 0
      ? [`Estimated from list prices (${sumText(costUsd)}); the bill of the service is what counts.`]
      : []),
    ...(total.unpriced > 0
      ? [`Of ${many(total.unpriced, 'answer')} the cost is unknown: not counted in any sum.`]
      : []),
    ...(total.uncounted > 0 ? [`Of ${many(total.uncounted, 'answer')} the service told no tokens: not counted.`] : []),
    ...(total.partial > 0
      ? [`${many(total.partial, 'answer')} stopped early, counted as far as the service had told.`]
      : []),
    ...(setAside > 0
      ? [`${many(setAside, 'damaged line')} of session files set aside: what they cost is not counted.`]
      : []),
    ...unreadable.map((path) => `${path} cannot be read: not counted.`),
  ]
}

function noteLines(report: UsageReport, {style}: UsageLook): string[] {
  const notes = notesOf(report).map((note) => style.dim(sanitize(note)))
  return notes.length > 0 ? ['', ...notes] : []
}
