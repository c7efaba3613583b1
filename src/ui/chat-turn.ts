import type {AgentEvent} from '../agent/events.ts'
import {createAsks, type PaintedTurnOptions} from './chat-asks.ts'
import type {TurnFace} from './chat-face.ts'
import type {MarkdownLines, MarkdownRenderer} from './markdown/types.ts'
import {createPlainFace} from './plain.ts'
import type {ChatScreen} from './screen/chat-screen.ts'
import type {Output} from './style.ts'

/** Longer waits are worth a word to a person who looks elsewhere. */
const LONG_MS = 10_000

/** Shows one turn on a painted screen. */
export function createPaintedTurn(options: PaintedTurnOptions): TurnFace {
  const {screen, line, env, closing} = options
  const since = performance.now()
  const text = createText(screen, options.markdown)
  let hasCome = false
  const output = screenOutput(screen)
  const plain = createPlainFace({out: output, talk: output, env, takeBack: '/undo takes it back', closing})
  return {
    show(event) {
      const what = doing(event)
      if (what !== undefined) screen.busy(what)
      if (BEGUN.has(event.type)) hasCome = true
      if (event.type === 'text') return text.push(event.delta)
      if (!SILENT.has(event.type)) text.settle()
      plain.show(event)
      if (event.type !== 'result') return
      if (!hasCome && event.status !== 'ok') screen.putBack(line)
      if (performance.now() - since > LONG_MS) screen.notify('The answer is there')
    },
    ...createAsks(options, text.settle),
    end() {
      text.settle()
      screen.busy(undefined)
      options.ended?.()
    },
  }
}

const BEGUN = new Set<AgentEvent['type']>(['text', 'tool', 'edit'])

/** Nothing of these is shown among the lines. */
const SILENT = new Set<AgentEvent['type']>(['start', 'reasoning', 'usage', 'tool_output', 'approval'])

/** What the turn is at, for the line that moves. */
function doing(event: AgentEvent): string | undefined {
  if (event.type === 'text') return 'answering'
  if (event.type === 'reasoning') return 'thinking'
  if (event.type === 'tool') return event.summary.split('\n')[0]
  if (event.type === 'tool_result') return 'waiting for the answer'
  return undefined
}

/** The screen as a stream of finished lines. */
export function screenOutput(screen: ChatScreen): Output {
  return {
    isTTY: true,
    get columns() {
      return Math.max(1, screen.size.columns - 1)
    },
    write: (text) => screen.block(text.replace(/\n$/, '').split('\n')),
  }
}

type Text = {push: (delta: string) => void; settle: () => void}

/** The answer: lines that are finished go to the terminal, the rest is open. */
function createText(screen: ChatScreen, begin: () => MarkdownRenderer): Text {
  const width = () => screenOutput(screen).columns ?? 80
  let columns = width()
  let renderer: MarkdownRenderer | undefined
  const show = (lines: MarkdownLines) => {
    if (lines.finished.length > 0) screen.print(lines.finished)
    screen.open(() => {
      if (columns === width() || !renderer) return lines.open
      columns = width()
      const anew = renderer.resize(columns)
      show(anew)
      return anew.open
    })
  }
  return {
    push(delta) {
      if (!renderer) columns = width()
      renderer ??= begin()
      show(renderer.push(delta))
    },
    settle() {
      if (!renderer) return
      screen.print(renderer.end())
      renderer = undefined
      screen.open(() => [])
    },
  }
}
