import {setTimeout as wait} from 'node:timers/promises'
import {openChatScreen, type ChatScreen} from '../../src/ui/screen/chat-screen.ts'
import {openHistory} from '../../src/ui/screen/history.ts'
import {wrapRows} from '../../src/ui/screen/painted.ts'
import {styleFor} from '../../src/ui/style.ts'

/** A chat screen without a model, to be driven through a pseudo-terminal: `screen-program.ts WHAT DATA-FOLDER`. */
const [what = 'echo', data = '.'] = process.argv.slice(2)
const {stdin: input, stdout: output, env} = process
let stopped = new AbortController()
const COMMANDS = [
  {value: '/help', about: 'what can be typed here'},
  {value: '/mode', about: 'switch'},
]
const FILES = ['@src/a.ts', '@src/b.ts', '@src/deep/']

const screen = openChatScreen({
  input,
  output,
  fd: 1,
  env,
  style: styleFor(output, env),
  history: await openHistory(data, process.cwd()),
  candidates: ({sign, typed}) => {
    if (sign === '/') return COMMANDS.filter(({value}) => value.startsWith(typed))
    return Promise.resolve(FILES.filter((value) => value.startsWith(typed)).map((value) => ({value})))
  },
  onStop: () => stopped.abort(),
})
screen.status(['scripted', 'code', '$0.01'])

const ACTIONS: Record<string, (screen: ChatScreen) => Promise<void>> = {
  echo,
  stream: async () => {
    await stream(Number(process.argv[4] ?? 60))
    await echo()
  },
  ask: async () => {
    screen.busy('waiting')
    const answer = await screen.ask({line: 'Apply?  y yes   n no', keys: {y: 'yes', n: 'no'}}, stopped.signal)
    screen.print([`ANSWER ${JSON.stringify(answer ?? 'none')}`])
    screen.busy(undefined)
    await echo()
  },
  pid: async () => {
    screen.print([`pid ${process.pid}`])
    await echo()
  },
  crash: async () => {
    setTimeout(() => {
      throw new Error('told to crash')
    }, 50)
    await echo()
  },
}
await ACTIONS[what]?.(screen)
screen.close()
output.write('closed\n')

async function echo(): Promise<void> {
  for (let text = await screen.next(); text !== undefined; text = await screen.next()) {
    stopped = new AbortController()
    if (text.startsWith('stream ')) await stream(Number(text.slice('stream '.length)))
    else screen.print([`got ${JSON.stringify(text)}`])
  }
}

/** Paragraphs of a few lines each, token by token. */
async function stream(paragraphs: number): Promise<void> {
  screen.busy('answering')
  for (let n = 1; n <= paragraphs && !stopped.signal.aborted; n++) {
    let open = ''
    for (const word of `Paragraph-${n}. ${'some words of an answer '.repeat(9)}end-${n}.`.split(' ')) {
      open = open === '' ? word : `${open} ${word}`
      const rows = wrapRows(open, Math.min(100, screen.size.columns - 1))
      open = rows.pop() ?? ''
      if (rows.length > 0) screen.print(rows)
      const shown = [open]
      screen.open(() => shown)
      await wait(1)
    }
    screen.open(() => [])
    screen.print([open, ''])
  }
  screen.print([stopped.signal.aborted ? 'STOPPED' : 'FINISHED'])
  screen.busy(undefined)
}
