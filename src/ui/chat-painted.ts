import type {Environment} from '../paths.ts'
import {listProjectFiles} from '../git/project-files.ts'
import type {SlashCommand} from '../slash/core.ts'
import type {ChatFace} from './chat-face.ts'
import type {Showing} from './chat-lines.ts'
import {createPaintedTurn, screenOutput} from './chat-turn.ts'
import {markdownFor} from './markdown/for-output.ts'
import type {MarkdownRenderer} from './markdown/types.ts'
import {sanitize} from './sanitize.ts'
import {openChatScreen, type ChatScreen} from './screen/chat-screen.ts'
import {chatCandidates} from './screen/candidates.ts'
import {openHistory} from './screen/history.ts'
import {styleFor} from './style.ts'
import {wrapWords} from './wrap.ts'

export type Painting = Showing & {
  /** The project, and the data folder of vibe. */
  root: string
  data: string
  commands: readonly SlashCommand[]
}

/** A chat on a painted screen: the answer as it comes, and an editor below it that always takes keys. */
export async function openPaintedFace(painting: Painting): Promise<ChatFace> {
  const {terminal, env, ending, root, data, commands} = painting
  const style = styleFor(terminal.output, env)
  let stop: (() => void) | undefined
  const files = async () => (await listProjectFiles({root, folder: root, inside: true, env}, ending)).files
  const screen = openChatScreen({
    ...terminal,
    fd: 1,
    env,
    style,
    history: await openHistory(data, root),
    candidates: chatCandidates(commands, files),
    onStop: () => stop?.(),
  })
  const leave = () => screen.leave()
  ending.addEventListener('abort', leave, {once: true})
  const say = (text: string) => screen.block(wrapWords(text, screen.size.columns - 1).split('\n'))
  return {
    hint: 'Type to ask · / commands · @ files · ! shell · ? keys',
    say,
    echo: (prompt) => say(`${style.cyan('›')} ${sanitize(prompt)}\n`),
    next: () => (ending.aborted ? Promise.resolve(undefined) : screen.next()),
    status: screen.status,
    async turn(options) {
      stop = options.stop
      screen.busy('waiting for the answer')
      const markdown = await rendererFor(screen, env)
      return createPaintedTurn({...options, screen, env, style, say, markdown, ended: () => (stop = undefined)})
    },
    outside: screen.outside,
    close() {
      ending.removeEventListener('abort', leave)
      screen.close()
    },
  }
}

/** A terminal that can be painted on shows Markdown; that it does not is for types only. */
async function rendererFor(screen: ChatScreen, env: Environment): Promise<() => MarkdownRenderer> {
  const markdown = await markdownFor(screenOutput(screen), env)
  if (!markdown) throw new TypeError('a painted screen shows no Markdown')
  return markdown
}
