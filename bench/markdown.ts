import {Lexer} from 'marked'
import {createMarkdownRenderer} from '../src/ui/markdown/renderer.ts'
import {styleFor} from '../src/ui/style.ts'
import type {Figure} from './figures.ts'
import {byTurns} from './measure.ts'

const PART = 20
const PROSE =
  'Some words of **bold** text, with `code` and a [link](https://example.com/x) in a line as models write them. '
const ANSWERS: Record<string, string> = {
  'of paragraphs': `${PROSE.repeat(4)}\n\n`,
  'of one paragraph': PROSE,
  'of one list': '- an item with some **words** in it\n',
}

/** What an answer of 1 MB in parts of 20 bytes costs beside reading it once, whole, without showing it. */
export async function measureMarkdown(runs: number): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const [name, block] of Object.entries(ANSWERS)) {
    const text = block.repeat(Math.ceil(1_000_000 / block.length))
    const got = await byTurns(Math.max(3, Math.ceil(runs / 4)), {
      floor: () => Promise.resolve(timed(() => Lexer.lex(text))),
      ours: () => Promise.resolve(timed(() => shown(text))),
    })
    figures.push({
      name: `Markdown of 1 MB ${name}, in parts of ${PART} bytes`,
      value: got.ours,
      unit: 'ms',
      floor: {what: 'marked, whole', value: got.floor},
      limit: {of: 'ratio', most: 10},
    })
  }
  return figures
}

function shown(text: string): void {
  const style = styleFor({write: () => undefined, isTTY: true}, {})
  const renderer = createMarkdownRenderer({columns: 80, style, links: true})
  for (let at = 0; at < text.length; at += PART) renderer.push(text.slice(at, at + PART))
  renderer.end()
}

function timed(work: () => unknown): number {
  const started = performance.now()
  work()
  return performance.now() - started
}
