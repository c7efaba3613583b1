import {sanitize} from '../sanitize.ts'
import {wrapWords} from '../wrap.ts'
import type {MarkdownLines, MarkdownOptions, MarkdownRenderer} from './types.ts'

/** @param options see their type; foreign control and invisible characters never get into a line */
export function createMarkdownRenderer(options: MarkdownOptions): MarkdownRenderer {
  let {columns} = options
  let rest = ''
  const linesOf = (text: string) => wrapWords(sanitize(text), columns).split('\n')
  const report = (finished: string[]): MarkdownLines => ({
    finished,
    get open() {
      return rest === '' ? [] : linesOf(rest)
    },
  })
  return {
    push(delta) {
      const text = rest + delta
      const end = text.lastIndexOf('\n')
      rest = text.slice(end + 1)
      return report(end === -1 ? [] : linesOf(text.slice(0, end)))
    },
    end() {
      const last = rest === '' ? [] : linesOf(rest)
      rest = ''
      return last
    },
    resize(wanted) {
      columns = wanted
      return report([])
    },
  }
}
