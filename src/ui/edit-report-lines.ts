import type {EditReport} from '../agent/apply-edits.ts'
import {sanitize} from './sanitize.ts'

const VERBS = {create: 'made', change: 'changed', delete: 'deleted', move: 'moved'} as const

/** What was applied or refused, for people. */
export function editReportLines({applied, refused}: EditReport, isDryRun: boolean): string[] {
  const lines = applied.map(({path, op, added, removed, rung, from, note}) => {
    const way = rung === 'exact' || rung === 'whole' ? '' : `, found by ${rung}`
    const name = from === undefined ? path : `${from} to ${path}`
    return `${isDryRun ? 'would be ' : ''}${VERBS[op]} ${name} (+${added} -${removed}${way})${note === undefined ? '' : `: ${note}`}`
  })
  if (refused.length > 0) lines.push('Nothing was written.')
  for (const {edit, path, code, message} of refused)
    lines.push(`${[edit > 0 ? `edit ${edit}` : '', path, code].filter((part) => part !== '').join(', ')}: ${message}`)
  return lines.map((line) => sanitize(line))
}
