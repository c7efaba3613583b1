/** Words that stand for text somebody did not want to write out. */
const SUBJECT =
  '(?:code|file|function|method|methods|class|implementation|logic|content|contents|imports?|body|lines?|section|stuff|definitions?|tests?|cases?|fields?|props|properties|styles?|rules?|config(?:uration)?|options?|items?|entries|elements?|markup|html|css|setup|parts?|statements?|functions|classes|tasks?|steps?|document|text|script|module|component|components|schema|routes?|handlers?|types?|variables?|everything)'
const REST =
  '(?:rest|remainder|remaining|existing|other|previous|unchanged|same|omitted|original|unmodified|as before|keep|kept|here|truncated|above|below)'
const ELLIPSIS = '(?:\\.{3,}|\u2026)'

const PATTERNS: readonly RegExp[] = [
  // Somebody else's task: "keep the rest of the file as is", "add your existing code here".
  new RegExp(
    `^(?:please )?(?:add|keep|leave|insert|include|put|copy|paste) (?:the |all |your |of )*(?:rest|remainder|remaining|existing|original|other|previous)(?: (?:of )?(?:the |your )?(?:[\\w.]+ )?${SUBJECT})?(?: (?:here|as (?:is|before|they are|it is)|unchanged|the same))?$`,
    'i',
  ),
  new RegExp(`^(?:your )(?:existing|other|original|previous) (?:[\\w]+ )?${SUBJECT}(?: here)?$`, 'i'),
  new RegExp(`^same ${SUBJECT} as (?:above|before|below|in the original)$`, 'i'),
  new RegExp(`^${ELLIPSIS} ?(?:\\w+ ?){1,4}(?:${ELLIPSIS})?$`, 'i'),
  new RegExp(`${ELLIPSIS}.*\\b(?:${REST}|${SUBJECT})\\b|\\b(?:${REST}|${SUBJECT})\\b.*${ELLIPSIS}`, 'i'),
  new RegExp(`^(?:the )?(?:rest|remainder) of (?:the |your |this |my )?(?:[\\w.]+ )?${SUBJECT}\\b`, 'i'),
  new RegExp(
    `^(?:all )?(?:the )?(?:rest|remaining|existing|other|previous|original) (?:[\\w]+ )?${SUBJECT} (?:here|goes here|stays?|remains?|is unchanged|are unchanged|unchanged|as before|omitted)\\b`,
    'i',
  ),
  new RegExp(`^(?:the )?(?:existing|remaining|previous|original) (?:[\\w]+ )?${SUBJECT}$`, 'i'),
  /^(?:the |all )?(?:rest|remainder|remaining|existing|other|previous|original)\b.*\b(?:unchanged|omitted|unmodified|the same|as is|as before)\b/i,
  new RegExp(`\\b${SUBJECT} (?:is |are )?(?:unchanged|omitted|truncated|unmodified)(?: for brevity)?$`, 'i'),
  new RegExp(`\\b(?:remains?|stays?) (?:the same|unchanged|as (?:is|before))\\b`, 'i'),
  /^(?:\[?(?:unchanged|no changes?|same as (?:before|above)|omitted(?: for brevity)?|truncated(?: for brevity)?|snip(?:ped)?)\]?)$/i,
]

/** What begins a comment, in most languages. */
const COMMENT =
  /^\s*(?:\/\/+|#+|--|;+|%+|\/\*+|\{\/\*+|<!--+|\(\*|"""|'''|\*|REM\b|!|<%--|\{#|\{\{!--)\s*(.*?)\s*(?:\*+\/\}?|--+>|\*\)|"""|'''|--%>|#\}|--\}\})?\s*$/
const ONLY_ELLIPSIS = new RegExp(`^\\s*[[(<{]?\\s*${ELLIPSIS}\\s*[\\])>}]?\\s*$`)
/** Languages and texts where a line of three dots means something. */
const DOTS_ALLOWED = /\.(?:py|pyi|pyx|md|mdx|markdown|rst|txt|tex|adoc|ya?ml|rb|raku|r|jl|hs)$/i

/**
 * Lines that say "and so on" instead of the text: written into a file they would delete what they stand for.
 * @param path tells where three dots alone are text
 * @returns 0-based numbers of such lines
 */
export function placeholderLines(lines: readonly string[], path: string): number[] {
  return lines.flatMap((line, index) => (isPlaceholder(line, path) ? [index] : []))
}

/** A cheap test that no placeholder fails. */
export function mayHavePlaceholder(text: string): boolean {
  return /\.{3}|\u2026|unchanged|omitted|truncated|unmodified|snip|\b(?:rest|remainder|remaining|existing|remains?|stays?|previous|original|other)\b|no changes?|\bsame\b/i.test(
    text,
  )
}

export function isPlaceholder(line: string, path: string): boolean {
  if (!mayHavePlaceholder(line) || line.length > 400) return false
  if (ONLY_ELLIPSIS.test(line)) return !DOTS_ALLOWED.test(path)
  const comment = COMMENT.exec(line)
  const inner = comment?.[1] ?? bracketed(line)
  if (inner === undefined || inner === '') return false
  const words = inner.trim().replace(/^[[(<{]\s*(.*?)\s*[\])>}]$/, '$1')
  return ONLY_ELLIPSIS.test(inner) || PATTERNS.some((pattern) => pattern.test(words))
}

/** `[rest of the file unchanged]`, `(... existing code ...)`, `... existing code ...`: no language has such lines. */
function bracketed(line: string): string | undefined {
  const text = line.trim()
  const inner = /^[[(<{](.+)[\])>}]$/.exec(text)?.[1]
  if (inner !== undefined)
    return new RegExp(ELLIPSIS).test(inner) || /\b(?:unchanged|omitted|truncated)\b/i.test(inner) ? inner : undefined
  return new RegExp(`^${ELLIPSIS}.+${ELLIPSIS}$|^${ELLIPSIS} ?[a-z ]+$`, 'i').test(text) ? text : undefined
}
