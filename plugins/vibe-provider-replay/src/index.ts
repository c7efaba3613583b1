import {
  ProviderError,
  isProviderError,
  type CallOptions,
  type ChatEvent,
  type ChatRequest,
  type CreateProvider,
  type JsonObject,
  type Warning,
} from 'vibe-plugin-api'
import {differences} from './compare.ts'
import {loadRecording} from './load.ts'
import {play} from './play.ts'
import type {RecordedAnswer, Recording} from './recording.ts'

/** A provider that answers from a recording and never opens a connection. */
export const createProvider: CreateProvider = ({providerId, settings}) => {
  const {file, strict, delayMs} = readSettings(settings)
  let recording: Promise<Recording> | undefined
  const load = async (signal: AbortSignal): Promise<Recording> => {
    recording ??= loadRecording(file, signal)
    try {
      return await recording
    } catch (error) {
      recording = undefined
      throw error
    }
  }
  return {
    id: providerId,
    async *chat(request, {signal}): AsyncGenerator<ChatEvent> {
      try {
        signal.throwIfAborted()
        const {answer, warnings} = choose(await load(signal), request, strict)
        yield* play(answer, {delayMs, warnings, signal})
      } catch (error) {
        throw signal.aborted ? aborted(error) : error
      }
    },
    async validateConnection({signal}: CallOptions) {
      const started = performance.now()
      try {
        await load(signal)
        return {ok: true, latencyMs: Math.round(performance.now() - started), modelsSeen: 1, warnings: []}
      } catch (error) {
        const failure = signal.aborted ? aborted(error) : error
        if (isProviderError(failure)) return {ok: false, error: shapeOf(failure)}
        throw failure
      }
    },
    listModels: async () => [
      {id: 'replay', name: 'Recorded answers', kind: 'chat', input: ['text'], tools: true, price: {free: true}},
    ],
  }
}

function readSettings(settings: JsonObject): {file: string | undefined; strict: boolean; delayMs: number} {
  const {file, strict, delayMs} = settings
  return {
    file: typeof file === 'string' ? file : undefined,
    strict: strict !== false,
    delayMs: typeof delayMs === 'number' ? delayMs : 0,
  }
}

/** Picks the answer by its place: as many answers are used up as the request holds assistant messages. */
function choose(
  recording: Recording,
  request: ChatRequest,
  strict: boolean,
): {answer: RecordedAnswer; warnings: Warning[]} {
  const position = request.messages.filter((message) => message.role === 'assistant').length
  const answer = recording.answers[position]
  const {name, answers} = recording
  if (answer === undefined) {
    throw misfit(
      `The recording "${name}" is at its end: it has ${answers.length} answers, and this request asks for number ${position + 1}.`,
    )
  }
  const found = differences(answer.expect, request)
  if (found.length === 0) return {answer, warnings: []}
  const message = `The request does not fit answer ${position + 1} of the recording "${name}" (- expected, + got):\n${found.join('\n')}`
  if (strict) throw misfit(message)
  return {answer, warnings: [{code: 'other', message}]}
}

function misfit(message: string): ProviderError {
  const hint = 'Answers are recorded: ask what was asked then, or choose a real model service with: vibe setup'
  return new ProviderError({code: 'invalid-request', message, hint, retryable: false})
}

function aborted(cause: unknown): ProviderError {
  return new ProviderError({code: 'aborted', message: 'The answer was stopped.', retryable: false}, {cause})
}

function shapeOf({code, message, hint, retryable}: ProviderError) {
  return {code, message, ...(hint === undefined ? {} : {hint}), retryable}
}
