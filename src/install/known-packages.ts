import {knownProviders} from '../providers/known-providers.ts'

/** The packages that vibe knows by name. */
export function knownPackages(): string[] {
  return [...new Set(knownProviders().map((provider) => provider.package))]
}

/** Every word that people use for a provider: ids and other names. */
export function knownWords(): string[] {
  return knownProviders().flatMap(({id, also = []}) => [id, ...also])
}

/** The package that offers what people call by a word. */
export function packageFor(word: string): string | undefined {
  const typed = word.toLowerCase()
  return knownProviders().find(({id, also = []}) => id === typed || also.includes(typed))?.package
}
