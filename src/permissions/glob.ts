type Token =
  | {kind: 'any'}
  | {kind: 'one'}
  | {kind: 'char'; value: string}
  | {kind: 'set'; negated: boolean; test: string}

const MAX_ALTERNATIVES = 64

/**
 * Matches a path against a glob in time bounded by the product of both lengths: no regular expression is built, so no
 * pattern can run away. `*` and `?` stay inside a segment, `**` spans segments, `{a,b}` and `[a-z]` work as usual.
 * @param pattern a glob with forward slashes
 * @param path a path with forward slashes and no leading "./"
 */
export function matchGlob(pattern: string, path: string): boolean {
  if (pattern === path) return true
  const segments = path.split('/')
  return expandBraces(pattern).some((one) => matchSegments(one.split('/'), segments))
}

/** Whether a text has glob characters at all. */
export function isGlob(text: string): boolean {
  return /[*?[{]/.test(text)
}

/** The folders in front of the first segment with a glob character ("src/a" of "src/a/*.ts"). */
export function literalFolder(pattern: string): string {
  const segments = pattern.split('/')
  const first = segments.findIndex(isGlob)
  return segments.slice(0, first < 0 ? segments.length : first).join('/')
}

function expandBraces(pattern: string): string[] {
  let open: string[] = [pattern]
  for (let round = 0; round < 8; round++) {
    const next = open.flatMap(expandFirstBrace)
    if (next.length === open.length || next.length > MAX_ALTERNATIVES) break
    open = next
  }
  return open
}

function expandFirstBrace(pattern: string): string[] {
  const found = /\{([^{}]*,[^{}]*)\}/.exec(pattern)
  if (!found) return [pattern]
  const before = pattern.slice(0, found.index)
  const after = pattern.slice(found.index + found[0].length)
  return (found[1] ?? '').split(',').map((part) => before + part + after)
}

/** Row by row over the pattern's segments: reachable[i] says whether the pattern so far can end before segment i. */
function matchSegments(pattern: readonly string[], path: readonly string[]): boolean {
  let reachable = path.map((_, index) => index === 0)
  reachable.push(path.length === 0)
  for (const segment of pattern) {
    const next = Array.from({length: path.length + 1}, () => false)
    if (segment === '**') {
      let seen = false
      for (let index = 0; index <= path.length; index++) {
        seen ||= reachable[index] === true
        next[index] = seen
      }
    } else {
      const tokens = tokenize(segment)
      for (let index = 0; index < path.length; index++) {
        if (reachable[index] && matchSegment(tokens, path[index] ?? '')) next[index + 1] = true
      }
    }
    reachable = next
  }
  return reachable[path.length] === true
}

function tokenize(segment: string): Token[] {
  const tokens: Token[] = []
  const chars = Array.from(segment)
  for (let index = 0; index < chars.length; index++) {
    const char = chars[index] ?? ''
    const close = char === '[' ? chars.indexOf(']', index + 2) : -1
    if (close > 0) {
      const negated = chars[index + 1] === '!' || chars[index + 1] === '^'
      tokens.push({kind: 'set', negated, test: chars.slice(index + (negated ? 2 : 1), close).join('')})
      index = close
    } else if (char === '*') {
      if (tokens.at(-1)?.kind !== 'any') tokens.push({kind: 'any'})
    } else tokens.push(char === '?' ? {kind: 'one'} : {kind: 'char', value: char})
  }
  return tokens
}

/** The classic walk with one remembered star: never worse than tokens times characters. */
function matchSegment(tokens: readonly Token[], segment: string): boolean {
  const chars = Array.from(segment)
  let token = 0
  let char = 0
  let starToken = -1
  let starChar = 0
  while (char < chars.length) {
    const current = tokens[token]
    if (current?.kind === 'any') {
      starToken = token++
      starChar = char
    } else if (current && matchOne(current, chars[char] ?? '')) {
      token++
      char++
    } else if (starToken >= 0) {
      token = starToken + 1
      char = ++starChar
    } else return false
  }
  while (tokens[token]?.kind === 'any') token++
  return token === tokens.length
}

function matchOne(token: Token, char: string): boolean {
  if (token.kind === 'one') return true
  if (token.kind === 'char') return token.value === char
  return token.kind === 'set' && inSet(token.test, char) !== token.negated
}

function inSet(set: string, char: string): boolean {
  const members = Array.from(set)
  for (let index = 0; index < members.length; index++) {
    const low = members[index] ?? ''
    const high = members[index + 2]
    if (members[index + 1] === '-' && high !== undefined) {
      if (char >= low && char <= high) return true
      index += 2
    } else if (low === char) return true
  }
  return false
}
