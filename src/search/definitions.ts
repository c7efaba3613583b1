/** Where a definition's name lies, in bytes (the text was read as Latin-1). */
export type Definition = {start: number; end: number}

const SCRIPT = [
  /^[ \t]*(?:export[ \t]+)?(?:default[ \t]+)?(?:declare[ \t]+)?(?:abstract[ \t]+)?(?:async[ \t]+)?(?:function[ \t]*\*?|class|interface|type|enum|namespace|module)[ \t]+([\w$\x80-\xff]+)/gm,
  /^(?:export[ \t]+)?(?:declare[ \t]+)?(?:const|let|var)[ \t]+([\w$\x80-\xff]+)/gm,
  /^[ \t]+(?:const|let|var)[ \t]+([\w$\x80-\xff]+)[ \t]*=[ \t]*(?:async[ \t]*)?(?:function\b|\([^()\n]{0,200}\)[ \t]*(?::[^\n=]{0,80})?=>|[\w$]+[ \t]*=>)/gm,
  /^[ \t]+(?:(?:public|private|protected|static|async|override|get|set)[ \t]+){0,4}[*#]?(?!(?:if|for|while|switch|catch|return|function|with|await|else)\b)([\w$\x80-\xff]+)[ \t]*(?:<[^<>\n]{0,80}>)?\([^()\n]{0,300}\)[ \t]*(?::[^\n{;]{0,120})?\{/gm,
]
const PYTHON = [
  /^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+([\w\x80-\xff]+)/gm,
  /^([A-Z_][A-Z0-9_]{2,})[ \t]*(?::[^\n=]{0,60})?=/gm,
]
const GO = [/^(?:func[ \t]+(?:\([^()\n]{0,120}\)[ \t]*)?|type[ \t]+|var[ \t]+|const[ \t]+)([\w\x80-\xff]+)/gm]
const RUST = [
  /^[ \t]*(?:pub(?:\([^()\n]{0,40}\))?[ \t]+)?(?:default[ \t]+)?(?:const[ \t]+)?(?:async[ \t]+)?(?:unsafe[ \t]+)?(?:extern[ \t]+"[^"\n]{0,20}"[ \t]+)?(?:fn|struct|enum|trait|type|mod|union|static|const|macro_rules!)[ \t]+([\w\x80-\xff]+)/gm,
]
const MANAGED = [
  /^[ \t]*(?:(?:public|private|protected|internal|static|final|abstract|sealed|partial|open|data|override|suspend|inline|async|virtual|default|synchronized|fileprivate|case|implicit)[ \t]+){0,6}(?:class|interface|enum|record|struct|@interface|object|trait|protocol|extension|fun|func|def|val|var|typealias)[ \t]+([\w\x80-\xff]+)/gm,
  /^[ \t]+(?:(?:public|private|protected|internal|static|final|abstract|override|async|virtual|synchronized|native|default)[ \t]+){1,5}(?:<[^<>\n]{0,60}>[ \t]*)?[\w<>[\],.?]{1,80}[ \t]+([\w\x80-\xff]+)[ \t]*\(/gm,
]
const NATIVE = [
  /^(?:(?:static|inline|extern|const|unsigned|virtual|constexpr|struct|enum|union)[ \t]+){0,5}[A-Za-z_][\w:<>]{0,60}[ \t*&]+(?:[A-Za-z_]\w{0,60}::)?([A-Za-z_]\w{0,80})[ \t]*\(/gm,
  /^[ \t]*(?:typedef[ \t]+)?(?:class|struct|enum|union|namespace)[ \t]+([A-Za-z_]\w*)/gm,
  /^[ \t]*#[ \t]*define[ \t]+([A-Za-z_]\w*)/gm,
]
const RUBY = [/^[ \t]*(?:def[ \t]+(?:self\.)?|class[ \t]+|module[ \t]+)([\w\x80-\xff]+)/gm]
const PHP = [
  /^[ \t]*(?:(?:abstract|final|public|private|protected|static|readonly)[ \t]+){0,4}(?:function[ \t]+&?|class[ \t]+|interface[ \t]+|trait[ \t]+|enum[ \t]+)([\w\x80-\xff]+)/gm,
]
const SHELL = [/^[ \t]*(?:function[ \t]+([\w-]+)|([\w-]+)[ \t]*\(\)[ \t]*\{)/gm]

const BY_ENDING: ReadonlyMap<string, readonly RegExp[]> = new Map(
  (
    [
      ['ts tsx mts cts js jsx mjs cjs vue svelte astro', SCRIPT],
      ['py pyi pyx', PYTHON],
      ['go', GO],
      ['rs', RUST],
      ['java kt kts cs scala swift groovy dart', MANAGED],
      ['c h cc cpp cxx hh hpp hxx m mm', NATIVE],
      ['rb rake', RUBY],
      ['php', PHP],
      ['sh bash zsh ksh', SHELL],
    ] as const
  ).flatMap(([endings, patterns]) => endings.split(' ').map((ending) => [ending, patterns] as const)),
)

/**
 * Names that a file defines, found by the shape of its lines.
 * @param text read as Latin-1, so that places in it are places in the bytes
 */
export function definitionsIn(path: string, text: string): Definition[] {
  const patterns = BY_ENDING.get(path.slice(path.lastIndexOf('.') + 1).toLowerCase()) ?? []
  const found: Definition[] = []
  for (const pattern of patterns) {
    for (const match of text.matchAll(pattern)) {
      const name = match[1] ?? match[2]
      if (name === undefined) continue
      const start = match.index + match[0].lastIndexOf(name)
      found.push({start, end: start + name.length})
    }
  }
  return found
}
