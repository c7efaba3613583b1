import type {AskRemote, RemoteQuestion} from '../agent/events.ts'
import type {AskingTerminal} from './approve.ts'
import {readLine} from './read-line.ts'
import {sanitize} from './sanitize.ts'
import {wrapWords} from './wrap.ts'

/** Keys that arrive sooner were typed before the question could be read. */
const READING_MS = 500
const NAMED_FILES = 3

/** Asks on a terminal whether a local conversation may go on elsewhere. Only a whole "y" or "yes" is a yes. */
export function createRemoteAsk(terminal: AskingTerminal): AskRemote {
  const {output, onInterrupt, style} = terminal
  return async (question, signal) => {
    output.write(`\n${style.yellow(wrapWords(remoteQuestion(question), output.columns))}\n\n`)
    const shownAt = performance.now()
    for (;;) {
      const answer = await readLine(terminal, {prompt: 'Send it there? y / N ', signal, onInterrupt})
      if (answer === undefined) return false
      if (performance.now() - shownAt >= READING_MS) return /^y(es)?$/i.test(answer.trim())
      output.write('That was typed before the question was shown; please answer again.\n')
    }
  }
}

/** What would leave the machine, and where to. */
export function remoteQuestion({from, to, reason, messages, tokens, files}: RemoteQuestion): string {
  const named = files.slice(0, NAMED_FILES).join(', ')
  const more = files.length > NAMED_FILES ? ` and ${files.length - NAMED_FILES} more` : ''
  const contents = files.length === 0 ? '' : `, with what tools read or wrote of ${named}${more}`
  return sanitize(
    `${from.provider} is on your own network and cannot go on. ${reason}\n${to.provider} (${to.model}) could. It would be sent the whole conversation, now and for the rest of this session: ${messages} ${messages === 1 ? 'message' : 'messages'}, about ${tokens} tokens${contents}. It would go to ${to.endpoint}.`,
  )
}
