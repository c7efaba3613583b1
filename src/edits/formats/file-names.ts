/** Names of files that have neither a dot nor a slash. */
const BARE_NAMES =
  /^(Makefile|Dockerfile|Containerfile|LICENSE|README|CHANGELOG|Gemfile|Rakefile|Procfile|Jenkinsfile|Vagrantfile|Justfile|Brewfile|BUILD|WORKSPACE|CODEOWNERS|NOTICE|AUTHORS|TODO)$/i
const FENCE = /^\s*(`{3,}|~{3,})\s*(.*)$/
/** Lines above a block in which its name is looked for. */
const REACH = 4

export type FoundName = {
  /** Likeliest first. */
  names: string[]
  /** The first of them has a line, or the info words of a fence, to itself: it is no running text. */
  alone: boolean
  /** It belongs to a fence. */
  fenced: boolean
}

/**
 * The names that the lines above an edit give it, likeliest first.
 * @param above lines since the last edit, the nearest last
 */
export function nameAbove(above: readonly string[]): FoundName {
  let seen = 0
  let fenced = false
  for (const line of above.toReversed()) {
    if (line.trim() === '') continue
    if (++seen > REACH) break
    const fence = FENCE.exec(line)
    if (fence) {
      const names = namesInInfo(fence[2] ?? '')
      if (names.length > 0) return {names, alone: true, fenced: true}
      fenced = true
      continue
    }
    const names = namesInLine(line)
    return {
      names,
      alone: names[0] === undecorated(line) && !(/\s/.test(names[0]) && !isMarked(line)),
      fenced: fenced || insideFence(above, line),
    }
  }
  return {names: [], alone: false, fenced}
}

/** A name with blanks is told from a sentence by what is put around it. */
function isMarked(line: string): boolean {
  return /^\s*(?:#+\s+)?(?:`[^`]+`|\*\*[^*]+\*\*|(?:file ?name|file ?path|file|path)\s*:.*):?\s*$/i.test(line)
}

/** Whether the line right above a name opens a fence. */
function insideFence(above: readonly string[], line: string): boolean {
  const at = above.lastIndexOf(line)
  const before = above.slice(0, at).findLast((one) => one.trim() !== '')
  return before !== undefined && FENCE.test(before)
}

/** Names in the words after an opening fence: `python:src/a.py`, `src/a.py`, `js title="a.js"`. */
export function namesInInfo(info: string): string[] {
  const text = info.trim()
  if (text === '') return []
  const attribute = /(?:title|file|filename|path|name)=["']?([^"']+)["']?/i.exec(text)
  if (attribute?.[1] !== undefined) return [attribute[1]]
  const found: string[] = []
  const tagged = /^[\w+#.-]*:(.+)$/.exec(text)
  if (tagged?.[1] !== undefined && looksLikePath(tagged[1].trim())) found.push(tagged[1].trim())
  const last = /^(?:[\w+#-]+\s+)?(\S+)$/.exec(text)?.[1]
  if (last !== undefined && /[./\\]/.test(last) && looksLikePath(last) && !last.includes(':')) found.push(last)
  return found
}

/** Names that one line of text may give, likeliest first, free of the decoration models put around them. */
export function namesInLine(line: string): string[] {
  const quoted = Array.from(line.matchAll(/`([^`]+)`/g), (match) => match[1]?.trim() ?? '')
  const whole = undecorated(line)
  const candidates = [whole, ...quoted]
  const words = whole.split(/\s+/).map((word) => undecorated(word).replace(/[,;]$/, ''))
  const likely = words.filter((word) => looksLikePath(word) && /[./\\]/.test(word))
  if (likely.length === 1) candidates.push(...likely)
  return [...new Set(candidates.filter(looksLikePath))]
}

/** Takes off list marks, headings, comment signs, labels, quotes, bold, colons. */
function undecorated(line: string): string {
  return line
    .trim()
    .replace(/^(?:[#>]+|\d+[.)]|[-+*]|\/\/|--|;|%|<!--)\s+/, '')
    .replace(/\s*-->$/, '')
    .replace(/^(\*\*|__|\*|_)(.+?)\1:?$/, '$2')
    .replace(/^(?:\*\*)?(?:file ?name|file ?path|file|path)\s*:\s*(?:\*\*)?\s*/i, '')
    .replace(/^[*`"']+|[*`"':]+$/g, '')
    .trim()
}

/** Whether a text can be meant as the name of a file. Blanks are allowed in front of an extension. */
export function looksLikePath(text: string): boolean {
  if (text === '' || text.length > 1000 || /[\0<>|"`*?\n]/.test(text) || /^\.*$/.test(text)) return false
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) && !text.startsWith('file://')) return false
  if (BARE_NAMES.test(text)) return true
  if (!/\s/.test(text))
    return /[/\\]/.test(text) ? /[^/\\.]/.test(text) : /^\.?[^.].*\.[^.]{1,12}$|^\.[^.]{2,}$/.test(text)
  return /\.[a-z0-9]{1,10}$/i.test(text) && !/[:;,!]\s|[.]\s/.test(text) && text.split(/\s+/).length <= 8
}
