import type {EditEvent} from '../agent/events.ts'
import {changeSummary} from './change-words.ts'
import {diffLines, type DiffScreen} from './diff.ts'
import {wrapWords} from './wrap.ts'

type EditLine = {sign: string; hint: string}

/** Longer diffs of what is done already are cut: the whole of it is still to be had. In a pipe scrolling costs nothing. */
const MOST_LINES = {terminal: 60, pipe: 1000}

/**
 * What stays of a change that was made: one line, and its diff unless that was looked at before.
 * @param line what stands in front of it and behind it
 * @param screen where it is shown; `diff`: whether the diff is wanted
 */
export function editLines(
  event: EditEvent,
  {sign, hint}: EditLine,
  {diff, ...screen}: DiffScreen & {diff: boolean},
): string[] {
  const {columns, style} = screen
  const summary = wrapWords(`${sign} ${changeSummary(event)}${hint === '' ? '' : `  ${hint}`}`, columns)
  if (!diff) return [summary]
  const lines = diffLines(event.diff, screen)
  const most = columns === undefined ? MOST_LINES.pipe : MOST_LINES.terminal
  if (lines.length <= most) return [summary, ...lines]
  const rest = lines.length - most + 1
  return [
    summary,
    ...lines.slice(0, most - 1),
    style.dim(wrapWords(`… ${rest} more lines; all of it: vibe undo --preview`, columns)),
  ]
}
