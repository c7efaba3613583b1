import {loadGrammarFile, type Grammar, type Highlighter} from './grammars.ts'
import {grammarFor} from './languages.ts'

/** A piece of a line and what the grammar takes it for, such as "keyword". */
export type Span = {text: string; scope: string | undefined}

/** Longer lines are data rather than code, and cost more than their colours are worth. */
const LONGEST_LINE = 2000
const RESUMED = 'vibe-resumed'

/** Scopes that were open at the end of the line before. */
let outer: readonly string[] = []

/** Collects what highlight.js finds. It makes one for each call, and others for languages inside the language. */
class Spans {
  readonly found: Span[] = []
  private readonly open: string[]

  constructor() {
    this.open = [...outer]
    outer = []
  }

  addText(text: string): void {
    if (text !== '') this.found.push({text, scope: this.open.at(-1)})
  }

  openNode(scope: string): void {
    this.open.push(scope)
  }

  closeNode(): void {
    this.open.pop()
  }

  startScope(scope: string): void {
    this.openNode(scope)
  }

  endScope(): void {
    this.closeNode()
  }

  __addSublanguage(other: Spans): void {
    this.found.push(...other.found)
  }

  closeAllNodes(): void {
    this.open.length = 0
  }

  finalize(): void {
    this.closeAllNodes()
  }

  toHTML(): string {
    return ''
  }
}

let highlighter: Highlighter | undefined

/** Colours code line by line, each from what came before it: no line is read twice. */
export class CodeReader {
  private readonly name: string
  private readonly root: Grammar
  private state: Grammar

  /** @returns undefined where nothing is known of the language */
  static for(word: string): CodeReader | undefined {
    const grammar = grammarFor(word)
    if (grammar === undefined || grammar.name === 'plaintext') return undefined
    try {
      for (const name of [grammar.name, ...grammar.others]) register(name)
    } catch {
      // Code without colours is better than no code.
      return undefined
    }
    const root = ready().getLanguage(grammar.name)
    return root && new CodeReader(grammar.name, root)
  }

  private constructor(name: string, root: Grammar, state = root) {
    this.name = name
    this.root = root
    this.state = state
  }

  copy(): CodeReader {
    return new CodeReader(this.name, this.root, this.state)
  }

  /** @param text of one line, without its end */
  read(text: string): Span[] {
    if (text.length > LONGEST_LINE) return [{text, scope: undefined}]
    const {state, root, name} = this
    if (state !== root) resume(state, root)
    outer = scopesOf(state, root)
    const language = state === root ? name : RESUMED
    const result = ready().highlight(`${text}\n`, {language, ignoreIllegals: true})
    const spans = result._emitter instanceof Spans ? withoutEnd(result._emitter.found) : []
    if (spans.map((span) => span.text).join('') !== text) return [{text, scope: undefined}]
    this.state = result._top ?? root
    return spans
  }
}

function ready(): Highlighter {
  if (highlighter) return highlighter
  highlighter = (loadGrammarFile('core') as Highlighter).newInstance()
  highlighter.configure({__emitter: Spans})
  return highlighter
}

function register(name: string): void {
  if (ready().getLanguage(name)) return
  ready().registerLanguage(name, loadGrammarFile(name) as () => unknown)
}

/**
 * highlight.js begins every text at the start of a grammar. A state of it is a grammar too, compiled already, so that
 * going on from a state is beginning at the start of that one.
 */
function resume(state: Grammar, {case_insensitive = false, classNameAliases = {}}: Grammar): void {
  const grammar: unknown = Object.assign(Object.create(state), {
    name: RESUMED,
    aliases: undefined,
    case_insensitive,
    classNameAliases,
  })
  ready().registerLanguage(RESUMED, () => grammar)
}

function scopesOf(state: Grammar, root: Grammar): string[] {
  const scopes: string[] = []
  for (let at: typeof state.parent = state; at && at !== root; at = at.parent) if (at.scope) scopes.unshift(at.scope)
  return scopes
}

function withoutEnd(spans: readonly Span[]): Span[] {
  const last = spans.at(-1)
  if (!last?.text.endsWith('\n')) return [...spans]
  return [...spans.slice(0, -1), ...(last.text === '\n' ? [] : [{...last, text: last.text.slice(0, -1)}])]
}
