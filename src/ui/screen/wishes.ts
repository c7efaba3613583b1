import type {ChatDesk} from './chat-desk.ts'
import type {Wish} from './composer-state.ts'

/** How long a second Ctrl-C counts as the answer to "again to leave". */
const AGAIN_MS = 2000
/** What is stopped gets this long to end. */
const STOPPING_MS = 500

/** Does what a key asked for beyond the text. */
export function obeyWish(desk: ChatDesk, wish: Wish): void {
  switch (wish.kind) {
    case 'send':
      return send(desk, wish)
    case 'interrupt':
      return interrupt(desk)
    case 'escape':
      return desk.live.busy ? desk.options.onStop() : undefined
    case 'leave':
      return desk.question.isOpen ? desk.question.leave() : desk.leave()
    case 'suspend':
      return desk.modes.suspend()
    case 'outside':
      return desk.outside()
    case 'repaint':
      desk.screen.pause()
      return desk.screen.resume()
    case 'recall':
      return recall(desk)
  }
}

function send({question, composer, messages, live}: ChatDesk, {text, shown}: {text: string; shown: string}): void {
  if (question.enter(text)) return composer.editor.reset()
  if (text.trim() === '') return
  messages.add({text, shown})
  live.keyMs = Number.NEGATIVE_INFINITY
  composer.sent(text)
}

/** Stops what is under way; otherwise clears what is written; otherwise asks to be pressed again. */
function interrupt(desk: ChatDesk): void {
  const {live, composer} = desk
  if (live.busy) return stopOrEnd(desk, live.busy.since)
  if (!composer.editor.isEmpty()) return composer.discard()
  if (performance.now() - desk.leaving.askedMs < AGAIN_MS) return desk.leave()
  desk.leaving.askedMs = performance.now()
  live.note = 'ctrl+c again to leave'
}

/** What does not stop is ended with the process, by a third press. */
function stopOrEnd({live, leaving, options}: ChatDesk, since: number): void {
  const isFirst = leaving.stopping?.since !== since
  const stopping = isFirst || !leaving.stopping ? {since, presses: 0, pressedMs: performance.now()} : leaving.stopping
  leaving.stopping = stopping
  if (isFirst) options.onStop()
  if (performance.now() - stopping.pressedMs >= STOPPING_MS) stopping.presses++
  if (stopping.presses > 1) process.kill(process.pid, 'SIGINT')
  if (stopping.presses > 0) live.note = 'still stopping; ctrl+c again ends all'
}

/** The last message that waits comes back to be changed or dropped. */
function recall({messages, composer}: ChatDesk): void {
  const message = messages.recall()
  if (message) composer.editor.set(message.text)
}
