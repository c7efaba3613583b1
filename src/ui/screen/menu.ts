import type {Style} from '../style.ts'
import {cellsOf} from '../cells.ts'
import {sanitize} from '../sanitize.ts'
import {completableOf, type Candidate, type Candidates, type Completable} from './completion.ts'
import type {Draft} from './draft.ts'

export type Menu = {
  /** Looks for candidates after the draft has changed. */
  follow: (draft: Draft) => void
  /** Closes it until the draft changes. */
  close: () => void
  readonly isOpen: boolean
  /** Whether what is typed is the name of a candidate already, so that Enter sends. */
  readonly isExact: boolean
  move: (by: number) => void
  /** @returns what the pointer is at, and the word it replaces */
  chosen: () => {word: Completable; candidate: Candidate} | undefined
  lines: (columns: number, style: Style) => string[]
}

const ROWS = 8
const MOST = 200

/** @param changed is told when candidates have come that the picture does not show yet */
export function createMenu(candidates: Candidates, changed: () => void): Menu {
  let word: Completable | undefined
  let found: readonly Candidate[] = []
  let at = 0
  let question = 0
  const take = (now: Completable, answer: readonly Candidate[]) => {
    word = now
    found = answer.slice(0, MOST)
    at = 0
  }
  const clear = () => {
    question++
    word = undefined
    found = []
  }
  return {
    follow(draft) {
      const now = completableOf(draft)
      if (!now) return clear()
      if (word && now.typed === word.typed && now.from === word.from) return
      const own = ++question
      const answer = candidates(now)
      if (!(answer instanceof Promise)) return take(now, answer)
      clear()
      question = own
      void answer.then(
        (late) => {
          if (own !== question) return
          take(now, late)
          changed()
        },
        () => undefined,
      )
    },
    close: clear,
    get isOpen() {
      return found.length > 0
    },
    get isExact() {
      return found.some(({value}) => value === word?.typed)
    },
    move: (by) => void (at = (at + by + found.length) % Math.max(1, found.length)),
    chosen() {
      const candidate = found[at]
      return word && candidate ? {word, candidate} : undefined
    },
    lines: (columns, style) => menuLines({found, at}, columns, style),
  }
}

/** The entries around the pointer, with what they do beside them where there is room. */
function menuLines({found, at}: {found: readonly Candidate[]; at: number}, columns: number, style: Style): string[] {
  const first = Math.max(0, Math.min(at - (ROWS >> 1), found.length - ROWS))
  const shown = found.slice(first, first + ROWS)
  const width = Math.min(columns >> 1, Math.max(0, ...shown.map(({value}) => cellsOf(sanitize(value)))))
  const lines = shown.map(({value, about = ''}, index) => {
    const name = sanitize(value)
    const gap = ' '.repeat(Math.max(2, width + 2 - cellsOf(name)))
    const isAt = first + index === at
    return `${isAt ? '❯ ' : '  '}${isAt ? style.bold(name) : name}${about === '' ? '' : gap + style.dim(sanitize(about))}`
  })
  const rest = found.length - first - shown.length
  return rest > 0 ? [...lines, style.dim(`  ${rest} more`)] : lines
}
