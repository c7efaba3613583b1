import type {Request} from './request.ts'
import {unquote} from './unquote.ts'

/** One thing that may stand at the cursor: the whole word. */
export type Candidate = {value: string; description?: string | undefined}

/** What is offered: candidates, or the names of files, which each shell knows best itself. */
export type Offer = {candidates: Candidate[]} | {files: true}

const MOST = 500
const LONGEST_VALUE = 300
const LONGEST_DESCRIPTION = 100
/** Controls, and characters that hide or reorder text: a value that holds one is not offered, since it cannot be typed. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u

/**
 * The lines for a shell's script: `values` or `files` first, then a candidate a line. For bash it is the text to insert, for
 * fish `VALUE⇥DESCRIPTION`, for zsh `VALUE⇥WHAT TO SHOW`, for PowerShell `TEXT TO INSERT⇥VALUE⇥DESCRIPTION`.
 */
export function replyLines(offer: Offer, request: Request): string[] {
  if ('files' in offer) return ['files']
  const offered = fitting(offer.candidates, request.current)
  const width = Math.max(0, ...offered.map(({value}) => value.length))
  const line = {bash: bashLine, zsh: zshLine, fish: fishLine, powershell: powershellLine}[request.shell]
  const lines = offered.flatMap((candidate) => line(candidate, {request, width, several: offered.length > 1}) ?? [])
  return ['values', ...lines]
}

function fitting(candidates: readonly Candidate[], current: string): Candidate[] {
  const seen = new Set<string>()
  const fits = ({value}: Candidate) => {
    if (!value.startsWith(current) || value.length > LONGEST_VALUE || UNPRINTABLE.test(value) || seen.has(value))
      return false
    seen.add(value)
    return value !== ''
  }
  return candidates
    .filter(fits)
    .slice(0, MOST)
    .map(({value, description}) => ({value, description: tidy(description)}))
}

/** One short line in which nothing moves a cursor or recolours. */
function tidy(description = ''): string {
  const line = description.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\s]+/gu, ' ').trim()
  return line.length > LONGEST_DESCRIPTION ? `${line.slice(0, LONGEST_DESCRIPTION - 1)}…` : line
}

type Around = {request: Request; width: number; several: boolean}

function bashLine({value, description}: Candidate, {request, width, several}: Around): string | undefined {
  const {raw, breaks, list, current} = request
  const {open, before} = unquote(raw, 'bash')
  const rest = value.slice(open === '' ? insertionPoint(raw, current, breaks) : before)
  if (list !== undefined && several && description) {
    const shown = rest.padEnd(width - (value.length - rest.length))
    return `${shown}  ${description}`.slice(0, Math.max(rest.length, list - 1))
  }
  if (open === "'") return rest.replaceAll("'", String.raw`'\''`)
  // Inside double quotes nothing takes the meaning from a "!".
  if (open === '"') return rest.includes('!') ? undefined : rest.replace(/["\\$`]/g, String.raw`\$&`)
  return rest.replace(/[^\w@%+=:,./\u0080-\u{10ffff}-]/gu, String.raw`\$&`)
}

/** How much of a word bash leaves alone: all up to the last character at which it splits. */
function insertionPoint(raw: string, current: string, breaks: string): number {
  let point = 0
  for (let at = 0; at < raw.length; at++) {
    if (raw[at] === '\\') at++
    else if (breaks.includes(raw[at] ?? '') && !'\'"'.includes(raw[at] ?? ''))
      point = unquote(raw.slice(0, at + 1), 'bash').value.length
  }
  return Math.min(point, current.length)
}

function zshLine({value, description}: Candidate, {width}: Around): string {
  return `${value}\t${description ? `${value.padEnd(width)}  ${description}` : value}`
}

function fishLine({value, description}: Candidate): string {
  return description ? `${value}\t${description}` : value
}

function powershellLine({value, description}: Candidate): string {
  const quoted = /^[\w%+=:,./\\-]+$/.test(value) ? value : `'${value.replaceAll("'", "''")}'`
  return `${quoted}\t${value}\t${description ?? ''}`
}
