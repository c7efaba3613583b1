import type {Ask, ApprovalQuestion} from '../agent/events.ts'
import type {FileDiff} from '../edits/file-diff.ts'
import {changeReport, changeTotals} from './change-report.ts'
import {readLine} from './read-line.ts'
import {sanitize} from './sanitize.ts'
import type {Style} from './style.ts'
import {wrapWords} from './wrap.ts'

/** Keys that arrive sooner were typed before the question could be read. */
const READING_MS = 500

export type AskingTerminal = {
  input: NodeJS.ReadStream
  output: NodeJS.WriteStream
  style: Style
  /** Ctrl-C at a question is meant for the whole turn. */
  onInterrupt: () => void
}

/** The terminal that a question is shown on. */
export type QuestionScreen = {columns: number; rows: number; style: Style}

/**
 * Asks on a terminal, line by line. Only a whole "y" or "yes" allows; an empty line asks again; other text is the reason
 * for a no; Ctrl-D is a no.
 */
export function createTerminalAsk(terminal: AskingTerminal): Ask {
  const {onInterrupt} = terminal
  return async (question, signal) => {
    const {columns, rows} = terminal.output
    terminal.output.write(`${questionLines(question, {columns, rows, style: terminal.style}).join('\n')}\n`)
    const shownAt = performance.now()
    for (;;) {
      const answer = await readLine(terminal, {prompt: promptFor(question), signal, onInterrupt})
      if (answer === undefined) return {allow: false}
      const text = answer.trim()
      if (text === '') continue
      if (performance.now() - shownAt < READING_MS) {
        terminal.output.write('That was typed before the question was shown; please answer again.\n')
        continue
      }
      if (/^(y|yes)$/i.test(text)) return {allow: true}
      return /^(n|no)$/i.test(text) ? {allow: false} : {allow: false, feedback: `the user said: ${text}`}
    }
  }
}

/** What is asked: the whole change, or the whole command with its folder. */
export function questionLines(question: ApprovalQuestion, screen: QuestionScreen): string[] {
  const {preview} = question
  const {style} = screen
  const lines = ['']
  if (preview.kind === 'command')
    lines.push(`${style.bold('Run')} in ${sanitize(preview.cwd)}`, '', indent(sanitize(preview.command)))
  else if (preview.kind === 'diff') lines.push(...changesToJudge(preview.files, screen))
  else lines.push(style.bold(question.tool))
  for (const access of question.access) {
    if (question.risky && 'path' in access)
      lines.push('', style.yellow(`${sanitize(question.reason)}: ${sanitize(access.path)}`))
  }
  return [...lines.flatMap((line) => line.split('\n')), '']
}

/** The whole of it. What is longer than the screen is named once more at its end, next to the question. */
function changesToJudge(files: readonly FileDiff[], {rows, columns, style}: QuestionScreen): string[] {
  const lines = changeReport(files, {style, columns: columns > 0 ? columns : 80})
  if (lines.length <= rows - 4) return lines
  return [
    ...lines,
    '',
    wrapWords(`${style.bold(changeTotals(files))}  ${lines.length} lines, all of them above`, columns),
  ]
}

function promptFor(question: ApprovalQuestion): string {
  return question.risky
    ? 'Allow it all the same? Type yes or no, or what to do instead: '
    : 'Allow? y / n, or what to do instead: '
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')
}
