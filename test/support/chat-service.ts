import {openaiChatReply, startScriptedServer, type ScriptedServer} from 'vibe-plugin-testkit'

export type ChatService = ScriptedServer & {
  /** How the service behaves from now on. */
  behave: (behaviour: Behaviour) => void
}
export type Behaviour = {
  /** The only key that is accepted; undefined accepts everyone. */
  key?: string
  models?: string[]
  /** Answers chats with this status instead. */
  chatStatus?: number
  /** Never ends a chat's answer. */
  stall?: boolean
}

/** A well-behaved OpenAI-compatible service on loopback, or one that fails as it is told. */
export async function startChatService(first: Behaviour = {}): Promise<ChatService> {
  let now = first
  const json = (status: number, body: object) => ({
    status,
    headers: {'content-type': 'application/json'},
    steps: [{write: JSON.stringify(body)}],
  })
  const server = await startScriptedServer((request) => {
    if (now.key !== undefined && request.headers['authorization'] !== `Bearer ${now.key}`) {
      return json(401, {
        error: {message: 'Incorrect API key provided', type: 'invalid_request_error', code: 'invalid_api_key'},
      })
    }
    if (request.path.endsWith('/models'))
      return json(200, {object: 'list', data: (now.models ?? ['alpha', 'beta']).map((id) => ({id, object: 'model'}))})
    if (now.chatStatus !== undefined) return json(now.chatStatus, {error: {message: 'told to fail'}})
    if (now.stall === true) return {status: 200, headers: {'content-type': 'text/event-stream'}, steps: [{stall: true}]}
    return openaiChatReply({text: 'ready', usage: {input: 9, output: 1}})
  })
  return {...server, behave: (behaviour) => (now = behaviour)}
}
