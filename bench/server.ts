import {openaiChatReply, sseEvent, sseReply, startScriptedServer, type Reply} from 'vibe-plugin-testkit'

export type ModelServer = {
  /** What `VIBE_CODER_ENDPOINT` is set to. */
  endpoint: string
  /** When each request of the present run was received whole, by `performance.now()`, with the size of its body. */
  arrivals: Array<{at: number; bytes: number}>
  close: () => Promise<void>
}

/** @param answer what the model says to the request with this number, from 0, of the present run */
export async function startModel(answer: (index: number) => Reply): Promise<ModelServer> {
  const arrivals: ModelServer['arrivals'] = []
  const server = await startScriptedServer((request) => {
    arrivals.push({at: performance.now(), bytes: Buffer.byteLength(request.body)})
    return answer(arrivals.length - 1)
  })
  return {endpoint: `${server.url}/v1`, arrivals, close: server.close}
}

export function say(text: string): Reply {
  return openaiChatReply({text, usage: {input: 10, output: 10}})
}

/** `turns` times a command that does nothing, each a little different because vibe stops a model that repeats itself. */
export function turnsOfTrue(turns: number): (index: number) => Reply {
  return (index) =>
    index < turns
      ? openaiChatReply({toolCalls: [{id: `call-${index}`, name: 'shell', input: {command: `true ${index}`}}]})
      : say('done')
}

export function manyDeltas(count: number): Reply {
  const head = {id: 'bench', object: 'chat.completion.chunk', created: 1, model: 'scripted'}
  const chunk = (delta: object, finish: string | null) =>
    sseEvent({...head, choices: [{index: 0, delta, finish_reason: finish}]})
  const words = Array.from({length: count}, (_, index) => chunk({content: `word${index % 10} `}, null))
  return sseReply([...words, chunk({}, 'stop'), 'data: [DONE]\n\n'])
}
