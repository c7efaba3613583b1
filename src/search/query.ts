import {FIELD, hashWord, scanTerms} from './terms.ts'

const MAX_QUERY = 4000
const MAX_TERMS = 96
/** In a question of a few words any of them may be a name; in a sentence hardly one is. */
const FEW_WORDS = 4
const PLAIN = 0.3
const COMMON =
  'a an and are as at be been but by can could do does for from get has have how i if in into is it its may me more my no not of on only or our out so some such than that the their them then there these they this to up us use used using was we were what when where which while who why will with would you your should also add fix bug issue make'

/** One word of the question, as each field has it. */
export type QueryTerm = {text: number; path: number; name: number; weight: number}
/** A name in the question that may be defined somewhere, or be what a file is called. */
export type QueryName = {definition: number; stem: number; weight: number}

export type Query = {
  terms: QueryTerm[]
  names: QueryName[]
  /** Ends of paths that it names: "src/a.ts", "a.ts". */
  paths: string[]
}

/** Finds out what a question in words or code asks for. */
export function parseQuery(text: string): Query {
  const asked = text.slice(0, MAX_QUERY)
  const bytes = Buffer.from(asked)
  const names = namesIn(asked)
  return {terms: termsIn(bytes), names, paths: pathsIn(asked)}
}

function termsIn(bytes: Uint8Array): QueryTerm[] {
  const [texts, paths, names] = [FIELD.text, FIELD.path, FIELD.name].map((seed) => hashesOf(bytes, seed))
  const common = new Set(hashesOf(Buffer.from(COMMON), FIELD.text))
  const terms = new Map<number, QueryTerm>()
  texts?.forEach((text, index) => {
    const known = terms.get(text)
    if (known) known.weight = Math.min(2, known.weight + 0.3)
    else if (!common.has(text) && terms.size < MAX_TERMS)
      terms.set(text, {text, path: paths?.[index] ?? 0, name: names?.[index] ?? 0, weight: 1})
  })
  return Array.from(terms.values())
}

function hashesOf(bytes: Uint8Array, seed: (typeof FIELD)[keyof typeof FIELD]): number[] {
  const found: number[] = []
  scanTerms(bytes, seed, (term) => found.push(term))
  return found
}

function namesIn(text: string): QueryName[] {
  const found = new Map<string, number>()
  for (const match of text.matchAll(/[\p{L}_$][\p{L}\p{N}_$-]{1,79}/gu)) {
    const word = match[0].replace(/-+$/, '')
    const quoted = text[match.index - 1] === '`' || text[match.index + word.length] === '('
    const compound = /[a-z\d][A-Z]|[A-Z]{2}[a-z]|[a-z\d]_[a-zA-Z]|-/.test(word)
    const weight = quoted || compound ? 1 : PLAIN
    found.set(word, Math.max(found.get(word) ?? 0, weight))
  }
  const isShort = found.size <= FEW_WORDS
  return Array.from(found)
    .filter(([word, weight]) => (isShort || weight === 1) && !COMMON_WORDS.has(word.toLowerCase()))
    .slice(0, MAX_TERMS)
    .map(([word, weight]) => {
      const bytes = Buffer.from(word)
      const whole = {start: 0, end: bytes.length}
      return {
        definition: hashWord(bytes, {...whole, seed: FIELD.definition}),
        stem: hashWord(bytes, {...whole, seed: FIELD.stem}),
        weight,
      }
    })
}

const COMMON_WORDS: ReadonlySet<string> = new Set(COMMON.split(' '))

function pathsIn(text: string): string[] {
  const found = text.matchAll(/(?:[\w@.+-]{1,80}\/){0,20}[\w@.+-]{1,80}\.[A-Za-z]\w{0,7}\b/g)
  return Array.from(found, ([path]) => path.replace(/^(\.{0,2}\/)+/, '')).slice(0, 32)
}
