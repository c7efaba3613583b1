import type {UsageReport, UsageRow} from '../sessions/usage.ts'
import type {By} from './usage-lines.ts'

const HEAD = [
  'by',
  'name',
  'answers',
  'input_tokens',
  'cached_input_tokens',
  'output_tokens',
  'answers_without_tokens',
  'cost_usd',
  'answers_without_cost',
  'stopped_answers',
]

/** A table for a spreadsheet: a line for each day, model and project. A cell of what is unknown is empty. */
export function* usageCsv(report: UsageReport, by: readonly By[]): Generator<string> {
  yield line(HEAD)
  const parts: Record<By, readonly UsageRow[]> = {day: report.days, model: report.models, project: report.projects}
  for (const name of by) for (const row of parts[name]) yield line(cellsFor(name, row))
}

function cellsFor(by: By, row: UsageRow): Array<string | number | undefined> {
  const {name, answers, input, cacheRead, output, uncounted, costUsd, unpriced, partial} = row
  return [by, name, answers, input, cacheRead, output, uncounted, costUsd, unpriced, partial]
}

function line(cells: ReadonlyArray<string | number | undefined>): string {
  return `${cells.map(cellOf).join(',')}\r\n`
}

/** A spreadsheet takes what begins like a formula for one, wherever it comes from: an apostrophe makes it text. */
export function cellOf(value: string | number | undefined): string {
  if (value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const text = /^[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠|%]/u.test(value) || /^[\t\r\n]/.test(value) ? `'${value}` : value
  return /[",\r\n;\t']|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
