/**
 * What a body turned out to hold: events of a stream, or one document where the service does not stream. `tail` marks
 * an event that no blank line ended, which may have been cut.
 */
export type Payload =
  | {kind: 'event'; name?: string; data: string; tail: boolean}
  | {kind: 'document'; text: string}
  | {kind: 'nonsense'; text: string}

/** No honest line is longer; the limit keeps a hostile one from filling the memory. */
export const LINE_LIMIT = 8 * 1024 * 1024
const DOCUMENT_LIMIT = 32 * 1024 * 1024
const HEAD = 4000

/**
 * Splits a body into payloads. The body itself decides what it is, since services and proxies send any content type.
 * @throws RangeError when a line or document exceeds its limit
 */
export async function* payloads(body: AsyncIterable<Uint8Array>): AsyncGenerator<Payload> {
  const {createParser} = await import('eventsource-parser')
  const decoder = new TextDecoder()
  const queue: Array<{event?: string | undefined; data: string}> = []
  let overflow = false
  const parser = createParser({
    onEvent: (event) => void queue.push(event),
    onError: (error) => void (overflow ||= error.type === 'max-buffer-size-exceeded'),
    maxBufferSize: LINE_LIMIT,
  })
  const feed = (text: string) => {
    if (!overflow) parser.feed(text)
    if (overflow) throw new RangeError(`a line is longer than ${LINE_LIMIT / 1024 / 1024} MiB`)
  }
  let head = ''
  let form: 'events' | 'document' | undefined
  let seen = false
  for await (const chunk of body) {
    const text = decoder.decode(chunk, {stream: true})
    if (form === undefined) {
      head += text
      form = formOf(head)
      if (form === 'events') feed(head)
      if (form === undefined && head.length > HEAD) head = head.slice(0, 1)
    } else if (form === 'document') {
      head += text
      if (head.length > DOCUMENT_LIMIT) throw new RangeError('the answer is longer than 32 MiB')
    } else {
      if (!seen && head.length < HEAD) head += text
      feed(text)
    }
    if (queue.length > 0) seen = true
    for (const event of queue.splice(0)) yield eventPayload(event, false)
  }
  if (form === 'document') return yield {kind: 'document', text: head + decoder.decode()}
  feed('\n\n')
  if (queue.length > 0) seen = true
  for (const event of queue.splice(0)) yield eventPayload(event, true)
  if (!seen) yield {kind: 'nonsense', text: head}
}

function formOf(head: string): 'events' | 'document' | undefined {
  const first = head.trimStart()[0]
  if (first === undefined) return undefined
  return first === '{' || first === '[' || first === '<' ? 'document' : 'events'
}

function eventPayload(event: {event?: string | undefined; data: string}, tail: boolean): Payload {
  return {kind: 'event', data: event.data, tail, ...(event.event === undefined ? {} : {name: event.event})}
}
