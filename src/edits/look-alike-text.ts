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
  const lines: {text: string; unsure: boolean}[] = [{text: '', unsure: false}]
  let beforeAt = 0
  let last: {special: boolean; family: boolean; inserted: boolean} | undefined
  const put = (token: Token, inserted: boolean) => {
    if (token === NEWLINE) {
      lines.push({text: '', unsure: false})
      last = undefined
      return
    }
    const line = lines.at(-1)
    const family = isOfFamily(token.model) && token.model !== ' '
    const special = !inserted && token.file !== token.model
    if (line) {
      line.text += inserted ? (plain.get(token.model) ?? token.model) : token.file
      // Two marks side by side, one kept and one new, were meant as one.
      if (last && family && last.family && inserted !== last.inserted && (special || last.special)) line.unsure = true
    }
    last = {special, family, inserted}
  }
  for (const block of script) {
    for (; beforeAt < block.beforeStart; beforeAt++) put(before[beforeAt] ?? NEWLINE, false)
    for (const token of after.slice(block.afterStart, block.afterEnd)) put(token, true)
    beforeAt = block.beforeEnd
  }
  for (; beforeAt < before.length; beforeAt++) put(before[beforeAt] ?? NEWLINE, false)
  return (index) => {
    const line = lines[index]
    if (!line || line.unsure) throw unsure()
    return line.text
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
