export type JsonLines = {
  /** The 1-based line of a member's name, or of an array's element; undefined for a path that is not there. */
  lineOf: (path: readonly string[]) => number | undefined
  duplicates: Array<{path: string[]; line: number; firstLine: number}>
  /** The first word that is no JSON value, for when the parser gives no position. */
  badWordLine?: number
}

type Frame = {path: string[]; names?: Map<string, number>; index: number; key: string | undefined}

const token = /"(?:[^"\\]|\\[\s\S])*"?|[{}[\]:,]|[^\s{}[\]:,"]+/g
const literal = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/
const DEEPEST = 64

/** Finds on which line each value of a JSON text stands. Never throws: of a broken text it tells what it can. */
export function jsonLines(text: string): JsonLines {
  const scan = new Scan(text)
  for (const match of text.matchAll(token)) scan.take(match[0], match.index)
  return {
    lineOf: (path) => scan.lines.get(pointer(path)),
    duplicates: scan.duplicates,
    ...(scan.badWordLine === undefined ? {} : {badWordLine: scan.badWordLine}),
  }
}

class Scan {
  readonly lines = new Map<string, number>()
  readonly duplicates: JsonLines['duplicates'] = []
  badWordLine: number | undefined
  private readonly text: string
  private readonly stack: Frame[] = []
  private line = 1
  private at = 0

  constructor(text: string) {
    this.text = text
  }

  take(word: string, index: number): void {
    for (; this.at < index; this.at++) if (this.text[this.at] === '\n') this.line++
    const frame = this.stack.at(-1)
    if (word === '}' || word === ']') this.stack.pop()
    else if (word === ',') this.next(frame)
    else if (word !== ':') this.value(word, frame)
  }

  private next(frame: Frame | undefined): void {
    if (frame === undefined) return
    frame.key = undefined
    frame.index++
  }

  private value(word: string, frame: Frame | undefined): void {
    if (frame?.names !== undefined && frame.key === undefined) return this.name(word, frame, frame.names)
    if (!/^["{[]/.test(word) && !literal.test(word)) this.badWordLine ??= this.line
    const path = frame === undefined ? [] : [...frame.path, frame.key ?? String(frame.index)]
    if (frame !== undefined && frame.names === undefined && path.length < DEEPEST)
      this.lines.set(pointer(path), this.line)
    // Deeper levels share one path: nothing of ours lies there, and hostile depth must not cost its square.
    const kept = path.length < DEEPEST ? path : path.slice(0, DEEPEST)
    if (word === '{') this.stack.push({path: kept, names: new Map(), index: 0, key: undefined})
    if (word === '[') this.stack.push({path: kept, index: 0, key: undefined})
  }

  private name(word: string, frame: Frame, names: Map<string, number>): void {
    const name = unquoted(word)
    frame.key = name
    if (frame.path.length >= DEEPEST) return
    const path = [...frame.path, name]
    const firstLine = names.get(name)
    if (firstLine === undefined) names.set(name, this.line)
    else this.duplicates.push({path, line: this.line, firstLine})
    this.lines.set(pointer(path), this.line)
  }
}

function unquoted(word: string): string {
  try {
    const value: unknown = JSON.parse(word)
    return typeof value === 'string' ? value : word
  } catch {
    // A broken text: the raw word still tells people where they are.
    return word
  }
}

function pointer(path: readonly string[]): string {
  return path.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')
}
