import {
  isProviderError,
  type CallOptions,
  type ChatEvent,
  type ChatRequest,
  type Provider,
  type ProviderError,
} from 'vibe-plugin-api'
import {grammarViolations} from './grammar.ts'
import {startScriptedServer, type Answer, type ScriptedServer} from './scripted-server.ts'

/** The shortest request there is. */
export const QUESTION: ChatRequest = {model: 'm', messages: userText('hi')}

/** A conversation of one question. */
export function userText(text: string): ChatRequest['messages'] {
  return [{role: 'user', content: [{type: 'text', text}]}]
}

/**
 * Streams one whole answer.
 * @throws Error when the stream breaks the contract's grammar; what the provider throws
 */
export async function collectAnswer(
  provider: Provider,
  request: ChatRequest,
  options: Partial<CallOptions> = {},
): Promise<ChatEvent[]> {
  const events: ChatEvent[] = []
  const {signal = new AbortController().signal, ...rest} = options
  for await (const event of provider.chat(request, {signal, ...rest})) events.push(event)
  const violations = grammarViolations(events)
  if (violations.length > 0) throw new Error(`The stream breaks the grammar: ${violations.join('; ')}`)
  return events
}

/** The ProviderError that a call ends in; one that succeeds, or throws anything else, fails. */
export async function errorOf(work: Promise<unknown>): Promise<ProviderError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isProviderError(error)) throw new Error(`expected a ProviderError, got ${String(error)}`)
  return error
}

/** Runs something against a scripted server, which is closed whatever happens. */
export async function withServer(answer: Answer, run: (server: ScriptedServer) => Promise<void>): Promise<void> {
  const server = await startScriptedServer(answer)
  try {
    await run(server)
  } finally {
    await server.close()
  }
}

/** The events of one type. */
export function only<Type extends ChatEvent['type']>(events: readonly ChatEvent[], type: Type) {
  return events.filter((event): event is Extract<ChatEvent, {type: Type}> => event.type === type)
}

/** Everything said, put together. */
export function textOf(events: readonly ChatEvent[], kind: 'text' | 'reasoning' = 'text'): string {
  return only(events, `${kind}-delta`)
    .map(({text}) => text)
    .join('')
}

/** @throws Error when the answer has no end */
export function endOf(events: readonly ChatEvent[]) {
  const [end] = only(events, 'response-end')
  if (!end) throw new Error('no response-end')
  return end
}
