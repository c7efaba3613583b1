import type {Context, Script} from 'node:vm'
import {systemCode} from '../errors.ts'
import {ToolRefusal} from './tool.ts'

const FIRST_TRY_MS = 100
const SECOND_TRY_MS = 300
const MAX_PATTERN = 2000

export type BoundedPattern = {
  /**
   * Indexes of the lines that match.
   * @throws ToolRefusal when the pattern runs away on them
   */
  matching: (lines: readonly string[]) => Promise<number[]>
}

/**
 * A regular expression that cannot hold up the program: it runs in a context whose runs end by a timer. A second,
 * longer try, after whatever waited was served, keeps a busy machine from looking like a bad pattern.
 * @throws ToolRefusal when it is no regular expression
 */
export async function boundedPattern(pattern: string, ignoreCase: boolean): Promise<BoundedPattern> {
  const {source, flags} = translate(pattern, ignoreCase)
  if (source.length > MAX_PATTERN) throw new ToolRefusal('pattern-invalid', `The pattern is longer than ${MAX_PATTERN} characters.`)
  try {
    new RegExp(source, flags)
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unreadable'
    throw new ToolRefusal('pattern-invalid', `${why}. Patterns are JavaScript regular expressions; escape ( ) [ ] { } . * + ? ^ $ | \\ to search for them.`, {cause: error})
  }
  const vm = await import('node:vm')
  const sandbox: {lines: readonly string[]} & Context = Object.assign(vm.createContext({source, flags, lines: []}), {lines: [] as readonly string[]})
  new vm.Script('const pattern = new RegExp(source, flags)').runInContext(sandbox)
  const script = new vm.Script('{const found = []; for (let i = 0; i < lines.length; i++) if (pattern.test(lines[i])) found.push(i); found.join()}')
  return {
    matching: async (lines) => {
      sandbox.lines = lines
      const found = attempt(script, sandbox, FIRST_TRY_MS) ?? (await later(() => attempt(script, sandbox, SECOND_TRY_MS)))
      if (found === undefined) throw new ToolRefusal('pattern-slow', 'The pattern takes too long (nested repetition such as (a+)+ backtracks without end). Write it simpler.')
      return found === '' ? [] : found.split(',').map(Number)
    },
  }
}

/** Other tools' spelling of "ignore case" is understood. */
function translate(pattern: string, ignoreCase: boolean): {source: string; flags: string} {
  const inline = /^\(\?i\)/.test(pattern)
  return {source: inline ? pattern.slice(4) : pattern, flags: ignoreCase || inline ? 'i' : ''}
}

function attempt(script: Script, sandbox: Context, timeout: number): string | undefined {
  try {
    return String(script.runInContext(sandbox, {timeout}))
  } catch (error) {
    if (systemCode(error) === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined
    throw error
  }
}

function later<Result>(work: () => Result): Promise<Result> {
  return new Promise((done, failed) => {
    setImmediate(() => {
      try {
        done(work())
      } catch (error) {
        failed(error)
      }
    })
  })
}
