/** A fence of Markdown: its character, how many of it, and what vibe looks for inside. */
export type Fence = {
  character: string
  length: number
  /** `calls`: nothing but calls are written there; `maybe`: JSON that may be one. Absent: none of our business. */
  holds?: 'calls' | 'maybe'
}

const FENCE = /^ {0,3}(`{3,}|~{3,})[ \t]*([^`\n]*?)[ \t]*\r?\n?$/
const CALL_LANGUAGES = /^(?:tool_?calls?|tool_?code|function_?calls?)$/i
const JSON_LANGUAGES = /^(?:|json[c5]?|jsonl)$/i

/** `think` holds no call, and what looks like one in there is none. */
const TAGS = ['think', 'tool_call', 'tool_calls', 'function_call', 'function_calls', 'tools', 'toolcall']
/** Special tokens that some servers leave in the text; JSON follows at once. */
const MARKERS = ['[TOOL_CALLS]', '<|python_tag|>', '<|tool_call|>']

/** What Qwen's coding models write instead of JSON. */
const FUNCTION = '<function='

export type Beginning = {lead: number; close?: string; explicit: boolean}

/**
 * What a line begins, from what is there of it: `open` while its beginning may still become anything.
 * `lead` is how much of the line belongs to the tag or marker itself.
 */
export function lineKind(line: string): 'open' | 'blank' | 'prose' | 'fence' | Beginning {
  const ended = line.endsWith('\n')
  const indent = /^ */.exec(line)?.[0].length ?? 0
  const text = line.slice(indent)
  if (text.trim() === '') return ended ? 'blank' : 'open'
  if (indent > 3) return 'prose'
  if (text.startsWith('```') || text.startsWith('~~~')) return ended ? 'fence' : 'open'
  const known = beginning(text)
  if (known) return {...known, lead: known.lead + indent}
  const mayBecome = [...MARKERS, ...TAGS.map((tag) => `<${tag}>`), FUNCTION, '```', '~~~']
  if (!ended && mayBecome.some((opener) => opener.startsWith(text))) return 'open'
  return text.startsWith('{') || text.startsWith('[') ? {lead: indent, explicit: false} : 'prose'
}

function beginning(text: string): Beginning | undefined {
  const marker = MARKERS.find((candidate) => text.startsWith(candidate))
  if (marker !== undefined) return {lead: marker.length, explicit: true}
  if (text.startsWith(FUNCTION)) return {lead: 0, close: '</function>', explicit: true}
  const tag = TAGS.find((candidate) => text.startsWith(`<${candidate}>`))
  return tag === undefined ? undefined : {lead: tag.length + 2, close: `</${tag}>`, explicit: true}
}

/** @param line the whole line that opens it */
export function openFence(line: string): Fence | undefined {
  const match = FENCE.exec(line)
  const marks = match?.[1]
  if (marks === undefined) return undefined
  const language = match?.[2] ?? ''
  const fence = {character: marks.charAt(0), length: marks.length}
  if (CALL_LANGUAGES.test(language)) return {...fence, holds: 'calls'}
  return JSON_LANGUAGES.test(language) ? {...fence, holds: 'maybe'} : fence
}

export function closesFence(line: string, {character, length}: Fence): boolean {
  const text = line.trim()
  return text.length >= length && text === character.repeat(text.length)
}
