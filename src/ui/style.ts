import type {Environment} from '../paths.ts'

type Paint =
  | 'bold'
  | 'dim'
  | 'italic'
  | 'underline'
  | 'inverse'
  | 'strike'
  | 'red'
  | 'green'
  | 'yellow'
  | 'blue'
  | 'magenta'
  | 'cyan'

export type Style = Record<Paint, (text: string) => string>

/** A stream to write on, as much of it as a face needs. */
export type Output = {write: (text: string) => unknown; isTTY?: boolean; columns?: number}

/** Colour only adds: NO_COLOR, TERM=dumb and pipes lose nothing but it. FORCE_COLOR asks for it in a pipe. */
export function wantsColour(output: Output, env: Environment): boolean {
  if (env['NO_COLOR']) return false
  const forced = env['FORCE_COLOR']
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  return output.isTTY === true && env['TERM'] !== 'dumb'
}

/** The sixteen terminal colours only, which follow the user's theme. */
export function styleFor(output: Output, env: Environment): Style {
  const on = wantsColour(output, env)
  const paint = (open: number, close: number) => (text: string) =>
    on && text !== '' ? `\u001B[${open}m${text}\u001B[${close}m` : text
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    italic: paint(3, 23),
    underline: paint(4, 24),
    strike: paint(9, 29),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
    blue: paint(34, 39),
    magenta: paint(35, 39),
    cyan: paint(36, 39),
    inverse: paint(7, 27),
  }
}
