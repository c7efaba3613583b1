/** @import {CallOptions, ChatEvent, ChatRequest, ConnectionReport, ModelInfo, Provider, ProviderContext, ProviderErrorShape} from 'vibe-plugin-api' */
import {Answer} from './answer.js'
import {failure, meaning, providerError} from './errors.js'
import {toWire} from './request.js'
import {member, notTheService, parseJson, send, sendForJson, wordsOf} from './service.js'
import {eventData} from './sse.js'

/**
 * Called once for each use. Nothing is sent before vibe calls one of the methods.
 * @param {ProviderContext} context
 * @returns {Provider}
 */
export function createProvider(context) {
  return {
    id: context.providerId,
    chat: (request, options) => chat(context, request, options),
    validateConnection: (options) => validateConnection(context, options),
    listModels: (options) => listModels(context, options),
  }
}

/**
 * @param {ProviderContext} context
 * @param {ChatRequest} request
 * @param {CallOptions} options
 * @returns {AsyncGenerator<ChatEvent>}
 */
async function* chat(context, request, options) {
  const {signal, onActivity} = options
  const body = toWire(request, context.providerId)
  const {response, secrets} = await send(context, {path: '/chat/completions', body}, options)
  try {
    const type = response.headers.get('content-type') ?? ''
    if (!response.body || /\b(html|json)\b/.test(type)) throw notTheService(await response.text(), secrets)
    const answer = new Answer()
    let isEmpty = true
    for await (const data of eventData(response.body, onActivity)) {
      signal.throwIfAborted()
      if (data.trim() === '[DONE]') break
      const chunk = chunkOf(data, secrets)
      isEmpty &&= member(member(chunk, 'choices'), '0') === undefined
      yield* answer.push(chunk)
    }
    signal.throwIfAborted()
    if (isEmpty) throw notTheService('', secrets)
    // Some services end the connection without a last word; then the answer was cut.
    if (!answer.finished) throw new Error('the stream ended before its last event')
    yield* answer.end()
  } catch (error) {
    throw failure(error, {endpoint: context.endpoint, signal, started: true})
  }
}

/**
 * @param {string} data
 * @param {readonly string[]} secrets
 */
function chunkOf(data, secrets) {
  const chunk = parseJson(data)
  if (typeof chunk !== 'object' || chunk === null) throw notTheService(data, secrets)
  if ((member(chunk, 'error') ?? undefined) === undefined) return chunk
  const words = wordsOf(data, secrets)
  throw providerError({...meaning(undefined, words), message: `The service reported an error: ${words}`})
}

/**
 * Lists the models, which spends no token.
 * @param {ProviderContext} context
 * @param {CallOptions} options
 * @returns {Promise<ConnectionReport>}
 */
async function validateConnection(context, options) {
  const started = performance.now()
  try {
    const models = await listModels(context, options)
    const latencyMs = Math.round(performance.now() - started)
    return {ok: true, latencyMs, modelsSeen: models.length, warnings: []}
  } catch (error) {
    const {code, message, retryable, status} = /** @type {ProviderErrorShape} */ (error)
    return {ok: false, error: {code, message, retryable, ...(status !== undefined && {status})}}
  }
}

/**
 * @param {ProviderContext} context
 * @param {CallOptions} options
 * @returns {Promise<ModelInfo[]>}
 */
async function listModels(context, options) {
  const list = member(await sendForJson(context, {path: '/models'}, options), 'data')
  if (!Array.isArray(list)) throw notTheService('', [])
  return list.flatMap((model) => {
    const id = member(model, 'id')
    return typeof id === 'string' ? [{id, kind: /** @type {const} */ ('chat')}] : []
  })
}
