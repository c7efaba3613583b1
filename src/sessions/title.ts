import type {UserPart} from 'vibe-plugin-api'

/** In characters as a reader counts them. */
const LONGEST = 60
/** Of a title that the user gives. */
export const LONGEST_TITLE = 200

/**
 * What a session is called until the user calls it something else: the first words of its first message, without what
 * came along with it. Nothing is asked of a model for it.
 */
export function titleOf(content: readonly UserPart[]): string {
  const text = content.map((part) => (part.type === 'text' ? part.text : '')).join('\n')
  const asked = firstLine(withoutAttachments(text))
  if (asked !== '') return cleanTitle(asked)
  const file = /^<file path="([^"\n]+)">/m.exec(text)?.[1]
  if (file !== undefined) return cleanTitle(`about ${file}`)
  if (text.startsWith('<stdin>')) return cleanTitle(firstLine(text.slice('<stdin>'.length)) || 'piped text')
  return content.some((part) => part.type === 'file') ? 'an image' : 'without words'
}

/** One line without controls and what hides or turns text, cut between characters. */
export function cleanTitle(text: string, longest = LONGEST): string {
  const line = text
    .toWellFormed()
    // oxlint-disable-next-line no-control-regex
    .replace(/\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?)/g, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/[\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\u{E0000}-\u{E007F}]/gu, '')
    .trim()
  if (line.length <= longest) return line
  let end = 0
  let count = 0
  for (const {index, segment} of new Intl.Segmenter().segment(line)) {
    count++
    if (count > longest) return `${line.slice(0, end).trimEnd()}…`
    if (count === longest) end = index
    if (segment.length > 64)
      return `${Array.from(line.slice(0, 2 * longest))
        .slice(0, longest)
        .join('')
        .toWellFormed()}…`
  }
  return line
}

/** Files and piped text stand before the prompt, each between tags of its own line. */
function withoutAttachments(text: string): string {
  let rest = text.slice(0, 4_000_000)
  for (;;) {
    const tag = /^\s*<(file|stdin)(?: path="[^"\n]*")?>\n/.exec(rest)
    if (!tag) return rest
    const end = rest.indexOf(`\n</${tag[1] ?? ''}>`, tag[0].length - 1)
    if (end < 0) return ''
    rest = rest.slice(end + `\n</${tag[1] ?? ''}>`.length)
  }
}

/** The first line that says something: neither a fence nor mere signs. */
function firstLine(text: string): string {
  const lines = text.slice(0, 20_000).split('\n')
  const line = lines.find((candidate) => /[\p{L}\p{N}]/u.test(candidate) && !/^\s*(```|~~~)/.test(candidate))
  return (line ?? lines.find((candidate) => candidate.trim() !== '') ?? '').replace(/^\s*(?:#{1,6}\s+|[-*>]\s+)/, '')
}
