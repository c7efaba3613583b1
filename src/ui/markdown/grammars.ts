type Scoped = {scope?: string; parent?: Scoped}

/** A state of the highlighter between two lines. */
export type Grammar = Scoped & {case_insensitive?: boolean; classNameAliases?: Record<string, string>}

export type Emitter = object

/** As much of highlight.js as is used; its own types bring those of browsers with them. */
export type Highlighter = {
  configure: (options: {__emitter: new () => Emitter}) => void
  registerLanguage: (name: string, grammar: (highlighter: unknown) => unknown) => void
  getLanguage: (name: string) => Grammar | undefined
  highlight: (code: string, options: {language: string; ignoreIllegals: true}) => {_emitter: Emitter; _top?: Grammar}
  newInstance: () => Highlighter
}

/**
 * A file of highlight.js, which are loaded when the first code in a language comes, and at once, since lines do not
 * wait. The build puts them beside the program; from sources they are found in their package.
 */
export function loadGrammarFile(name: string): unknown {
  const load = process.getBuiltinModule('node:module').createRequire(import.meta.url)
  try {
    return load(`../grammars/${name}.cjs`)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    return load(name === 'core' ? 'highlight.js/lib/core' : `highlight.js/lib/languages/${name}`)
  }
}
