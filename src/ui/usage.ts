import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import type {UsageReport} from '../sessions/usage.ts'
import {deliver} from './deliver.ts'
import {styleFor} from './style.ts'
import {usageCsv} from './usage-csv.ts'
import {usageHtml} from './usage-html.ts'
import {usageLines, type By} from './usage-lines.ts'

export type UsageWish = {
  format: 'text' | 'csv' | 'html'
  by: readonly By[]
  file: string | undefined
  force: boolean
  /** The report itself is the answer on standard output. */
  json: boolean
  signal: AbortSignal
}

const FILE_COLUMNS = 80

/** @returns the report, with the file that was written @throws VibeError (exit 2) when two things are to go to one place */
export async function showUsage(
  report: UsageReport,
  wish: UsageWish,
  log: (line: string) => void,
): Promise<UsageReport & {file?: string}> {
  const {format, by, file, force, json, signal} = wish
  if (format === 'text') {
    if (file !== undefined) throw mistaken(`${file} can be written as --html or as --csv only.`)
    const columns = process.stdout.isTTY ? (process.stdout.columns ?? FILE_COLUMNS) : FILE_COLUMNS
    const bars = (process.env['ACCESSIBLE'] ?? '') === ''
    for (const line of usageLines(report, by, {columns, style: styleFor(process.stdout, process.env), bars})) log(line)
    return report
  }
  if (json && (file === undefined || file === '-'))
    throw mistaken(`--json and --${format} are two answers for one output.`)
  const pieces = format === 'csv' ? usageCsv(report, by) : usageHtml(report, by)
  const inTerminal = format === 'html' ? {nameInTerminal: `vibe-usage-${report.to}.html`} : {}
  const written = await deliver({pieces, file, force, signal, ...inTerminal})
  if (!written) return report
  log(`Wrote ${written.file} (only you can read it).`)
  return {...report, file: written.file}
}

function mistaken(message: string): VibeError {
  return new VibeError({
    code: 'usage',
    message,
    hint: 'vibe usage --html FILE, vibe usage --csv FILE, or vibe usage --json',
    exit: ExitCode.usage,
  })
}
