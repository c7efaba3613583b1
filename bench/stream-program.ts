import {readFileSync} from 'node:fs'
import {setTimeout as wait} from 'node:timers/promises'
import {createMarkdownRenderer} from '../src/ui/markdown/renderer.ts'
import {openChatScreen} from '../src/ui/screen/chat-screen.ts'
import {styleFor} from '../src/ui/style.ts'

/** Writes 20,000 tokens, a thousand a second, on standard output: `stream-program.ts raw|screen`. */
const TOKENS = 20_000
const PARTS_A_TICK = 2
const TICK_MS = 2

const text = readFileSync(new URL('../docs/architecture.md', import.meta.url), 'utf8')
const parts = text.match(/[^]{4}/g) ?? []
const {stdin: input, stdout: output, env} = process
const [how] = process.argv.slice(2)
const show = how === 'screen' ? onScreen() : {push: (part: string) => void output.write(part), end: () => undefined}

const started = performance.now()
for (let n = 0; n < TOKENS;) {
  for (let tick = 0; tick < PARTS_A_TICK && n < TOKENS; tick++) show.push(parts[n++ % parts.length] ?? '')
  // On time, also when a timer is late.
  if (n > performance.now() - started) await wait(TICK_MS)
}
show.end()

function onScreen() {
  const style = styleFor(output, env)
  const history = {entries: [], add: () => undefined}
  const screen = openChatScreen({
    input,
    output,
    fd: 1,
    env,
    style,
    history,
    candidates: () => [],
    onStop: () => undefined,
  })
  const renderer = createMarkdownRenderer({columns: screen.size.columns - 1, style})
  screen.busy('answering')
  screen.status(['model', 'code', '$0.01'])
  return {
    push(part: string) {
      const lines = renderer.push(part)
      if (lines.finished.length > 0) screen.print(lines.finished)
      screen.open(() => lines.open)
    },
    end() {
      screen.print(renderer.end())
      screen.close()
    },
  }
}
