import type {AssistantPart, ToolResultPart} from 'vibe-plugin-api'
import {unifiedDiff} from '../../edits/diff.ts'
import {maskValue, type Mask} from './mask.ts'

type Call = Extract<AssistantPart, {type: 'tool-call'}>
export type Block = {kind: 'diff' | 'text' | 'json'; text: string}
export type ToolView = {
  /** What it was about: a path, a command. */
  summary: string
  state: 'done' | 'failed' | 'no result'
  blocks: Block[]
}

/** Characters; a longer one is cut in the summary, and whole below. */
const SUMMARY = 120
/** Characters of an edit that are compared line by line; beyond, old and new stand one after the other. */
const COMPARED = 400_000

/** What a reader sees of a tool call: an edit as a diff, a command as it was typed, anything else as its input. */
export function toolView(call: Call, result: ToolResultPart | undefined, mask: Mask): ToolView {
  const input: Record<string, unknown> = typeof call.input === 'object' && call.input !== null ? call.input : {}
  const outcome = result ? resultBlocks(result) : []
  return {
    summary: summaryOf(input),
    state: !result ? 'no result' : result.isError ? 'failed' : 'done',
    blocks: [...inputBlocks(input, mask), ...outcome].filter(({text}) => text !== ''),
  }
}

function summaryOf(input: Record<string, unknown>): string {
  const named = ['path', 'command', 'pattern', 'query', 'url', 'name'].map((key) => input[key])
  const first = named.find((value) => typeof value === 'string') ?? ''
  const line = first.trim().split('\n', 1)[0] ?? ''
  return line.length > SUMMARY ? `${line.slice(0, SUMMARY - 1)}…` : line
}

function inputBlocks(input: Record<string, unknown>, mask: Mask): Block[] {
  const {path, old, new: next, content, command, ...rest} = input
  if (typeof path === 'string' && typeof old === 'string' && typeof next === 'string')
    return [{kind: 'diff', text: changeText(path, old, next)}, ...more(rest, mask)]
  if (typeof path === 'string' && typeof content === 'string')
    return [{kind: 'text', text: content}, ...more(rest, mask)]
  const patch = input['patch'] ?? input['diff']
  if (typeof patch === 'string' && isDiff(patch)) return [{kind: 'diff', text: patch}]
  if (typeof command === 'string') return [{kind: 'text', text: `$ ${command}`}, ...more(rest, mask)]
  return typeof path === 'string' && Object.keys(input).length === 1 ? [] : more(input, mask)
}

function more(input: Record<string, unknown>, mask: Mask): Block[] {
  return Object.keys(input).length === 0
    ? []
    : [{kind: 'json', text: JSON.stringify(maskValue(input, mask), undefined, 2)}]
}

function changeText(path: string, before: string, after: string): string {
  if (before.length + after.length <= COMPARED) return unifiedDiff({path, before, after}).diff
  const marked = (text: string, sign: string) => text.split('\n').map((line) => sign + line)
  return [...marked(before, '-'), ...marked(after, '+')].join('\n')
}

function resultBlocks({content}: ToolResultPart): Block[] {
  return content.map((part) => {
    if (part.type === 'file') return {kind: 'text', text: `(${part.mediaType}, ${part.data.length} bytes)`}
    const {text = ''} = part as {text?: string}
    return {kind: isDiff(text) ? 'diff' : 'text', text}
  })
}

function isDiff(text: string): boolean {
  return /^(?:diff --git |--- .*\n\+\+\+ |@@ -\d)/m.test(text.slice(0, 4000))
}
