/** What bash would expand, split, redirect or chain, and every control character: such a command has no plain words. */
// oxlint-disable-next-line no-control-regex
const NOT_PLAIN = /[;&|<>$`(){}~\\\u0000-\u0008\u000a-\u001f\u007f-\u00a0\u2000-\u200f\u2028-\u202f\u205f\u3000\ufeff]/
const WORD = /[\t ]*(?:'([^']*)'|"([^"!]*)"|([^\s'"]+))(?=[\t ]|$)/y

const MAX_COMMAND = 10_000

/** Programs whose argument is another program: behind them a denied command may hide. */
const WRAPPERS = new Set([
  'env',
  'sudo',
  'doas',
  'nohup',
  'time',
  'nice',
  'timeout',
  'command',
  'exec',
  'builtin',
  'xargs',
  'watch',
  'setsid',
  'stdbuf',
  'bash',
  'sh',
  'eval',
  'find',
  'busybox',
])

/**
 * The words of a command that bash would pass on exactly as written, file patterns apart; undefined when it is anything
 * more than that. Quotes count only around a whole word. Strict on purpose: what is not understood asks.
 */
export function plainWords(command: string): string[] | undefined {
  // Not trim(): bash takes a no-break space for part of a word.
  const text = command.replace(/^[ \t\n]+|[ \t\n]+$/g, '')
  if (text === '' || text.length > MAX_COMMAND || NOT_PLAIN.test(text)) return undefined
  const words: string[] = []
  WORD.lastIndex = 0
  while (WORD.lastIndex < text.length) {
    const found = WORD.exec(text)
    if (!found || found[3]?.startsWith('#')) return undefined
    words.push(found[1] ?? found[2] ?? found[3] ?? '')
  }
  return words
}

/** Whether a plain command starts with the words of a rule. Nothing but a plain command ever does. */
export function hasPrefix(command: string, prefix: string): boolean {
  const wanted = plainWords(prefix)
  const words = plainWords(command)
  return wanted !== undefined && words !== undefined && startsWith(words, wanted, 0)
}

/**
 * The same for rules that deny or ask, which must rather match too much: behind a wrapper, or anywhere in a command
 * that is not plain, the words count wherever they stand.
 */
export function mayContain(command: string, prefix: string): boolean {
  const wanted = plainWords(prefix) ?? looseWords(prefix)
  const plain = plainWords(command)
  if (plain && !isWrapped(plain)) return startsWith(plain, wanted, 0)
  const words = looseWords(command)
  return words.some((_, index) => startsWith(words, wanted, index))
}

function isWrapped(words: readonly string[]): boolean {
  const first = words[0] ?? ''
  return first.includes('=') || first.includes('/') || WRAPPERS.has(first)
}

function looseWords(text: string): string[] {
  return text
    .split(/[\s;&|<>$`(){}'"\\]+/)
    .flatMap((word) => (word === '' ? [] : [word.replace(/^.*\/(?=[^/]+$)/, '')]))
}

function startsWith(words: readonly string[], prefix: readonly string[], from: number): boolean {
  return prefix.length > 0 && prefix.every((word, index) => words[from + index] === word)
}
