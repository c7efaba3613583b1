import type {AgentEvent, CommitEvent, FailoverEvent, TurnResult} from '../agent/events.ts'
import type {Environment} from '../paths.ts'
import {createMarkdownWriter, createRawWriter} from './answer-writer.ts'
import {diffScreen} from './diff.ts'
import {editLines} from './edit-lines.ts'
import {oneLineName} from './commit-lines.ts'
import {errorText} from './error-text.ts'
import type {MarkdownRenderer} from './markdown/types.ts'
import {sanitize} from './sanitize.ts'
import {styleFor, type Output, type Style} from './style.ts'
import {wrapWords} from './wrap.ts'

export type PlainFace = {
  show: (event: AgentEvent) => void
  /** Before others write on the terminal, and at the end: what is open of the answer is settled. */
  settle: () => void
}

export type PlainOptions = {
  out: Output
  talk: Output
  env: Environment
  /** Only the answer and errors. */
  quiet?: boolean
  /** Whether the diff of a change that nobody was asked about is shown; yes when absent. */
  diffs?: boolean
  /** For an answer on a terminal; without, it is shown as the model wrote it. */
  markdown?: (() => MarkdownRenderer) | undefined
  /** Said behind the first change: how to take it back. */
  takeBack?: string
  /** Chat shows the answer as it comes even when a question must be asked on the same terminal. */
  closing?: (result: TurnResult) => string | undefined
}

/**
 * Text without repainting: the answer on `out`, everything else on `talk`. On a terminal the answer streams; in a pipe
 * only the last answer arrives, whole and unchanged, and what the model said between its tool calls goes to `talk`.
 */
export function createPlainFace(options: PlainOptions): PlainFace {
  const streams = options.out.isTTY === true
  const style = styleFor(options.talk, options.env)
  const {out, markdown} = options
  const answer = markdown === undefined ? createRawWriter(out) : createMarkdownWriter(out, markdown)
  let pending = ''
  const lineOf = createLines(options, style)
  const say = (line: string) => {
    answer.settle()
    options.talk.write(`${line}\n`)
  }
  const between = () => {
    if (pending !== '' && !options.quiet) say(style.dim(sanitize(pending).trimEnd()))
    pending = ''
  }
  const close = (result: TurnResult) => {
    answer.settle()
    if (!streams && result.text !== '') out.write(result.text.endsWith('\n') ? result.text : `${result.text}\n`)
    const last = options.closing?.(result)
    if (last !== undefined && !options.quiet) say(last)
  }
  return {
    settle: () => answer.settle(),
    show(event) {
      if (event.type === 'text') {
        if (streams) answer.write(event.delta)
        else pending += event.delta
        return
      }
      if (event.type === 'result') return close(event)
      if (event.type === 'tool' || event.type === 'failover') between()
      if (event.type === 'tool') answer.settle()
      const line = lineOf(event)
      if (line !== undefined && (!options.quiet || event.type === 'error' || event.type === 'denied')) say(line)
    },
  }
}

/** The line for an event, undefined for those that show elsewhere. */
function createLines(options: PlainOptions, style: Style): (event: AgentEvent) => string | undefined {
  const columns = options.talk.isTTY === true ? options.talk.columns : undefined
  const withoutRepeat = createRepeatFilter()
  const shownEdits = createEditLines(options, style)
  return (event) => {
    const told = withoutRepeat(event)
    return shownEdits(event) ?? (told && lineFor(told, style, columns))
  }
}

/** Lines for `edit` events: with the diff, unless a person has just allowed it and so has seen it. */
function createEditLines(
  {talk, env, diffs = true, takeBack}: PlainOptions,
  style: Style,
): (event: AgentEvent) => string | undefined {
  let seen = false
  let hint = takeBack
  return (event) => {
    if (event.type === 'tool') seen = false
    if (event.type === 'approval' && event.by === 'person') seen = true
    if (event.type !== 'edit') return undefined
    const line = {sign: style.green('✓'), hint: hint === undefined ? '' : style.dim(hint)}
    hint = undefined
    return editLines(event, line, {...diffScreen(talk, env), diff: diffs && !seen}).join('\n')
  }
}

