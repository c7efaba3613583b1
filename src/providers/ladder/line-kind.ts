/** A fence of Markdown: its character, how many of it, and what vibe looks for inside. */
export type Fence = {
  character: string
  length: number
  /** `calls`: nothing but calls are written there; `maybe`: JSON that may be one. Absent: none of our business. */
  holds?: 'calls' | 'maybe'
}

const FENCE = /^ {0,3}(`{3,}|~{3,})[ \t]*([^`\n]*?)[ \t]*\r?\n?$/
const CALL_LANGUAGES = /^(?:json[ :]+)?(?:tool_?calls?|tool_?code|function_?calls?)(?:[ :]+json)?$/i
const JSON_LANGUAGES = /^(?:|json[c5]?|jsonl|tools?)$/i

const THOUGHTS = ['think', 'thinking', 'thought', 'reasoning']
const TAGS = [
  ...THOUGHTS,
  'tool_call',
  'tool_calls',
  'function_call',
  'function_calls',
  'functioncall',
  'tools',
  'toolcall',
  'minimax:tool_call',
]
/** Special tokens that some servers leave in the text; JSON follows at once. */
const MARKERS = ['[TOOL_CALLS]', '<|python_tag|>', '<|tool_call|>']

/** What some write instead of JSON, up to their end. */
const CALLS: ReadonlyArray<{
  opener: string
  close: string
  /** The opener is part of the call itself. */ isBody: boolean
}> = [
  {opener: '<function=', close: '</function>', isBody: true},
  {opener: '<invoke name="', close: '</invoke>', isBody: true},
  {opener: '<｜tool▁calls▁begin｜>', close: '<｜tool▁calls▁end｜>', isBody: false},
]
/** Calls by name follow to the end of the answer. */
const NAMED = /^\[TOOL_CALLS\](?=[\w.-]{1,80}\[ARGS\])/
const UNFINISHED_NAMED = /^\[TOOL_CALLS\][\w.-]{1,80}\[?(?:A|AR|ARG|ARGS)?$/
const NEVER = '\0'

/** `thought`: it holds no call, and what looks like one in there is none. */
export type Beginning = {lead: number; close?: string; explicit: boolean; thought?: boolean}

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
  if (!ended && mayBegin(text)) return 'open'
  return text.startsWith('{') || text.startsWith('[') ? {lead: indent, explicit: false} : 'prose'
}

const OPENERS = [...MARKERS, ...TAGS.map((tag) => `<${tag}>`), ...CALLS.map(({opener}) => opener), '```', '~~~']

function mayBegin(text: string): boolean {
  return UNFINISHED_NAMED.test(text) || OPENERS.some((opener) => beginsAlike(opener, text))
}

function beginsAlike(long: string, short: string): boolean {
  return long.slice(0, short.length).toLowerCase() === short.toLowerCase()
}

function beginning(text: string): Beginning | undefined {
  const named = NAMED.exec(text)?.[0]
  if (named !== undefined) return {lead: named.length, close: NEVER, explicit: true}
  if (UNFINISHED_NAMED.test(text)) return undefined
  const marker = MARKERS.find((candidate) => text.startsWith(candidate))
  if (marker !== undefined) return {lead: marker.length, explicit: true}
  const own = CALLS.find(({opener}) => text.startsWith(opener))
  if (own) return {lead: own.isBody ? 0 : own.opener.length, close: own.close, explicit: true}
  const tag = TAGS.find((candidate) => beginsAlike(text, `<${candidate}>`))
  if (tag === undefined) return undefined
  const lead = tag.length + 2
  return {lead, close: `</${text.slice(1, lead)}`, explicit: true, thought: THOUGHTS.includes(tag)}
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
