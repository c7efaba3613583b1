import type {AssistantPart, ToolResultPart, UserPart} from 'vibe-plugin-api'
import type {Step, Turn} from '../../sessions/turns.ts'
import type {SessionView} from '../../sessions/view.ts'
import {sanitize} from '../sanitize.ts'
import {answerFacts, factsOf} from './facts.ts'
import type {Mask} from './mask.ts'
import {toolView} from './tool-view.ts'

/** A session to read as text, with what tools did folded where a viewer can fold. */
export function* sessionMarkdown(view: SessionView, mask: Mask): Generator<string> {
  const clean = (text: string) => sanitize(mask(text).toWellFormed())
  yield `# ${escaped(clean(view.title))}\n\n`
  for (const [name, value] of factsOf(view)) yield `- ${name}: ${escaped(clean(value))}\n`
  for (const note of view.notes) yield `\n> ${escaped(clean(note))}\n`
  for (const turn of view.turnsOf()) yield* turnText(turn, clean)
}

type Clean = (text: string) => string

function* turnText(turn: Turn, clean: Clean): Generator<string> {
  yield `\n## ${turn.number === 0 ? 'Before the first message that can be read' : `${turn.number}. You`}\n`
  for (const part of turn.message) yield `\n${messageText(part, clean)}\n`
  for (const step of turn.steps) yield* stepText(step, clean)
  if (turn.status !== undefined && turn.status !== 'ok') yield `\n*Ended: ${escaped(clean(turn.status))}*\n`
}

function messageText(part: UserPart, clean: Clean): string {
  if (part.type === 'text') return quoted(escaped(clean(part.text)))
  if (part.type !== 'file') return ''
  return quoted(`*${escaped(clean(part.name ?? part.mediaType))}, ${part.data.length} bytes*`)
}

function* stepText({answer, results}: Step, clean: Clean): Generator<string> {
  yield `\n### ${escaped(clean(answerFacts(answer)))}\n`
  for (const part of answer.content) yield `\n${partText(part, results, clean)}\n`
}

function partText(part: AssistantPart, results: Step['results'], clean: Clean): string {
  if (part.type === 'text') return escaped(clean(part.text))
  if (part.type === 'reasoning') {
    const text = part.redacted === true ? '*(not readable)*' : escaped(clean(part.text))
    return folded('Reasoning', text)
  }
  return part.type === 'tool-call' ? toolText(part, results.get(part.callId), clean) : ''
}

function toolText(
  call: Extract<AssistantPart, {type: 'tool-call'}>,
  result: ToolResultPart | undefined,
  clean: Clean,
): string {
  const {summary, state, blocks} = toolView(call, result, clean)
  const parts = blocks.map(({kind, text}) => fenced(clean(text), kind))
  return folded(`${clean(call.name)} ${clean(summary)} (${state})`, parts.join('\n\n'))
}

function folded(summary: string, text: string): string {
  const line = summary.replaceAll('\n', ' ').replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<details><summary>${line}</summary>\n\n${text}\n\n</details>`
}

/** A fence that is longer than any in the text. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`{3,}/g), ([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${text.replace(/\n$/, '')}\n${fence}`
}

function quoted(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n')
}

/** What a viewer would take for HTML is shown as it was written; code keeps its signs, which mean nothing there. */
function escaped(text: string): string {
  let fence = ''
  return text
    .split('\n')
    .map((line) => {
      const mark = /^\s{0,3}(`{3,}|~{3,})/.exec(line)?.[1]
      if (fence !== '') {
        if (mark?.startsWith(fence)) fence = ''
        return line
      }
      if (mark !== undefined) fence = mark
      if (mark !== undefined) return line
      return line
        .split(/(`+[^`]*`+)/)
        .map((piece, at) => (at % 2 === 1 ? piece : piece.replace(/<(?=[a-z/!?])/gi, String.raw`\<`)))
        .join('')
    })
    .join('\n')
}
