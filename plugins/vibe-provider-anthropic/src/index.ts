import {
  ProviderError,
  type CallOptions,
  type ChatEvent,
  type ChatRequest,
  type ConnectionReport,
  type CreateProvider,
  type ModelInfo,
  type ProviderContext,
} from 'vibe-plugin-api'
import {apiVersionOf, connect, post, type Connection} from './connection.ts'
import {toProviderError, type Failing} from './errors.ts'
import {OutputLimits, modelInfo} from './models.ts'
import {wireRequest, type WireRequest} from './request.ts'
import {chatEvents} from './stream.ts'
import {isObject, numberAt} from './wire.ts'

const MOST_MODELS = 2000

function factsOf(context: ProviderContext) {
  return {apiVersion: apiVersionOf(context), providerId: context.providerId}
}

/** A provider that speaks the Messages API, with Anthropic itself or any service that speaks it too. */
export const createProvider: CreateProvider = (context) => {
  const limits = new OutputLimits()
  const prepare = async (request: ChatRequest): Promise<WireRequest> =>
    wireRequest(request, {
      maxTokens: request.maxOutputTokens ?? (await limits.of(request.model)),
      ...factsOf(context),
    })
  return {
    id: context.providerId,
    chat: (request, options) => chat(context, {options, request, prepare}),
    async validateConnection(options) {
      const started = performance.now()
      const report = await validate(context, options)
      return report.ok ? {...report, latencyMs: Math.round(performance.now() - started)} : report
    },
    async listModels(options) {
      const models = await attempt(context, options, (connection) => list(connection, options.signal))
      limits.learn(models)
      return models
    },
    async countTokens(request, options) {
      const {body} = await prepare(request)
      const {max_tokens: _, stop_sequences: __, temperature: ___, ...counted} = body
      return attempt(context, options, async ({client}) => {
        const answer = await post(client, '/v1/messages/count_tokens', {
          body: counted,
          signal: options.signal,
          stream: false,
        })
        const tokens = isObject(answer) ? numberAt(answer, 'input_tokens') : undefined
        if (tokens !== undefined) return tokens
        throw new ProviderError({
          code: 'bad-response',
          message: 'The service did not say how many tokens there are.',
          retryable: false,
        })
      })
    },
  }
}

async function* chat(
  context: ProviderContext,
  {
    options,
    request,
    prepare,
  }: {options: CallOptions; request: ChatRequest; prepare: (request: ChatRequest) => Promise<WireRequest>},
): AsyncGenerator<ChatEvent> {
  const {signal} = options
  const failing = failingOf(context, signal)
  try {
    const {body, warnings} = await prepare(request)
    const {client} = await connect(context, options, failing)
    const stream = await post(client, '/v1/messages', {body: {...body, stream: true}, signal, stream: true})
    failing.streaming = true
    const how = {model: request.model, providerId: context.providerId, warnings}
    for await (const event of chatEvents(stream as AsyncIterable<unknown>, how)) {
      signal.throwIfAborted()
      yield event
    }
  } catch (error) {
    throw signal.aborted ? aborted(error) : toProviderError(error, failing)
  }
}

async function attempt<T>(
  context: ProviderContext,
  options: CallOptions,
  run: (connection: Connection) => Promise<T>,
): Promise<T> {
  const failing = failingOf(context, options.signal)
  try {
    return await run(await connect(context, options, failing))
  } catch (error) {
    throw toProviderError(error, failing)
  }
}

async function list({client}: Connection, signal: AbortSignal): Promise<ModelInfo[]> {
  const models: ModelInfo[] = []
  let seen = 0
  const first = await client.models.list({limit: 1000}, {signal})
  // The SDK takes any JSON for a page without models.
  if (!Array.isArray((first as unknown as {body?: {data?: unknown}}).body?.data)) throw noList(client.baseURL)
  for await (const model of first) {
    if (isObject(model) && typeof model.id === 'string' && model.lifecycle !== 'retired') models.push(modelInfo(model))
    seen += 1
    if (seen >= MOST_MODELS) break
  }
  return models
}

/** Listing models costs nothing and needs the key; a gateway may lack the list, which says nothing about the key. */
async function validate(context: ProviderContext, options: CallOptions): Promise<ConnectionReport> {
  try {
    const models = await attempt(context, options, (connection) => list(connection, options.signal))
    return {ok: true, latencyMs: 0, modelsSeen: models.length, warnings: []}
  } catch (error) {
    const {code, message, hint, retryable, retryAfterMs, status, requestId} = toProviderError(
      error,
      failingOf(context, options.signal),
    )
    if ((status === 404 || status === 405) && new URL(context.endpoint).hostname !== 'api.anthropic.com') {
      return {
        ok: true,
        latencyMs: 0,
        warnings: [{code: 'other', message: 'The endpoint answers, but it lists no models: the key was not checked.'}],
      }
    }
    return {
      ok: false,
      error: {
        code,
        message,
        retryable,
        ...(hint === undefined ? {} : {hint}),
        ...(retryAfterMs === undefined ? {} : {retryAfterMs}),
        ...(status === undefined ? {} : {status}),
        ...(requestId === undefined ? {} : {requestId}),
      },
    }
  }
}

function failingOf({endpoint, instanceId}: ProviderContext, signal: AbortSignal): Failing {
  return {
    host: URL.canParse(endpoint) ? new URL(endpoint).host : endpoint,
    instance: instanceId,
    signal,
    secret: undefined,
    streaming: false,
  }
}

function aborted(cause: unknown): ProviderError {
  return new ProviderError({code: 'aborted', message: 'The answer was stopped.', retryable: false}, {cause})
}

function noList(address: string): ProviderError {
  return new ProviderError({
    code: 'bad-response',
    message: `${new URL(address).host} answered with something else than a list of models.`,
    hint: 'Check the endpoint: it must be the base address of a service that speaks the Messages API.',
    retryable: false,
  })
}
