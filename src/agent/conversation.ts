import type {ToolResultPart, UserPart} from 'vibe-plugin-api'
import type {Author, HistoryMessage} from '../sessions/history.ts'
import type {SessionLog} from '../sessions/log.ts'
import {cleanTitle, LONGEST_TITLE} from '../sessions/title.ts'
import type {Answer} from './answer.ts'

/** The history of one conversation, in memory and on disk at once: nothing is said to the model that the log does not hold. */
export type Conversation = {
  readonly id: string
  readonly messages: readonly HistoryMessage[]
  addUser: (content: UserPart[]) => void
  addAnswer: (answer: Answer, by: Author & {costUsd: number | undefined}) => void
  /** Puts what a provider began to say before another one took over on record; no model reads it. */
  addDiscarded: (answer: Answer, by: Author) => void
  /** Durable before the tool's effect, unless it only reads. */
  startTool: (call: {callId: string; name: string; input: Record<string, never> | object}, durable: boolean) => void
  finishTool: (result: ToolResultPart) => void
  endTurn: (status: string) => void
  /** @returns the title as it is kept; undefined when nothing of it is left, or nothing was said yet */
  rename: (title: string) => string | undefined
  close: () => void
}

type Begin = {log: SessionLog; history: HistoryMessage[]; cwd: string; vibe: string}

/** @param begin `history` is what a resumed log already holds; a new log gets its header with the first message */
export function openConversation(begin: Begin): Conversation {
  const {log} = begin
  const messages = [...begin.history]
  let started = begin.history.length > 0
  const at = () => new Date().toISOString()
  return {
    id: log.id,
    messages,
    addUser(content) {
      if (!started) log.append({type: 'session', v: 1, id: log.id, at: at(), cwd: begin.cwd, vibe: begin.vibe})
      started = true
      log.append({type: 'user', at: at(), content})
      const last = messages.at(-1)
      if (last?.role === 'user') messages[messages.length - 1] = {role: 'user', content: [...last.content, ...content]}
      else messages.push({role: 'user', content})
    },
    addAnswer(answer, by) {
      log.append({type: 'assistant', at: at(), ...answerFacts(answer, by)})
      const said = answer.content.filter((part) => part.type !== 'text' || part.text !== '')
      if (said.some((part) => part.type !== 'reasoning'))
        messages.push({role: 'assistant', content: said, by: {provider: by.provider, model: by.model}})
    },
    addDiscarded(answer, by) {
      log.append({type: 'assistant', at: at(), ...answerFacts(answer, {...by, costUsd: undefined}), discarded: true})
    },
    startTool(call, durable) {
      log.append({type: 'tool-start', at: at(), callId: call.callId, name: call.name, input: {...call.input}}, durable)
    },
    finishTool(part) {
      log.append({type: 'tool-result', at: at(), part})
      const last = messages.at(-1)
      if (last?.role === 'tool') messages[messages.length - 1] = {role: 'tool', content: [...last.content, part]}
      else messages.push({role: 'tool', content: [part]})
    },
    endTurn: (status) => log.append({type: 'turn-end', at: at(), status}, true),
    rename: (wanted) => (started ? keepTitle(log, wanted) : undefined),
    close: () => log.close(),
  }
}

function keepTitle(log: SessionLog, wanted: string): string | undefined {
  const title = cleanTitle(wanted, LONGEST_TITLE)
  if (title === '') return undefined
  log.append({type: 'title', at: new Date().toISOString(), title}, true)
  return title
}

function answerFacts(answer: Parameters<Conversation['addAnswer']>[0], by: Parameters<Conversation['addAnswer']>[1]) {
  const {content, stopReason, usage} = answer
  const cost = by.costUsd === undefined ? {} : {costUsd: by.costUsd}
  return {provider: by.provider, model: by.model, content, stopReason, usage, ...cost}
}
