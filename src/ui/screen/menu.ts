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

type Found = {word: Completable | undefined; candidates: readonly Candidate[]; at: number}

/** @param changed is told when candidates have come that the picture does not show yet */
export function createMenu(candidates: Candidates, changed: () => void): Menu {
  let found: Found = {word: undefined, candidates: [], at: 0}
  const show = (now: Found) => {
    found = now
    changed()
  }
  const follow = createFollower(candidates, show)
  const close = () => follow(undefined)
  return {
    follow(draft) {
      const now = completableOf(draft)
      if (!now || now.typed !== found.word?.typed || now.from !== found.word.from) follow(now)
    },
    close,
    get isOpen() {
      return found.candidates.length > 0
    },
    get isExact() {
      return found.candidates.some(({value}) => value === found.word?.typed)
    },
    move(by) {
      const {length} = found.candidates
      found.at = (found.at + by + length) % Math.max(1, length)
    },
    chosen() {
      const candidate = found.candidates[found.at]
      return found.word && candidate ? {word: found.word, candidate} : undefined
    },
    lines: (columns, style) => menuLines(found, columns, style),
  }
}

/** Asks for candidates; an answer that comes after the next question is too late. */
function createFollower(candidates: Candidates, show: (found: Found) => void): (word: Completable | undefined) => void {
  let questions = 0
  return (word) => {
    const own = ++questions
    const answer = word ? candidates(word) : []
    const take = (list: readonly Candidate[]) => {
      if (own === questions) show({word, candidates: list.slice(0, MOST), at: 0})
    }
    if (!(answer instanceof Promise)) return take(answer)
    take([])
    void answer.then(take, () => undefined)
  }
}

/** The entries around the pointer, with what they do beside them where there is room. */
function menuLines({candidates: found, at}: Found, columns: number, style: Style): string[] {
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
