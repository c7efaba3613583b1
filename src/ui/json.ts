import type {AgentEvent} from '../agent/events.ts'
import type {Output} from './style.ts'

/** One event a line, `"v":1` first; the last line is always the result. */
export function createStreamJsonFace(out: Output): {show: (event: AgentEvent) => void} {
  return {show: (event) => void out.write(`${lineOf({v: 1, ...event})}\n`)}
}

/** The result alone, as one object, with the error that ended it if there was one. */
export function createJsonFace(out: Output): {show: (event: AgentEvent) => void} {
  let error: object | undefined
  return {
    show(event) {
      if (event.type === 'error')
        error = {
          code: event.code,
          message: event.message,
          origin: event.origin,
          hint: event.hint,
          stack: event.stack,
        }
      if (event.type === 'result') out.write(`${lineOf({v: 1, ...event, ...(error ? {error} : {})})}\n`)
    },
  }
}

/** Some readers of lines end one at U+2028 and U+2029 too, which JSON leaves as they are. */
function lineOf(value: object): string {
  return JSON.stringify(value)
    .replaceAll('\u2028', String.raw`\u2028`)
    .replaceAll('\u2029', String.raw`\u2029`)
}
