import {Lexer, type Token} from 'marked'
import {sanitize} from '../sanitize.ts'
import {withoutEntities} from './entities.ts'
import {linkRuns, MARK, type Look, type Run} from './runs.ts'

/** Deeper nesting looks like the depth above it. */
const DEEPEST = 20

let lexer: Lexer | undefined

/** Emphasis, code, links and the like as runs. @param marks what all of it looks like */
export function inlineRuns(source: string, look: Look, marks = 0): Run[] {
  lexer ??= new Lexer({gfm: true})
  const tokens = lexer.inlineTokens(source, [])
  lexer.inlineQueue.length = 0
  return runsOf(tokens, {look, marks, depth: 0})
}

type Place = {look: Look; marks: number; depth: number}

function runsOf(tokens: readonly Token[], place: Place): Run[] {
  return tokens.flatMap((token) => runsOfToken(token, place))
}

function runsOfToken(token: Token, place: Place): Run[] {
  const {look, marks} = place
  switch (token.type) {
    case 'strong':
      return marked(token, {...place, marks: marks | MARK.bold}, '**')
    case 'em':
      return marked(token, {...place, marks: marks | MARK.italic}, '*')
    case 'del':
      return marked(token, {...place, marks: marks | MARK.strike}, '~~')
    case 'codespan':
      return around([{text: sanitize(String(token['text'])), marks: marks | MARK.code}], look, '`')
    case 'link':
      return linkRuns(inner(token, place), plain(String(token['href'])), {...look, marks})
    case 'image':
      return imageRuns(token, place)
    case 'br':
      return [{text: '\n', marks}]
    case 'html':
      return [{text: sanitize(token.raw), marks}]
    case 'escape':
      return [{text: sanitize(String(token['text'])), marks}]
    default:
      return [{text: plain(token.raw), marks}]
  }
}

/** Character references are read here and nowhere else: the lexer would make an escape character of one. */
function plain(source: string): string {
  return sanitize(withoutEntities(source))
}

function inner(token: Token, place: Place): Run[] {
  const tokens = 'tokens' in token ? token.tokens : undefined
  if (tokens === undefined || place.depth >= DEEPEST) return [{text: plain(token.raw), marks: place.marks}]
  return runsOf(tokens, {...place, depth: place.depth + 1})
}

function marked(token: Token, place: Place, sign: string): Run[] {
  return around(inner(token, place), place.look, sign)
}

/** Where nothing can be shown by its look, the sign stays. */
function around(runs: Run[], look: Look, sign: string): Run[] {
  if (!look.bare) return runs
  return [{text: sign, marks: 0}, ...runs, {text: sign, marks: 0}]
}

function imageRuns(token: Token, {look, marks}: Place): Run[] {
  const href = plain(String('href' in token ? token['href'] : ''))
  const words = plain(String('text' in token ? token['text'] : '')).trim()
  const label = [{text: words === '' ? 'image' : `image: ${words}`, marks: marks | MARK.italic}]
  return linkRuns(label, href, {...look, marks})
}
