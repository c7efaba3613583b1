import type {AssistantPart, FilePart, UserPart} from 'vibe-plugin-api'
import type {Step, Turn} from '../../sessions/turns.ts'
import type {SessionView} from '../../sessions/view.ts'
import {escapeHtml, htmlPage} from '../page.ts'
import {answerFacts, factsOf, timeText} from './facts.ts'
import {diffHtml, markdownHtml} from './markdown-html.ts'
import type {Mask} from './mask.ts'
import {SESSION_STYLE} from './session-style.ts'
import {toolView, type Block} from './tool-view.ts'

/** Characters of a message that are shown at once; the rest is folded. */
const LONG_MESSAGE = 3000
/** The only kinds that a browser shows and that can hold no script. */
const PICTURES = /^image\/(?:png|jpeg|gif|webp)$/

/** A session as one page that loads and runs nothing. */
export function sessionHtml(view: SessionView, mask: Mask): Generator<string> {
  return htmlPage({title: mask(view.title), style: SESSION_STYLE, body: body(view, mask)})
}

function* body(view: SessionView, mask: Mask): Generator<string> {
  const safe = (text: string) => escapeHtml(mask(text))
  yield `<h1>${safe(view.title)}</h1>\n<dl class="facts">\n`
  for (const [name, value] of factsOf(view)) yield `<dt>${name}</dt><dd>${safe(value)}</dd>\n`
  yield '</dl>\n'
  for (const note of view.notes) yield `<p class="warn">${safe(note)}</p>\n`
  for (const turn of view.turnsOf()) yield* turnHtml(turn, mask)
}

function* turnHtml({number, at, message, steps, status}: Turn, mask: Mask): Generator<string> {
  const when = at === '' || at === 'undefined' ? '' : ` <time>${escapeHtml(timeText(at))}</time>`
  yield `<section id="turn-${number}">\n<h2><a href="#turn-${number}">${number}</a>${when}</h2>\n`
  for (const part of message) yield messageHtml(part, mask)
  for (const step of steps) yield stepHtml(step, mask)
  if (status !== undefined && status !== 'ok') yield `<p class="warn">Ended: ${escapeHtml(mask(status))}</p>\n`
  yield '</section>\n'
}

function messageHtml(part: UserPart, mask: Mask): string {
  if (part.type === 'file') return pictureHtml(part, mask)
  if (part.type !== 'text') return ''
  const text = mask(part.text)
  if (text.length <= LONG_MESSAGE) return `<div class="you">${escapeHtml(text)}</div>\n`
  const begin = text.slice(0, 200).split('\n', 1)[0] ?? ''
  return `<details class="you"><summary>${escapeHtml(begin)} … (${text.length} characters)</summary>${escapeHtml(text)}</details>\n`
}

function pictureHtml({mediaType, data, name}: FilePart, mask: Mask): string {
  const label = escapeHtml(mask(`${name ?? mediaType}, ${data.length} bytes`))
  if (!PICTURES.test(mediaType)) return `<div class="you dim">${label}</div>\n`
  return `<figure><img alt="${label}" src="data:${mediaType};base64,${Buffer.from(data).toString('base64')}"><figcaption>${label}</figcaption></figure>\n`
}

function stepHtml({answer, results}: Step, mask: Mask): string {
  const parts = answer.content.map((part) => partHtml(part, results, mask))
  const left = answer.discarded ? ' class="answer left"' : ' class="answer"'
  return `<div${left}>\n${parts.join('')}<p class="dim who">${escapeHtml(mask(answerFacts(answer)))}</p>\n</div>\n`
}

function partHtml(part: AssistantPart, results: Step['results'], mask: Mask): string {
  switch (part.type) {
    case 'text':
      return markdownHtml(mask(part.text))
    case 'reasoning':
      return `<details><summary>Reasoning</summary>\n${part.redacted === true ? '<p class="dim">Not readable.</p>' : markdownHtml(mask(part.text))}</details>\n`
    case 'tool-call':
      return toolHtml(part, results, mask)
    default:
      return '' // Of a later version.
  }
}

function toolHtml(call: Extract<AssistantPart, {type: 'tool-call'}>, results: Step['results'], mask: Mask): string {
  const {summary, state, blocks} = toolView(call, results.get(call.callId), mask)
  const sign = {done: '✓', failed: '✗', 'no result': '?'}[state]
  const head = `<code>${escapeHtml(mask(call.name))}</code> ${escapeHtml(mask(summary))} <span class="${state === 'done' ? 'dim' : 'warn'}">${sign} ${state}</span>`
  // A change is what a reader looks for; what was only read is a click away.
  const open = blocks.some(({kind}) => kind === 'diff') ? ' open' : ''
  return `<details class="tool"${open}><summary>${head}</summary>\n${blocks.map((block) => blockHtml(block, mask)).join('')}</details>\n`
}

function blockHtml({kind, text}: Block, mask: Mask): string {
  return kind === 'diff' ? diffHtml(mask(text)) : `<pre><code>${escapeHtml(mask(text))}</code></pre>\n`
}
