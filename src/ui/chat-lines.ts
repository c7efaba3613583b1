import type {Environment} from '../paths.ts'
import {createTerminalAsk} from './approve.ts'
import {createRemoteAsk} from './ask-remote.ts'
import type {ChatFace, TurnFace, TurnOptions} from './chat-face.ts'
import type {Terminal} from './chat.ts'
import {markdownFor} from './markdown/for-output.ts'
import {createPlainFace, type PlainFace} from './plain.ts'
import {readLine} from './read-line.ts'
import {sanitize} from './sanitize.ts'
import {styleFor} from './style.ts'
import {wrapWords} from './wrap.ts'

export type Showing = {terminal: Terminal; env: Environment; ending: AbortSignal}

/** A chat that only adds lines: for terminals that cannot be painted on, and for readers that follow what is added. */
export function createLinesFace({terminal, env, ending}: Showing): ChatFace {
  const {output} = terminal
  return {
    hint: 'Type to ask · /help · ! shell · Ctrl-C stops an answer · Ctrl-D leaves',
    say: (text) => void output.write(`${wrapWords(text, output.columns)}\n`),
    echo: (prompt) => void output.write(`› ${sanitize(prompt)}\n`),
    // Ctrl-D leaves, or Ctrl-C on an empty line twice in a row.
    next: () => readLine(terminal, {prompt: '› ', signal: ending, patient: true}),
    status: () => undefined,
    turn: (options) => createTurn({terminal, env}, options),
    outside: (work) => work(),
    close: () => undefined,
  }
}

async function createTurn(
  {terminal, env}: Omit<Showing, 'ending'>,
  {stop, signal, closing}: TurnOptions,
): Promise<TurnFace> {
  const {output} = terminal
  const asking = {...terminal, style: styleFor(output, env), onInterrupt: stop}
  const markdown = await markdownFor(output, env)
  const plain = createPlainFace({
    markdown,
    out: output,
    talk: output,
    env,
    takeBack: '/undo takes it back',
    closing: spoken(closing, env),
  })
  return {
    show: plain.show,
    ask: settledFirst(plain, createTerminalAsk(asking)),
    askRemote: settledFirst(plain, createRemoteAsk(asking)),
    async confirm() {
      plain.settle()
      const answer = await readLine(terminal, {prompt: 'Carry the plan out? y / n ', signal, onInterrupt: stop})
      return /^y(es)?$/i.test(answer?.trim() ?? '')
    },
    end: plain.settle,
  }
}

/** For who hears the screen: that the answer is whole. */
function spoken(closing: TurnOptions['closing'], env: Environment): TurnOptions['closing'] {
  if (!env['ACCESSIBLE']) return closing
  return (result) => {
    const words = result.text.split(/\s+/).filter((word) => word !== '').length
    return `Answer ${result.status === 'ok' ? 'finished' : 'ended'}, ${words} ${words === 1 ? 'word' : 'words'}.\n${closing(result)}`
  }
}

/** A question stands below the whole of what was said before it. */
function settledFirst<Arguments extends unknown[], Answer>(
  face: PlainFace,
  ask: (...question: Arguments) => Answer,
): (...question: Arguments) => Answer {
  return (...question) => {
    face.settle()
    return ask(...question)
  }
}
