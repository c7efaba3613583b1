import type {Context, Script} from 'node:vm'
import {systemCode} from '../errors.ts'
import {ToolRefusal} from './tool.ts'

/** No single run holds up the program longer, so that a cancel is always heard in time. */
const RUN_MS = 70
const MAX_SLOW_LINES = 3
const MAX_PATTERN = 2000

export type BoundedPattern = {
  /**
   * Indexes of the lines that match; a line on which the pattern runs away is passed over and counted.
   * @throws ToolRefusal when the pattern runs away on several lines
   */
  matching: (lines: readonly string[], signal: AbortSignal) => Promise<number[]>
  slowLines: () => number
}

/**
 * A regular expression that cannot hold up the program: it runs in a context whose runs end by a timer. What takes too
 * long is tried again in halves, with everything that waits served in between, until the guilty line is found.
 * @throws ToolRefusal when it is no regular expression
 */
export async function boundedPattern(pattern: string, ignoreCase: boolean): Promise<BoundedPattern> {
  const {source, flags} = translate(pattern, ignoreCase)
  if (source.length > MAX_PATTERN)
    throw new ToolRefusal('pattern-invalid', `The pattern is longer than ${MAX_PATTERN} characters.`)
  try {
    new RegExp(source, flags)
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unreadable'
    throw new ToolRefusal(
      'pattern-invalid',
      `${why}. Patterns are JavaScript regular expressions; escape ( ) [ ] { } . * + ? ^ $ | \\ to search for them.`,
      {cause: error},
    )
  }
  const run = await compile(source, flags)
  let slow = 0
  const matching = async (lines: readonly string[], signal: AbortSignal): Promise<number[]> => {
    if (signal.aborted) return []
    const found = run(lines)
    if (found !== undefined) return found
    await new Promise((done) => setImmediate(done))
    if (lines.length > 1) {
      const half = lines.length >> 1
      const first = await matching(lines.slice(0, half), signal)
      const second = await matching(lines.slice(half), signal)
      return [...first, ...second.map((index) => index + half)]
    }
    // A single line gets a second chance: the machine may have been busy.
    const again = run(lines)
    if (again === undefined && ++slow > MAX_SLOW_LINES) throw tooSlow()
    return again ?? []
  }
  return {matching, slowLines: () => slow}
}

/** @returns a function that gives undefined when its time was up */
async function compile(source: string, flags: string): Promise<(lines: readonly string[]) => number[] | undefined> {
  const vm = await import('node:vm')
  const sandbox: Context = vm.createContext({source, flags, lines: []})
  new vm.Script('const pattern = new RegExp(source, flags)').runInContext(sandbox)
  const script = new vm.Script(
    '{const found = []; for (let i = 0; i < lines.length; i++) if (pattern.test(lines[i])) found.push(i); found.join()}',
  )
  return (lines) => {
    sandbox['lines'] = lines
    return attempt(script, sandbox)
  }
}

function tooSlow(): ToolRefusal {
  return new ToolRefusal(
    'pattern-slow',
    'The pattern takes too long (nested repetition such as (a+)+ backtracks without end). Write it simpler.',
  )
}

/** Other tools' spelling of "ignore case" is understood. */
function translate(pattern: string, ignoreCase: boolean): {source: string; flags: string} {
  const inline = /^\(\?i\)/.test(pattern)
  return {source: inline ? pattern.slice(4) : pattern, flags: ignoreCase || inline ? 'i' : ''}
}

function attempt(script: Script, sandbox: Context): number[] | undefined {
  try {
    const found = String(script.runInContext(sandbox, {timeout: RUN_MS}))
    return found === '' ? [] : found.split(',').map(Number)
  } catch (error) {
    if (systemCode(error) === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined
    throw error
  }
}
