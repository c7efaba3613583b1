import type {ApprovalAnswer} from '../agent/events.ts'
import type {Environment} from '../paths.ts'
import {questionLines} from './approve.ts'
import {remoteQuestion} from './ask-remote.ts'
import type {TurnFace, TurnOptions} from './chat-face.ts'
import type {MarkdownRenderer} from './markdown/types.ts'
import {sanitize} from './sanitize.ts'
import type {ChatScreen} from './screen/chat-screen.ts'
import type {Reply} from './screen/question.ts'
import type {Style} from './style.ts'
import {wrapWords} from './wrap.ts'

export type PaintedTurnOptions = TurnOptions & {
  screen: ChatScreen
  env: Environment
  style: Style
  say: (text: string) => void
  /** Begins to read an answer. */
  markdown: () => MarkdownRenderer
  ended?: () => void
}

const YES_NO = {y: 'yes', n: 'no'} as const
/** For what is risky, a whole word. */
const WORDS = {yes: 'yes', no: 'no'} as const

/**
 * The questions of a turn on a painted screen: what is asked about is printed, the line with the keys goes away.
 * @param settle ends the block that is still being written
 */
export function createAsks(options: PaintedTurnOptions, settle: () => void): Omit<TurnFace, 'show' | 'end'> {
  const {screen, signal, say, style} = options
  const line = (text: string) => wrapWords(text, screen.size.columns - 1)
  // The question itself was live: what was answered stays.
  const told = (asked: string, reply: Reply | undefined) => {
    if (reply) say(`${style.dim(asked)} ${sanitize('key' in reply ? reply.key : reply.words)}\n`)
  }
  return {
    async ask(question, asked) {
      settle()
      screen.block(questionLines(question, {...screen.size, style}))
      screen.notify('Your permission is needed')
      const prompt = question.risky ? 'Allow it all the same? Type yes or no' : 'Allow? y / n'
      const keys = question.risky ? WORDS : YES_NO
      const shown = {line: line(`${prompt}, or what to do instead:`), keys}
      const reply = await screen.ask(shown, AbortSignal.any([asked, signal]))
      told('Allow?', reply)
      return answerOf(reply)
    },
    async askRemote(question, asked) {
      settle()
      say(style.yellow(`\n${remoteQuestion(question)}\n`))
      const shown = {line: line('Send it there? y / N'), keys: YES_NO, enter: 'n'}
      const reply = await screen.ask(shown, AbortSignal.any([asked, signal]))
      told('Send it there?', reply)
      return isYes(reply)
    },
    async confirm() {
      settle()
      const reply = await screen.ask({line: line('Carry the plan out? y / n'), keys: YES_NO}, signal)
      told('Carry the plan out?', reply)
      return isYes(reply)
    },
  }
}

function answerOf(reply: Reply | undefined): ApprovalAnswer {
  if (isYes(reply)) return {allow: true}
  return reply && 'words' in reply ? {allow: false, feedback: `the user said: ${reply.words}`} : {allow: false}
}

function isYes(reply: Reply | undefined): boolean {
  return reply !== undefined && 'key' in reply && /^y(es)?$/.test(reply.key)
}
