/** No honest line is longer; the limit keeps a hostile one from filling the memory. */
export const LINE_LIMIT = 8 * 1024 * 1024

/** `tail` marks a last line that no line end closed, which may have been cut. */
export type Line = {text: string; tail: boolean}

/**
 * Splits a body into lines, wherever its bytes were cut; empty lines are left out.
 * @throws RangeError when a line is longer than LINE_LIMIT characters
 */
export async function* lines(body: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  const decoder = new TextDecoder()
  let open: string[] = []
  let length = 0
  for await (const chunk of body) {
    const [first = '', ...rest] = decoder.decode(chunk, {stream: true}).split('\n')
    open.push(first)
    length += first.length
    for (const next of rest) {
      yield* line(open.join(''), false)
      open = [next]
      length = next.length
    }
    if (length > LINE_LIMIT) throw new RangeError(`a line is longer than ${LINE_LIMIT / 1024 / 1024} MiB`)
  }
  open.push(decoder.decode())
  yield* line(open.join(''), true)
}

function* line(text: string, tail: boolean): Generator<Line> {
  if (text.length > LINE_LIMIT) throw new RangeError(`a line is longer than ${LINE_LIMIT / 1024 / 1024} MiB`)
  if (text.trim() !== '') yield {text, tail}
}
