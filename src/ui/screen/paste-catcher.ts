const END = '\u001B[201~'
/** A paste longer than this is cut; a person pastes no such thing on purpose. */
const LONGEST = 32 * 1024 * 1024

/** Collects a bracketed paste. */
export type PasteCatcher = {
  readonly isOpen: boolean
  begin: () => void
  /** @returns what is not of the paste, or not yet known to be, and the whole paste when that was its end */
  take: (text: string) => {rest: string; pasted?: string}
  /** The end does not come. */
  end: (rest: string) => string
}

export function createPasteCatcher(): PasteCatcher {
  let parts: string[] | undefined
  let length = 0
  const end = (last: string) => {
    const text = `${parts?.join('') ?? ''}${last}`
    parts = undefined
    length = 0
    return text
  }
  return {
    get isOpen() {
      return parts !== undefined
    },
    begin: () => void (parts = []),
    take(text) {
      const at = text.indexOf(END)
      if (at !== -1) return {rest: text.slice(at + END.length), pasted: end(text.slice(0, at))}
      // The end may be cut in two.
      const whole = text.slice(0, Math.max(0, text.length - END.length + 1))
      if (length < LONGEST) parts?.push(whole)
      length += whole.length
      return {rest: text.slice(whole.length)}
    },
    end,
  }
}
