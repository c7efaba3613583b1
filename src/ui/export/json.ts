import type {AssistantPart, FilePart, ToolResultPart, UserPart} from 'vibe-plugin-api'
import type {Step, Turn} from '../../sessions/turns.ts'
import type {SessionView} from '../../sessions/view.ts'
import {maskValue, type Mask} from './mask.ts'

/** A session for programs; docs/sessions.md says what is in it. */
export function* sessionJson(view: SessionView, mask: Mask): Generator<string> {
  const {turnsOf, id, title, project, startedAt, modifiedAt, vibe, forkedFrom, totals, models, setAside, notes} = view
  const known = {id, title, project, startedAt, modifiedAt, vibe, forkedFrom, totals, models, setAside, notes}
  const head = {format: 'vibe-session', v: 1, ...known}
  yield `${JSON.stringify(maskValue(head, mask)).slice(0, -1)},"turns":[`
  let first = true
  for (const turn of turnsOf()) {
    yield `${first ? '' : ','}\n${JSON.stringify(maskValue(turnFacts(turn), mask))}`
    first = false
  }
  yield '\n]}\n'
}

function turnFacts({number, at, message, steps, status}: Turn): object {
  return {turn: number, at, message: message.map(userPart), answers: steps.map(answer), status}
}

function answer({answer: record, results}: Step): object {
  const {at, provider, model, stopReason, usage, costUsd, discarded, content} = record
  const {raw: _raw, ...counted} = usage
  const parts = content.map((part) => assistantPart(part, results))
  return {at, provider, model, stopReason, usage: counted, costUsd, discarded, content: parts}
}

function assistantPart(part: AssistantPart, results: Step['results']): object {
  if (part.type === 'text') return {type: part.type, text: part.text}
  if (part.type === 'reasoning') return {type: part.type, text: part.text, redacted: part.redacted}
  if (part.type !== 'tool-call') return {type: (part as {type: string}).type}
  const {callId, name, input} = part
  return {type: part.type, callId, name, input, result: resultOf(results.get(callId))}
}

function resultOf(result: ToolResultPart | undefined): object | null {
  if (!result) return null
  return {isError: result.isError === true, content: result.content.map(userPart)}
}

function userPart(part: UserPart): object {
  if (part.type === 'text') return {type: part.type, text: part.text}
  if (part.type !== 'file') return {type: (part as {type: string}).type}
  const {mediaType, name, data} = part satisfies FilePart
  return {type: part.type, mediaType, name, bytes: data.length}
}
