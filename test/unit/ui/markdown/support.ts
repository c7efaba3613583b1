import {createMarkdownRenderer} from '../../../../src/ui/markdown/renderer.ts'
import type {MarkdownOptions} from '../../../../src/ui/markdown/types.ts'
import {styleFor} from '../../../../src/ui/style.ts'

export const COLOURED = styleFor({write: () => undefined, isTTY: true}, {})
export const BARE = styleFor({write: () => undefined, isTTY: true}, {NO_COLOR: '1'})

/** The lines of a text that comes in parts of some lengths, in turn; whole without. */
export function rendered(text: string, options: Partial<MarkdownOptions> = {}, cuts: readonly number[] = []): string[] {
  const renderer = createMarkdownRenderer({columns: 80, style: BARE, ...options})
  const lines: string[] = []
  for (let at = 0, turn = 0; at < text.length; turn += 1) {
    const length = Math.max(1, cuts[turn % cuts.length] ?? text.length)
    const {finished, open} = renderer.push(text.slice(at, at + length))
    if (!Array.isArray(open)) throw new TypeError('no open lines')
    lines.push(...finished)
    at += length
  }
  return [...lines, ...renderer.end()]
}

/** What a person reads: without colours and links. */
export function read(text: string, options: Partial<MarkdownOptions> = {}): string {
  return rendered(text, options).map(withoutOwnCodes).join('\n')
}

/** A line without the escape codes that are vibe's own; what is left must be text. */
export function withoutOwnCodes(line: string): string {
  // oxlint-disable-next-line no-control-regex
  return line.replaceAll(/\u001B\[\d{1,2}m|\u001B\]8;;[!-~]*\u001B\\/g, '')
}