/** Takes from a result the words that announced its call one line above; undefined when edits have said all of it. */
function createRepeatFilter(): (event: AgentEvent) => AgentEvent | undefined {
  const announced = new Map<string, string>()
  let edited = false
  return (event) => {
    if (event.type === 'tool') announced.set(event.id, event.summary)
    if (event.type === 'edit') edited = true
    if (event.type !== 'tool_result') return event
    const isSaid = edited && event.ok
    edited = false
    if (isSaid) return undefined
    const {summary} = event
    const start = announced.get(event.id)
    announced.delete(event.id)
    if (start === undefined || !summary.startsWith(start)) return event
    return {...event, summary: summary.slice(start.length).replace(/^[,:]? +/, '') || summary}
  }
}

/** One line for an event, undefined for those that show elsewhere. */
function lineFor(event: AgentEvent, style: Style, columns: number | undefined): string | undefined {
  return event.type === 'error'
    ? errorText(event, columns).replace('✗', style.red('✗'))
    : otherLine(event, style, columns)
}

function otherLine(event: AgentEvent, style: Style, columns: number | undefined): string | undefined {
  switch (event.type) {
    case 'tool':
      return style.dim(wrapWords(`› ${sanitize(event.summary)}`, columns))
    case 'tool_result':
      if (event.summary === 'denied') return undefined
      return `${event.ok ? style.green('✓') : style.red('✗')} ${style.dim(sanitize(event.summary))}`
    case 'denied':
      return `${style.yellow('! not done:')} ${event.tool}: ${sanitize(event.reason)}${event.hint === '' ? '' : `\n  → ${sanitize(event.hint)}`}`
    case 'retry':
      return style.yellow(
        `… ${sanitize(event.reason)}; trying again in ${event.seconds} s (attempt ${event.attempt} of ${event.of})`,
      )
    case 'failover':
      return style.yellow(wrapWords(sanitize(failoverText(event)), columns))
    case 'commit':
      return commitText(event, style, columns)
    case 'notice':
      return style.dim(wrapWords(sanitize(event.message), columns))
    default:
      return undefined
  }
}

function commitText({commit, branch, subject, files, leftOut}: CommitEvent, style: Style, columns: number | undefined) {
  const place = branch === undefined ? '' : ` on ${sanitize(branch)}`
  const shown = files.slice(0, 3).map(oneLineName).join(', ')
  const names = files.length > 3 ? `${shown} and ${files.length - 3} more` : shown
  const head = wrapWords(`committed ${commit.slice(0, 8)}${place}: ${sanitize(subject)} (${names})`, columns)
  const rest = leftOut.map(({path, reason}) => wrapWords(`  not in it: ${oneLineName(path)}: ${reason}`, columns))
  return [`${style.green('✓')} ${head}`, ...rest.map((line) => style.yellow(line))].join('\n')
}

/** Who goes on and why; half an answer that was shown before is taken back in words, since it cannot be unseen. */
function failoverText({from, to, reason, discarded}: FailoverEvent): string {
  const name = from.provider === to.provider ? to.model : `${to.provider} (${to.model})`
  const anew = discarded.trim() === '' ? '' : ' What it had begun to say does not count.'
  return `⇢ ${from.provider} (${from.model}) cannot go on: ${reason.replace(/\.$/, '')}.${anew} Going on with ${name}.`
}

/** An end before any tokens were counted: there is nothing to sum up. */
export function failedUncounted({status, usage}: TurnResult): boolean {
  if (status === 'limit') return usage.input === 0 && usage.output === 0
  return status === 'error' && usage.input === undefined
}

/** Cost and tokens as far as they are known; a missing figure is said, never shown as zero. */
export function usageLine(result: TurnResult, model: string): string {
  const {input, output} = result.usage
  const tokens = input === undefined || output === undefined ? 'tokens unknown' : `${input} in, ${output} out`
  return `${model} · ${tokens} · ${costText(result.costUsd)} · ${seconds(result.ms)}`
}

/** @param usd undefined when it is unknown, which is said */
export function costText(usd: number | undefined): string {
  return usd === undefined ? 'cost unknown' : usd === 0 ? 'free' : `$${usd.toFixed(4)}`
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`
}
