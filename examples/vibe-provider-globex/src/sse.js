/** Characters of one line; an honest one is far shorter, and a hostile one must not fill the memory. */
const LINE_LIMIT = 8 * 1024 * 1024

/**
 * Splits a body into the data of its server-sent events, however the network tore its bytes apart.
 * @param {AsyncIterable<Uint8Array>} body
 * @param {(() => void) | undefined} onActivity told of every piece that arrives, also of one without an event
 * @returns {AsyncGenerator<string>}
 */
export async function* eventData(body, onActivity) {
  const decoder = new TextDecoder()
  let rest = ''
  /** @type {string[]} */
  let data = []
  for await (const bytes of body) {
    onActivity?.()
    const piece = decoder.decode(bytes, {stream: true})
    rest += piece
    if (rest.length > LINE_LIMIT) throw new RangeError('a line of the answer is too long')
    if (!/[\r\n]/.test(piece)) continue
    // A carriage return at the very end may be half of a CRLF.
    const lines = rest.split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5))
      if (line !== '' || data.length === 0) continue
      yield data.join('\n')
      data = []
    }
  }
}
