import {lineScript} from './line-script.ts'
import {foldInPlace, isOfFamily} from './look-alikes.ts'
import {EditRefusal} from './refusal.ts'

const SCRIPT_MS = 100

/** A character with the marks that are combined with it. */
const CLUSTERS = /\P{M}\p{M}*|\p{M}+/gsu
const TOKENS = /[\p{L}\p{N}\p{M}_]+|\s|[^\s\p{L}\p{N}\p{M}_]/gsu

type Token = {
  /** As the model wrote it. */
  model: string
  /** As the file has it, for what the model did not change. */
  file: string
}

/**
 * The model's new lines as they belong into a file that spells quotes, dashes, spaces or accents another way: what the
 * model left alone is spelled as in the file, and typographic characters that it put for the file's plain ones are plain
 * again.
 * @param file the matched lines, without their indentation
 * @param old the model's lines for them, as many, without their indentation
 * @returns for each of `next` its text; asking for one that cannot be spelled with certainty throws EditRefusal (no_match)
 */
export function spelledLikeFile(
  file: readonly string[],
  old: readonly string[],
  next: readonly string[],
): (index: number) => string {
  const before = old.flatMap((line, index) => [...tokensOf(line, file[index] ?? line), NEWLINE])
  const after = next.flatMap((line) => [...plainTokens(line), NEWLINE])
  const plain = plainFor(before)
  const script = lineScript(
    before.map((token) => token.model),
    after.map((token) => token.model),
    performance.now() + SCRIPT_MS,
  )
  const written = new SpelledLines(plain)
  let beforeAt = 0
  for (const block of script) {
    for (; beforeAt < block.beforeStart; beforeAt++) written.keep(before[beforeAt])
    for (const token of after.slice(block.afterStart, block.afterEnd)) written.insert(token)
    beforeAt = block.beforeEnd
  }
  for (; beforeAt < before.length; beforeAt++) written.keep(before[beforeAt])
  return (index) => {
    const line = written.lines[index]
    if (!line || line.unsure) throw unsure()
    return line.text
  }
}

type Mark = {
  /** The file has another character of the family than the model. */
  special: boolean
  inserted: boolean
}

class SpelledLines {
  readonly lines: {text: string; unsure: boolean}[] = [{text: '', unsure: false}]
  private readonly plain: ReadonlyMap<string, string>
  /** The quote or dash just written; undefined after anything else. */
  private last: Mark | undefined

  constructor(plain: ReadonlyMap<string, string>) {
    this.plain = plain
  }

  keep(token: Token | undefined): void {
    if (token) this.put(token.file, token, false)
  }

  insert(token: Token): void {
    this.put(this.plain.get(token.model) ?? token.model, token, true)
  }

  private put(text: string, token: Token, inserted: boolean): void {
    const line = this.lines.at(-1)
    if (token === NEWLINE || !line) {
      this.lines.push({text: '', unsure: false})
      this.last = undefined
      return
    }
    line.text += text
    if (!isOfFamily(token.model) || token.model === ' ') {
      this.last = undefined
      return
    }
    const mark = {special: !inserted && token.file !== token.model, inserted}
    // Two marks side by side, one kept and one new, were meant as one.
    if (this.last && this.last.inserted !== inserted && (mark.special || this.last.special)) line.unsure = true
    this.last = mark
  }
}

function unsure(): EditRefusal {
  return new EditRefusal(
    'no_match',
    'The file spells quotes, dashes or accents another way than the old text, and it is not certain how the new text shall be spelled.',
  )
}

const NEWLINE: Token = {model: '\n', file: '\n'}

function plainTokens(line: string): Token[] {
  return (line.match(TOKENS) ?? []).map((token) => ({model: token, file: token}))
}

/** The model's tokens, each with what the file has in its place. */
function tokensOf(model: string, file: string): Token[] {
  const modelClusters = model.match(CLUSTERS) ?? []
  const fileClusters = file.match(CLUSTERS) ?? []
  const tokens: Token[] = []
  let at = 0
  for (const token of model.match(TOKENS) ?? []) {
    let text = ''
    for (let length = 0; length < token.length; at++) {
      text += fileClusters[at] ?? ''
      length += modelClusters[at]?.length ?? token.length
    }
    tokens.push({model: token, file: text})
  }
  if (tokens.map((token) => token.file).join('') !== file) throw unsure()
  return tokens
}

/** Typographic characters of the model that stand for plain ones of the file, wherever they occur. */
function plainFor(tokens: readonly Token[]): ReadonlyMap<string, string> {
  const plain = new Map<string, string>()
  const kept = new Set<string>()
  for (const {model, file} of tokens) {
    if (file === model) kept.add(model)
    else if (isOfFamily(model) && foldInPlace(model) === file) plain.set(model, file)
  }
  for (const character of kept) plain.delete(character)
  return plain
}
