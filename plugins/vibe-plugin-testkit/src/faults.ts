import type {Dialect} from './dialects/dialect.ts'
import type {Reply, Step} from './scripted-server.ts'

/** The whole body of an answer. */
export function bodyOf({steps}: Reply): string {
  return steps.map((step) => ('write' in step ? textOf(step.write) : '')).join('')
}

/**
 * The bytes of a good answer in pieces of `size` that fit nothing: lines and events are torn, and characters too: the
 * server pauses inside of each that a piece ends in, since what is written at once arrives at once.
 */
export function torn(reply: Reply, size: number): Reply {
  const bytes = Buffer.from(bodyOf(reply), 'utf8')
  const steps: Step[] = []
  for (let start = 0; start < bytes.length; start += size) {
    const end = start + size
    steps.push({write: bytes.subarray(start, end)})
    if (isInsideCharacter(bytes[end]) || start % (size * 32) === 0) steps.push({waitMs: 3})
  }
  return {...reply, steps}
}

/** Whether a byte goes on with the character before it. */
function isInsideCharacter(byte = 0): boolean {
  return (byte & 0b1100_0000) === 0b1000_0000
}

/** The same answer with its whole body changed. */
export function rewritten(reply: Reply, change: (body: string) => string): Reply {
  return {...reply, steps: [{write: change(bodyOf(reply))}]}
}

/**
 * The steps of an answer up to the one that says `marker`, that one included.
 * @param marker by default, the first half of the steps
 */
export function firstSteps({steps}: Reply, marker?: string): Step[] {
  const found =
    marker === undefined ? -1 : steps.findIndex((step) => 'write' in step && textOf(step.write).includes(marker))
  if (found !== -1) return steps.slice(0, found + 1)
  if (steps.length > 1) return steps.slice(0, Math.ceil(steps.length / 2))
  const body = bodyOf({steps})
  return [{write: body.slice(0, Math.ceil(body.length / 2))}]
}

/** An answer with an error status and the service's own words. */
export function refusal(
  {errorBody}: Dialect,
  {status, message, headers}: {status: number; message: string; headers?: Record<string, string>},
): Reply {
  return {
    status,
    headers: {'content-type': 'application/json', ...headers},
    steps: [{write: JSON.stringify(errorBody({status, message}))}],
  }
}

function textOf(bytes: string | Uint8Array): string {
  return typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')
}
