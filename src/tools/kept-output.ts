import {sizeOf} from './target.ts'

/** Keeps the beginning and the end of a long text in bounded memory, and says how much lies between. */
export type KeptOutput = {
  add: (text: string, bytes: number) => void
  text: () => string
}

/**
 * @param headLimit characters kept from the beginning
 * @param tailLimit characters kept from the end
 */
export function keepOutput(headLimit: number, tailLimit: number): KeptOutput {
  let head = ''
  let tail: string[] = []
  let tailLength = 0
  let dropped = false
  let total = 0
  const compact = () => {
    const joined = tail.join('')
    dropped ||= joined.length > tailLimit
    tail = [joined.slice(-tailLimit)]
    tailLength = tail[0]?.length ?? 0
  }
  return {
    add: (text, bytes) => {
      total += bytes
      const room = headLimit - head.length
      head += text.slice(0, room)
      const rest = room > 0 ? text.slice(room) : text
      if (rest === '') return
      tail.push(rest)
      tailLength += rest.length
      if (tailLength > 4 * tailLimit) compact()
    },
    text: () => {
      compact()
      const end = tail.join('')
      if (!dropped) return (head + end).toWellFormed()
      const lineStart = end.indexOf('\n')
      const whole = lineStart >= 0 && lineStart < 500 ? end.slice(lineStart + 1) : end
      return `${head}\n[cut: the whole output was ${sizeOf(total)}; the beginning and the end are shown]\n${whole}`.toWellFormed()
    },
  }
}
