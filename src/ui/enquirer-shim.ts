import {createInterface, emitKeypressEvents} from 'node:readline'
import type {Environment} from '../paths.ts'

/** What vibe hands to enquirer; its own types lack half of these. */
export type Question = {
  type: 'select' | 'autocomplete' | 'input' | 'password' | 'confirm'
  message: string
  initial?: string | number | boolean
  choices?: Array<{name: string; message: string; hint?: string}>
  validate?: (value: string) => string | true
  result?: (value: string) => string
  /** Of an `autocomplete`: the choices that fit what is typed. */
  suggest?: (typed: string, choices: Array<{name: string; message: string}>) => Array<{name: string; message: string}>
  format?: (this: PromptState, value: string) => string
}
type PromptState = {
  input: string
  focused?: {name: string}
  state: {submitted?: boolean; cancelled?: boolean; index: number; keypress?: {name?: string}}
}

/** A question that got no answer: left with Ctrl-C, Ctrl-D or a closed terminal, or stepped back from with Esc. */
export type Answer = {answered: true; value: unknown} | {answered: false; by: 'interrupt' | 'escape'}

const ROWS = 8

/**
 * Asks one question. Enquirer as published crashes on Ctrl-C, Ctrl-D and a closed input under Node 24, and shows what is
 * chosen by colour alone; here each of these ends in an answer.
 */
export async function askEnquirer(question: Question, env: Environment = process.env): Promise<Answer> {
  const prompt = await loadEnquirer(env)
  let by: 'interrupt' | 'escape' = 'interrupt'
  const options = {
    ...question,
    name: 'answer',
    ...(question.type === 'select' && {limit: ROWS, pointer: pointAt}),
    ...(question.type === 'autocomplete' && {limit: ROWS, pointer: pointAt, append: typed}),
    onCancel: (_name: string, _value: unknown, state: PromptState) => {
      if (state.state.keypress?.name === 'escape') by = 'escape'
    },
  }
  try {
    const answers = await prompt(options)
    return {answered: true, value: answers['answer']}
  } catch (error) {
    if (error instanceof Error) throw error
    return {answered: false, by} // Enquirer rejects with an empty string when a question is left.
  }
}

function pointAt(this: PromptState, _choice: unknown, index: number): string {
  return this.state.index === index ? '❯' : ' '
}

/** Enquirer makes an expression of what is typed, which a stray bracket would break. */
function typed(this: PromptState & {alert: () => void}, text: string): unknown {
  if (!/^[\p{L}\p{N} ._:/@-]+$/u.test(text)) return this.alert()
  const {append} = Object.getPrototypeOf(this) as {append: (text: string) => unknown}
  return append.call(this, text)
}

type Ask = (question: object) => Promise<Record<string, unknown>>

async function loadEnquirer(env: Environment): Promise<Ask> {
  const [{default: enquirer}, {default: keypress}, {default: Queue}, {default: colors}] = await Promise.all([
    import('enquirer'),
    import('enquirer/lib/keypress.js'),
    import('enquirer/lib/queue.js'),
    import('ansi-colors'),
  ])
  colors.enabled = !env['NO_COLOR'] && env['TERM'] !== 'dumb'
  keypress.listen = ({stdin} = {}, onKeypress) => {
    if (!stdin?.isTTY) throw new Error('A question needs a terminal.')
    const reader = createInterface({terminal: true, input: stdin, escapeCodeTimeout: 50})
    emitKeypressEvents(stdin, reader)
    const queue = new Queue<[string, {name?: string}]>((input, key) => onKeypress(input, keypress(input, key), reader))
    const wasRaw = stdin.isRaw
    let done = false
    const onKey = (input: string, key: {name?: string}) => {
      if (!done) queue.enqueue(input, key)
    }
    reader.on('close', () => onKey('\x03', CONTROL_C))
    stdin.setRawMode(true)
    stdin.on('keypress', onKey)
    reader.resume()
    return () => {
      if (done) return
      done = true
      stdin.setRawMode(wasRaw)
      stdin.removeListener('keypress', onKey)
      queue.destroy()
      reader.close()
      stdin.pause()
    }
  }
  return (question) => enquirer.prompt(question as Parameters<typeof enquirer.prompt>[0])
}

const CONTROL_C = {name: 'c', ctrl: true, sequence: '\x03'}
