import type {Environment} from '../../paths.ts'

/** Narrower than this nothing that repaints itself is readable. */
const NARROWEST = 20

type Side = {isTTY?: boolean; columns?: number}

/** Whether a terminal can be painted on, and its user wants that. Otherwise text is only added, line by line. */
export function canPaint({input, output}: {input: Side; output: Side}, env: Environment): boolean {
  if (input.isTTY !== true || output.isTTY !== true) return false
  if (!env['TERM'] && process.platform !== 'win32') return false
  if (env['TERM'] === 'dumb' || isOn(env['CI']) || isOn(env['ACCESSIBLE'])) return false
  return (output.columns ?? 0) >= NARROWEST
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value.toLowerCase())
}
