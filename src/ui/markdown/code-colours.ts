import type {Look} from './runs.ts'
import type {Span} from './highlight.ts'

type Paint = keyof Look['style']

const PAINTS: Readonly<Record<string, Paint>> = {
  comment: 'dim',
  quote: 'dim',
  meta: 'dim',
  keyword: 'magenta',
  'selector-tag': 'magenta',
  built_in: 'cyan',
  type: 'cyan',
  literal: 'cyan',
  number: 'cyan',
  symbol: 'cyan',
  attr: 'cyan',
  attribute: 'cyan',
  string: 'green',
  regexp: 'green',
  addition: 'green',
  deletion: 'red',
  title: 'bold',
  section: 'bold',
  name: 'bold',
  strong: 'bold',
  emphasis: 'italic',
}

/** One of the sixteen colours, which follow the user's theme; cyan is hard to read on white. */
export function paintSpans(spans: readonly Span[], {style, background}: Look): string {
  return spans
    .map(({text, scope}) => {
      const paint = scope === undefined ? undefined : PAINTS[scope.split('.', 1)[0] ?? '']
      if (paint === undefined) return text
      return style[paint === 'cyan' && background === 'light' ? 'blue' : paint](text)
    })
    .join('')
}
