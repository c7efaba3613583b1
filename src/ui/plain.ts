import type {AgentEvent, TurnResult} from '../agent/events.ts'
import type {Environment} from '../paths.ts'
import {sanitize} from './sanitize.ts'
import {styleFor, type Output, type Style} from './style.ts'

export type PlainFace = {show: (event: AgentEvent) => void}

export type PlainOptions = {
  out: Output
  talk: Output
  env: Environment
  /** Only the answer and errors. */
  quiet?: boolean
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
  let pending = ''
  let atLineStart = true
  const freshLine = () => {
    if (!atLineStart) options.out.write('\n')
    atLineStart = true
  }
  const say = (line: string) => {
    if (streams) freshLine()
    options.talk.write(`${line}\n`)
  }
  const between = () => {
    if (pending !== '' && !options.quiet) say(style.dim(sanitize(pending).trimEnd()))
    pending = ''
  }
  return {
    show(event) {
      if (event.type === 'text') {
        if (!streams) return void (pending += event.delta)
        options.out.write(sanitize(event.delta))
        atLineStart = event.delta === '' ? atLineStart : event.delta.endsWith('\n')
        return
      }
      if (event.type === 'result') {
        if (streams) freshLine()
        else if (event.text !== '') options.out.write(event.text.endsWith('\n') ? event.text : `${event.text}\n`)
        const last = options.closing?.(event)
        if (last !== undefined && !options.quiet) say(last)
        return
      }
      if (event.type === 'tool') between()
      const line = lineFor(event, style)
      if (line !== undefined && (!options.quiet || event.type === 'error' || event.type === 'denied')) say(line)
    },
  }
}

/** Their result is already said by the `edit` event. */
const EDIT_TOOLS: ReadonlySet<string> = new Set(['edit', 'write'])

/** One line for an event, undefined for those that show elsewhere. */
function lineFor(event: AgentEvent, style: Style): string | undefined {
  switch (event.type) {
    case 'tool':
      return style.dim(`› ${sanitize(event.summary)}`)
    case 'tool_result':
      if (event.ok && EDIT_TOOLS.has(event.name)) return undefined
      return `${event.ok ? style.green('✓') : style.red('✗')} ${style.dim(`${sanitize(event.summary)} (${seconds(event.ms)})`)}`
    case 'edit':
      return `${style.green('✓')} ${sanitize(event.path)}  +${event.added} -${event.removed}`
    case 'denied':
      return `${style.yellow('! not done:')} ${event.tool}: ${sanitize(event.reason)}\n  ${sanitize(event.hint)}`
    case 'retry':
      return style.yellow(
        `… ${sanitize(event.reason)}; trying again in ${event.seconds} s (attempt ${event.attempt} of ${event.of})`,
      )
    case 'notice':
      return style.dim(sanitize(event.message))
    case 'error':
      return errorText(event, style)
    default:
      return undefined
  }
}

/** What happened, where it came from, what mends it: one line each. */
export function errorText(error: {message: string; origin?: string; hint?: string}, style: Style): string {
  const lines = [`${style.red('✗')} ${sanitize(error.message)}`]
  if (error.origin !== undefined) lines.push(`  ${sanitize(error.origin)}`)
  if (error.hint !== undefined) lines.push(`  ${sanitize(error.hint)}`)
  return lines.join('\n')
}

/** Cost and tokens as far as they are known; a missing figure is said, never shown as zero. */
export function usageLine(result: TurnResult, model: string): string {
  const {input, output} = result.usage
  const tokens = input === undefined || output === undefined ? 'tokens unknown' : `${input} in, ${output} out`
  const cost =
    result.costUsd === undefined ? 'cost unknown' : result.costUsd === 0 ? 'free' : `$${result.costUsd.toFixed(4)}`
  return `${model} · ${tokens} · ${cost} · ${seconds(result.ms)}`
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`
}
