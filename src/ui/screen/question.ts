/** A question that is answered with one key, with words, or not at all. */
export type Question = {
  /** The line above the editor. */
  line: string
  /** Keys that answer, and the words that mean the same. */
  keys: Readonly<Record<string, string>>
  /** The harmless key that Enter alone stands for; without, it answers nothing. */
  enter?: string
}

export type Reply = {key: string} | {words: string}

/** What an entered text means while a question is open. */
export type Judged = Reply | 'empty' | 'too early' | 'not an answer'

/** Keys that arrive sooner were typed before the question could be read. */
export const READING_MS = 500
/** A key that nothing follows for so long is an answer; what follows makes it the begin of a sentence. */
export const LONE_KEY_MS = 600

/**
 * Judges what was entered. A text that was begun before the question could be read answers nothing.
 * @param begunMs when its first key came, counted from the question
 */
export function judgeEntry(text: string, begunMs: number, {keys, enter}: Question): Judged {
  const words = text.trim()
  if (words === '') return enter === undefined || begunMs < READING_MS ? 'empty' : {key: enter}
  const key = keyFor(words, keys)
  if (begunMs < READING_MS) return key === undefined ? 'not an answer' : 'too early'
  return key === undefined ? {words} : {key}
}

function keyFor(words: string, keys: Question['keys']): string | undefined {
  const wanted = words.toLowerCase()
  return Object.entries(keys).find(([key, word]) => wanted === key || wanted === word)?.[0]
}
