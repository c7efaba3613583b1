import {cpSync} from 'node:fs'
import {join} from 'node:path'
import {
  jsonReply,
  openaiChatReply,
  startScriptedServer,
  type RecordedRequest,
  type ScriptedAnswer,
  type ScriptedServer,
} from 'vibe-plugin-testkit'
import {ROOT} from './sandbox.ts'

export type ChatBody = {
  messages: Array<{role: string; content: unknown; tool_calls?: unknown}>
  tools?: unknown[]
  max_tokens?: number
}

export type SmallModel = {
  /** What it does with a request that has tools: refuses it, pays no heed, or answers it. */
  tools: 'refuse' | 'ignore' | 'call'
  /** Its answers to the task, one after the other; the number of its earlier answers chooses. */
  task: readonly ScriptedAnswer[]
  /** Its answer to a small request that is not the task, such as those of a probe. */
  other?: (body: ChatBody) => ScriptedAnswer | undefined
  /** What it says when it refuses. */
  refusal?: string
}

/** The words of the task, by which the model knows it. */
export const TASK = 'mend the red test'

/** Puts the project with one red test into a folder. */
export function copyDemoProject(folder: string): void {
  cpSync(join(ROOT, 'plugins', 'vibe-provider-replay', 'demo', 'project'), folder, {recursive: true})
}

/** A real service on loopback behind which a model sits that calls tools badly or not at all. */
export function startSmallModel(model: SmallModel): Promise<ScriptedServer> {
  return startScriptedServer((request: RecordedRequest) => {
    if (request.path.endsWith('/models')) return jsonReply({object: 'list', data: [{id: 'tiny', object: 'model'}]})
    const body = request.json as ChatBody
    if (model.tools === 'refuse' && (body.tools?.length ?? 0) > 0)
      return jsonReply(
        {error: {message: model.refusal ?? 'tiny does not support tools', type: 'invalid_request_error'}},
        400,
      )
    if (!request.body.includes(TASK))
      return openaiChatReply({
        usage: {input: 20, output: 5},
        ...(model.other?.(body) ?? {text: 'one two three four five'}),
      })
    const said = body.messages.filter(({role}) => role === 'assistant').length
    return openaiChatReply({usage: {input: 100, output: 20}, ...(model.task[said] ?? {text: 'out of answers'})})
  })
}

/** What a model of each rung answers to the small requests that measure it. */
export const PROBED: Record<
  'native' | 'json' | 'search-replace' | 'whole-file' | 'nothing',
  (body: ChatBody) => ScriptedAnswer | undefined
> = {
  native(body) {
    if ((body.tools?.length ?? 0) === 0) return undefined
    if (body.messages.some(({role}) => role === 'tool')) return {text: 'Red is 48173 and green is 90526.'}
    const call = (id: string, colour: string) => ({id, name: 'lookup', input: {colour}})
    return {toolCalls: [call('p1', 'red'), call('p2', 'green')]}
  },
  json: (body) =>
    JSON.stringify(body.messages).includes('tool_call')
      ? {text: 'I look it up.\n\n```json\n{"name": "lookup", "parameters": {"colour": "red"}}\n```'}
      : undefined,
  'search-replace': (body) =>
    JSON.stringify(body.messages).includes('SEARCH')
      ? {text: 'shades.txt\n```\n<<<<<<< SEARCH\nblue\n=======\ngreen\n>>>>>>> REPLACE\n```'}
      : undefined,
  'whole-file': (body) =>
    JSON.stringify(body.messages).includes('shades.txt')
      ? {text: 'shades.txt\n```\nred\ngreen\nwhite\n```'}
      : undefined,
  nothing: () => undefined,
}
