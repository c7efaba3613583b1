import type {EditEvent} from '../agent/events.ts'
import {changeSummary} from './change-words.ts'
import {diffLines, type DiffScreen} from './diff.ts'

/** Longer diffs of what is done already are cut: the whole of it is still to be had. In a pipe scrolling costs nothing. */
const MOST_LINES = {terminal: 60, pipe: 1000}

/**
 * What stays of a change that was made: one line, and its diff unless that was looked at before.
 * @param screen absent to leave the diff out
 */
export function editLines(event: EditEvent, sign: string, screen: DiffScreen | undefined): string[] {
  const summary = `${sign} ${changeSummary(event)}`
  if (!screen) return [summary]
  const lines = diffLines(event.diff, screen)
  const most = screen.columns === undefined ? MOST_LINES.pipe : MOST_LINES.terminal
  if (lines.length <= most) return [summary, ...lines]
  const rest = lines.length - most + 1
  return [
    summary,
    ...lines.slice(0, most - 1),
    screen.style.dim(`… ${rest} more lines; all of it: vibe undo --preview`),
  ]
}
