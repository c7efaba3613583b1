import type {Reply, Step} from '../scripted-server.ts'

/** @returns one server-sent event whose data is `value` as JSON, with an `event:` line when a name is given */
export function sseEvent(value: unknown, name?: string): string {
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(value)}\n\n`
}

/** @returns a 200 event stream that writes each frame by itself */
export function sseReply(frames: readonly string[]): Reply {
  return {
    status: 200,
    headers: {'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache'},
    steps: frames.map((frame): Step => ({write: frame})),
  }
}

/** @returns a 200 answer whose body is `value` as JSON */
export function jsonReply(value: unknown, status = 200): Reply {
  return {status, headers: {'content-type': 'application/json'}, steps: [{write: JSON.stringify(value)}]}
}

/** @returns `text` cut into at most `count` pieces by code points; never an empty list, so that "" is still said */
export function pieces(text: string, count = 3): string[] {
  const points = [...text]
  const size = Math.max(1, Math.ceil(points.length / count))
  const result: string[] = []
  for (let start = 0; start < points.length; start += size) result.push(points.slice(start, start + size).join(''))
  return result.length > 0 ? result : ['']
}
