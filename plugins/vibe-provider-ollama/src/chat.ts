import type {CallOptions, ChatEvent, ChatRequest, ProviderContext, ProviderError, Warning} from 'vibe-plugin-api'
import {isProviderError} from 'vibe-plugin-api'
import {Answer} from './answer.ts'
import {fitWindow, wasCut} from './context-window.ts'
import {failure, hostOf, lineError, type CallFacts} from './failure.ts'
import {lines, type Line} from './lines.ts'
import {factsOf, type KnownModels} from './models.ts'
import {toProviderError} from './network-error.ts'
import {needsFacts, toWireRequest, type Prepared} from './request.ts'
import {notOllama, open, type OpenCall} from './service.ts'
import {asCount, asObject, excerpt, parseJson, wireJson, type Loose} from './wire.ts'

/** What a provider remembers between calls. */
export type Memory = {
  known: KnownModels
  /** The window that each model was last asked for: it only grows, since every change loads the model again. */
  windows: Map<string, number>
}

export type Asked = {context: ProviderContext; memory: Memory; request: ChatRequest; options: CallOptions}
type Sent = OpenCall & {prepared: Prepared; window: number; body: string}

/** A window up to this size is asked for without looking up what the model has: all but the oldest have it. */
const COMMON_WINDOW = 8192

/** Streams one answer of POST /api/chat; see the contract's `chat`. */
export async function* chat(asked: Asked): AsyncGenerator<ChatEvent> {
  const {context, options} = asked
  const {reply, facts, prepared, window, body} = await ask(asked)
  const answer = new Answer({body, warnings: prepared.warnings})
  try {
    for await (const line of lines(reply.body)) {
      const value = valueOf(line, facts)
      if (value) yield* answer.push(value)
      if (answer.finished) break
    }
  } catch (error) {
    throw toProviderError(error, facts, true)
  } finally {
    reply.close()
  }
  if (options.signal.aborted) throw toProviderError(undefined, facts)
  if (!answer.finished)
    throw failure('stream-interrupted', `${hostOf(facts)} ended its answer before it was whole`, {
      facts,
      retryable: true,
    })
  const seen = answer.promptTokens
  const isCut = wasCut(seen, prepared.sent, window)
  if (isCut)
    context.debug('The server saw fewer tokens than were sent.', {seen: seen ?? 0, sent: prepared.sent.middle, window})
  yield* answer.end(isCut ? [cutWarning(seen ?? 0, prepared.sent.middle)] : [])
}

/** Asks, and once more with a larger window when the server counts more tokens than were estimated. */
async function ask(asked: Asked): Promise<Sent> {
  const first = await prepare(asked)
  try {
    return await send(asked, first)
  } catch (error) {
    const counted = isProviderError(error) ? countedTokens(error) : undefined
    if (counted === undefined || fixedWindow(asked) !== undefined) throw error
    const facts = await factsOf(asked.request.model, {...asked, known: asked.memory.known})
    const window = fitWindow({prompt: counted, answer: asked.request.maxOutputTokens, limit: facts.contextLength})
    if (window <= first.window || counted >= window) throw error
    asked.context.debug('The prompt is longer than estimated; asking once more with a larger window.', {window})
    return send(asked, {...first, window})
  }
}

type Plan = {prepared: Prepared; window: number}

async function prepare(asked: Asked): Promise<Plan> {
  const {context, memory, request} = asked
  const ask = () => factsOf(request.model, {...asked, known: memory.known})
  const facts = needsFacts(request, context) ? await ask() : (memory.known.get(request.model) ?? {})
  const prepared = toWireRequest(request, context, facts)
  const wanted = {
    prompt: prepared.sent.high,
    answer: request.maxOutputTokens,
    loaded: memory.windows.get(request.model),
  }
  const fixed = fixedWindow(asked)
  const limit = fixed ?? (fitWindow(wanted) > COMMON_WINDOW ? (await ask()).contextLength : facts.contextLength)
  if (limit !== undefined && prepared.sent.low > limit) throw tooLong(asked, prepared.sent.low, limit)
  return {prepared, window: fixed ?? fitWindow({...wanted, limit})}
}

async function send({context, memory, request, options}: Asked, {prepared, window}: Plan): Promise<Sent> {
  const {options: settings, ...rest} = prepared.body
  const body = wireJson({...rest, options: {num_ctx: window, ...settings}})
  const call = await open(context, {path: '/api/chat', body, model: request.model}, options)
  memory.windows.set(request.model, window)
  return {...call, prepared, window, body}
}

/** The setting, of which 0 means none as it does to Ollama, or what the caller passes through. */
function fixedWindow({context, request}: Asked): number | undefined {
  const own = asObject(request.providerOptions?.[context.providerId]?.options)
  return asCount(own?.num_ctx) ?? (asCount(context.settings.contextLength) || undefined)
}

/** The server's refusal of a long prompt counts it: "request (8889 tokens) exceeds ...". */
function countedTokens(error: ProviderError): number | undefined {
  const digits = error.code === 'context-overflow' ? /\((\d{1,9}) tokens\)/.exec(error.message)?.[1] : undefined
  return digits === undefined ? undefined : Number(digits)
}

function valueOf({text, tail}: Line, facts: CallFacts): Loose | undefined {
  const value = asObject(parseJson(text))
  const reported = value && lineError(value, facts)
  if (reported) throw reported
  if (value) return value
  if (text.trimStart().startsWith('<')) throw notOllama(text, facts)
  if (tail) return undefined
  throw failure('bad-response', `${hostOf(facts)} sent a line that is no JSON: ${excerpt(text)}`, {
    facts,
    retryable: true,
  })
}

function tooLong({context, request, options}: Asked, tokens: number, limit: number): ProviderError {
  const facts = {url: context.endpoint, signal: options.signal}
  const message = `The request has at least ${tokens} tokens by estimate, and the window of ${request.model} holds ${limit}`
  const hint = 'Shorten the conversation, raise the setting contextLength, or choose a model with a larger window.'
  return failure('context-overflow', message, {facts, retryable: false, hint})
}

function cutWarning(seen: number, sent: number): Warning {
  const message = `Ollama saw ${seen} of about ${sent} tokens of this request, so that the model answered without the rest; set contextLength, or update Ollama.`
  return {code: 'other', feature: 'contextLength', message}
}
