import type {Editor} from './editor.ts'
import type {KeyEvent} from './key-event.ts'
import {judgeEntry, LONE_KEY_MS, READING_MS, type Question, type Reply} from './question.ts'

/** The question that is open, if one is. */
export type QuestionDesk = {
  /** @returns undefined when the person leaves it without an answer, or the signal is raised */
  ask: (question: Question, signal: AbortSignal) => Promise<Reply | undefined>
  /** The lines of the open question. */
  lines: () => string[]
  readonly isOpen: boolean
  /** Told of each event, after the editor took it. */
  follow: (event: KeyEvent) => void
  /** @returns false when the text is none of the question's business and should go where messages go */
  enter: (text: string) => boolean
  /** Ends the question without an answer. */
  leave: () => void
}

type Open = {question: Question; shownMs: number; settle: Settle; note: string}

/** When the text of the editor was begun, and what waits to become an answer. */
type Writing = {begunMs: number; wasEmpty: boolean; timer: NodeJS.Timeout | undefined}

const NOTES = {
  'too early': 'That was typed before the question could be read; please answer again.',
  empty: 'Enter alone answers nothing here.',
  'not an answer': 'What was begun before the question waits as the next message.',
}

export function createQuestionDesk(editor: Editor, changed: () => void): QuestionDesk {
  const writing: Writing = {begunMs: 0, wasEmpty: true, timer: undefined}
  let open: Open | undefined
  const end = (reply: Reply | undefined) => {
    clearTimeout(writing.timer)
    open?.settle(reply)
    open = undefined
    changed()
  }
  const answer = (key: string) => {
    clearEditor(writing, editor)
    end({key})
  }
  return {
    ask: (question, signal) =>
      waitFor(signal, (settle) => {
        open = {question, shownMs: performance.now(), settle, note: ''}
        changed()
        return () => end(undefined)
      }),
    lines: () => linesOf(open),
    get isOpen() {
      return open !== undefined
    },
    follow(event) {
      noteEvent(event, writing, editor)
      const key = open && loneKey(event, {open, editor, begunMs: writing.begunMs})
      if (key !== undefined) writing.timer = setTimeout(answer, LONE_KEY_MS, key)
    },
    enter(text) {
      writing.wasEmpty = true
      const judged = open && judgeEntry(text, writing.begunMs - open.shownMs, open.question)
      if (typeof judged === 'object') end(judged)
      else if (open && judged) open.note = NOTES[judged]
      changed()
      return Boolean(judged) && judged !== 'not an answer'
    },
    leave: () => end(undefined),
  }
}

function clearEditor(writing: Writing, editor: Editor): void {
  editor.reset()
  writing.wasEmpty = true
}

/** Any key ends the wait for an answer of one key. */
function noteEvent(event: KeyEvent, writing: Writing, editor: Editor): void {
  if (event.type === 'focus') return
  clearTimeout(writing.timer)
  if (writing.wasEmpty) writing.begunMs = performance.now()
  writing.wasEmpty = editor.isEmpty()
}

type Settle = (reply: Reply | undefined) => void

/** @param begin opens the question and returns what leaves it */
function waitFor(signal: AbortSignal, begin: (settle: Settle) => () => void): Promise<Reply | undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(undefined)
    const leave = begin((reply) => {
      signal.removeEventListener('abort', leave)
      resolve(reply)
    })
    signal.addEventListener('abort', leave, {once: true})
  })
}

function linesOf(open: Open | undefined): string[] {
  return open ? [...(open.note === '' ? [] : [open.note]), ...open.question.line.split('\n')] : []
}

/** A key that may be the whole answer. */
function loneKey(
  event: KeyEvent,
  {open, editor, begunMs}: {open: Open; editor: Editor; begunMs: number},
): string | undefined {
  if (event.type !== 'text' || editor.text() !== event.text) return undefined
  if (begunMs - open.shownMs < READING_MS) return undefined
  const key = event.text.toLowerCase()
  if (key.length > 1) return undefined
  return Object.hasOwn(open.question.keys, key) ? key : undefined
}
