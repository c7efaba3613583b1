import type {EditReport} from '../agent/apply-edits.ts'
import type {FileDiff} from '../edits/file-diff.ts'
import {titledDiff} from './change-report.ts'
import {changeName, changeWords} from './change-words.ts'
import type {DiffScreen} from './diff.ts'
import {sanitize} from './sanitize.ts'

const VERBS = {create: 'made', change: 'changed', delete: 'deleted', move: 'moved'} as const

export type EditReportOptions = {
  /** What was done, or would be, in the order of the report. */
  files: readonly FileDiff[]
  isDryRun: boolean
  screen: DiffScreen
}

/** What was applied or refused, for people; what would be done with every line of it. */
export function editReportLines({applied, refused}: EditReport, options: EditReportOptions): string[] {
  const {files, isDryRun, screen} = options
  const lines = applied.map((done, index) => doneLine(done, files[index], isDryRun))
  if (isDryRun) lines.push(...files.flatMap((file) => titledDiff(file, screen)))
  if (refused.length > 0) lines.push('Nothing was written.')
  for (const {edit, path, code, message} of refused)
    lines.push(
      sanitize(`${[edit > 0 ? `edit ${edit}` : '', path, code].filter((part) => part !== '').join(', ')}: ${message}`),
    )
  return lines
}

function doneLine(done: EditReport['applied'][number], file: FileDiff | undefined, isDryRun: boolean): string {
  const {op, added, removed, rung, note} = done
  const way = rung === 'exact' || rung === 'whole' ? [] : [`found by ${rung}`]
  const facts = [`+${added} -${removed}`, ...way, ...(file ? changeWords(file) : [])].join(', ')
  const more = note === undefined ? '' : `: ${sanitize(note)}`
  return `${isDryRun ? 'would be ' : ''}${VERBS[op]} ${changeName(done)} (${facts})${more}`
}
