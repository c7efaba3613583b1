import {escapeHtml} from '../page.ts'

const LINK =
  /!?\[([^[\]\n]{1,500})\]\((https?:\/\/[^()\s<>"]{1,2000}|mailto:[^()\s<>"]{1,300})(?:\s+"[^"\n]{0,300}")?\)/y
const ADDRESS = /https?:\/\/[^\s<>"'`\])}]{1,2000}/y
const SIGNS = /[\\`*_~[!h]/g
const DEEPEST = 4

/** One paragraph of Markdown as HTML. Pictures become links: a page that was exported loads nothing. */
export function inlineHtml(text: string, depth = 0): string {
  const missing = new Set<string>()
  let html = ''
  let plain = 0
  SIGNS.lastIndex = 0
  for (let at = nextSign(text, 0); at < text.length;) {
    const found = depth < DEEPEST ? elementAt({text, at, depth, missing}) : undefined
    if (found) {
      html += escapeHtml(text.slice(plain, at)) + found.html
      plain = found.end
    }
    at = nextSign(text, found ? found.end : at + skipped(text, at))
  }
  return html + escapeHtml(text.slice(plain))
}

type Place = {text: string; at: number; depth: number; missing: Set<string>}
type Element = {html: string; end: number}

function nextSign(text: string, from: number): number {
  SIGNS.lastIndex = from
  return SIGNS.exec(text)?.index ?? text.length
}

/** A run of the same sign is looked at once. */
function skipped(text: string, at: number): number {
  let end = at + 1
  while (end < text.length && text[end] === text[at] && '`*_~'.includes(text[at] ?? '')) end++
  return end - at
}

function elementAt(place: Place): Element | undefined {
  const {text, at} = place
  switch (text[at]) {
    case '\\':
      return /[!-/:-@[-`{-~]/.test(text[at + 1] ?? '') ? {html: escapeHtml(text[at + 1] ?? ''), end: at + 2} : undefined
    case '`':
      return codeAt(place)
    case 'h':
      return addressAt(place)
    case '[':
    case '!':
      return linkAt(place)
    default:
      return emphasisAt(place)
  }
}

function codeAt({text, at, missing}: Place): Element | undefined {
  const ticks = text.slice(at, at + skipped(text, at))
  if (missing.has(ticks)) return undefined
  for (let end = text.indexOf(ticks, at + ticks.length); end >= 0;) {
    const run = skipped(text, end)
    if (run === ticks.length) {
      const code = text.slice(at + ticks.length, end).replace(/^ (.*\S.*) $/s, '$1')
      return {html: `<code>${escapeHtml(code)}</code>`, end: end + run}
    }
    end = text.indexOf(ticks, end + run)
  }
  missing.add(ticks)
  return undefined
}

const TAGS: Record<string, string> = {'***': 'strong', '**': 'strong', __: 'strong', '*': 'em', _: 'em', '~~': 'del'}

function emphasisAt({text, at, depth, missing}: Place): Element | undefined {
  const sign = text.slice(at, at + skipped(text, at))
  const tag = Object.hasOwn(TAGS, sign) ? TAGS[sign] : undefined
  if (tag === undefined || missing.has(sign) || /\s/.test(text[at + sign.length] ?? ' ')) return undefined
  if (sign.startsWith('_') && /[\p{L}\p{N}]/u.test(text[at - 1] ?? '')) return undefined
  for (let end = text.indexOf(sign, at + sign.length); end >= 0;) {
    const run = skipped(text, end)
    const closes = run === sign.length && !/\s/.test(text[end - 1] ?? ' ')
    if (closes && !(sign.startsWith('_') && /[\p{L}\p{N}]/u.test(text[end + run] ?? '')))
      return {html: `<${tag}>${inlineHtml(text.slice(at + sign.length, end), depth + 1)}</${tag}>`, end: end + run}
    end = text.indexOf(sign, end + run)
  }
  missing.add(sign)
  return undefined
}

function linkAt({text, at, depth}: Place): Element | undefined {
  LINK.lastIndex = at
  const [whole, label = '', address = ''] = LINK.exec(text) ?? []
  if (whole === undefined) return undefined
  return {html: anchor(address, inlineHtml(label, Math.max(depth + 1, DEEPEST - 1))), end: at + whole.length}
}

function addressAt({text, at}: Place): Element | undefined {
  if (/[\p{L}\p{N}]/u.test(text[at - 1] ?? '')) return undefined
  ADDRESS.lastIndex = at
  const address = ADDRESS.exec(text)?.[0].replace(/[.,;:!?*_~]+$/, '')
  return address === undefined ? undefined : {html: anchor(address, escapeHtml(address)), end: at + address.length}
}

function anchor(address: string, label: string): string {
  return `<a href="${escapeHtml(address)}" rel="noreferrer noopener nofollow">${label}</a>`
}
