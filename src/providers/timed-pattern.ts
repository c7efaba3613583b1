const MATCH_MS = 50
const PROBE_MS = 100
/** Characters that patterns repeat most often; a run of one, then a stranger, is what slow patterns choke on. */
const RUNS = ['a', 'A', '0', '-', '_', '.', '/', ' ', 'a-', 'a.', 'a/', 'a,', 'a ']

/**
 * Whether the whole search for a pattern ends in time, and how. A pattern comes from a plugin: an unfortunate one may need
 * years for thirty characters, and nothing but the engine's own clock can stop it.
 */
export function matchPattern(pattern: string, value: string): 'yes' | 'no' | 'too-slow' {
  return evaluate(`new RegExp(${JSON.stringify(pattern)}, 'u').test(${JSON.stringify(value)})`, MATCH_MS)
}

/** @returns why a pattern cannot be used, undefined when it can */
export function patternProblem(pattern: string): string | undefined {
  try {
    new RegExp(pattern, 'u')
  } catch {
    return `is not a regular expression: ${pattern}` // The engine's own words repeat the pattern and little else.
  }
  const letters = [...new Set(pattern.replaceAll(/[^\p{L}\p{N}:=@,;#]/gu, ''))].slice(0, 20)
  const runs = [...RUNS, ...letters].map((run) => `${run.repeat(40)}\n`)
  const search = `{const p = new RegExp(${JSON.stringify(pattern)}, 'u'); for (const run of ${JSON.stringify(runs)}) p.test(run); false}`
  return evaluate(search, PROBE_MS) === 'too-slow' ? `takes too long to match some texts: ${pattern}` : undefined
}

/** The clock of the engine runs on while a busy machine does something else: only what is slow each time is slow. */
function evaluate(source: string, timeout: number, attempts = 3): 'yes' | 'no' | 'too-slow' {
  let verdict = evaluateOnce(source, timeout)
  for (let more = attempts - 1; more > 0 && verdict === 'too-slow'; more--) verdict = evaluateOnce(source, timeout)
  return verdict
}

function evaluateOnce(source: string, timeout: number): 'yes' | 'no' | 'too-slow' {
  const {Script} = process.getBuiltinModule('node:vm')
  try {
    return new Script(source).runInThisContext({timeout}) === true ? 'yes' : 'no'
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return 'too-slow'
    throw error
  }
}
