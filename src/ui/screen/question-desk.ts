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

type Open = {question: Question; shownMs: number; end: (reply: Reply | undefined) => void; note: string}

const EARLY = 'That was typed before the question could be read; please answer again.'
const BARE = 'Enter alone answers nothing here.'

export function createQuestionDesk(editor: Editor, changed: () => void): QuestionDesk {
  let open: Open | undefined
  let begunMs = 0
  let wasEmpty = true
  let timer: NodeJS.Timeout | undefined
  const end = (reply: Reply | undefined) => {
    clearTimeout(timer)
    open?.end(reply)
    open = undefined
    changed()
  }
  const note = (text: string) => {
    if (open) open.note = text
    changed()
  }
  const ask: QuestionDesk['ask'] = (question, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve(undefined)
      const leave = () => end(undefined)
      signal.addEventListener('abort', leave, {once: true})
      const settle = (reply: Reply | undefined) => {
        signal.removeEventListener('abort', leave)
        resolve(reply)
      }
      open = {question, shownMs: performance.now(), end: settle, note: ''}
      changed()
    })
  const loneKey = (event: KeyEvent) => {
    if (!open || event.type !== 'text' || editor.text() !== event.text) return undefined
    if (begunMs - open.shownMs < READING_MS) return undefined
    return Object.hasOwn(open.question.keys, event.text.toLowerCase()) ? event.text.toLowerCase() : undefined
  }
  return {
    ask,
    lines: () => (open ? [...(open.note === '' ? [] : [open.note]), ...open.question.line.split('\n')] : []),
    get isOpen() {
      return open !== undefined
    },
    follow(event) {
      if (event.type === 'focus') return
      clearTimeout(timer)
      if (wasEmpty) begunMs = performance.now()
      wasEmpty = editor.isEmpty()
      const key = loneKey(event)
      if (key === undefined) return
      timer = setTimeout(() => {
        editor.reset()
        wasEmpty = true
        end({key})
      }, LONE_KEY_MS)
    },
    enter(text) {
      wasEmpty = true
      if (!open) return false
      const judged = judgeEntry(text, begunMs - open.shownMs, open.question)
      if (judged === 'not an answer') return false
      if (judged === 'empty') note(BARE)
      else if (judged === 'too early') note(EARLY)
      else end(judged)
      return true
    },
    leave: () => end(undefined),
  }
}
