import type {OpenAI} from 'openai'
import type {CallOptions, ProviderContext, ProviderError} from 'vibe-plugin-api'
import {keyHeader, keyOf} from 'vibe-openai-wire/credential'
import {errorOf} from 'vibe-openai-wire/error-body'
import {guardedFetch} from './guarded-fetch.ts'
import {mask, secretsOf} from 'vibe-openai-wire/mask'
import {toProviderError} from 'vibe-openai-wire/network-error'
import {bodyError, failure, type CallFacts} from 'vibe-openai-wire/service-error'
import {asObject, parseJson} from 'vibe-openai-wire/wire'

export type OpenClient = {client: OpenAI; facts: CallFacts}
type Use = {context: ProviderContext; options: CallOptions; streaming: boolean}

/** The core owns the timers: the SDK gets the longest that a timer can be. */
const NO_TIMEOUT = 2 ** 31 - 1
const silent = () => {}

/**
 * A client for one call, with the credential as it is now. The SDK is loaded here and not before.
 * @throws ProviderError
 */
export async function openClient({context, options, streaming}: Use): Promise<OpenClient> {
  const own = options.headers ?? {}
  const bare: CallFacts = {url: context.endpoint, secrets: secretsOf(own), keySent: false, signal: options.signal}
  try {
    options.signal.throwIfAborted()
    const [key, {OpenAI}] = await Promise.all([keyOf(context, options.signal), import('openai')])
    const facts = {
      ...bare,
      secrets: [...(key === undefined ? [] : [key]), ...bare.secrets],
      keySent: key !== undefined || hasAuthorization(own),
    }
    const {organization, project} = context.settings
    const defaultHeaders = headersOf(context, key, own)
    const headerNames = new Set(Object.keys(defaultHeaders))
    const client = new OpenAI({
      apiKey: key ?? 'none',
      adminAPIKey: null,
      webhookSecret: null,
      organization: typeof organization === 'string' ? organization : null,
      project: typeof project === 'string' ? project : null,
      baseURL: context.endpoint,
      maxRetries: 0,
      timeout: NO_TIMEOUT,
      defaultHeaders,
      fetch: guardedFetch({context, facts, options, streaming, headerNames}),
      logLevel: 'off',
      logger: {error: silent, warn: silent, info: silent, debug: silent},
    })
    return {client, facts}
  } catch (error) {
    throw toProviderError(error, bare)
  }
}

/**
 * Turns what the SDK threw into a ProviderError: the guarded fetch's own error, an error event of a stream, JSON that
 * is none, or a failure of the network.
 */
export function sdkError(error: unknown, facts: CallFacts, started: boolean): ProviderError {
  const thrown = error instanceof Error ? error : new Error(String(error))
  if (facts.signal.aborted) return toProviderError(error, facts)
  const reported = asObject((thrown as {error?: unknown}).error)
  if (reported) return bodyError({body: errorOf(masked(reported, facts))}, facts)
  if (thrown instanceof SyntaxError) {
    const message = `${new URL(facts.url).host} sent an event that is no JSON`
    return failure('bad-response', message, {retryable: true})
  }
  const inner = thrown.name === 'Error' && thrown.cause !== undefined ? thrown.cause : thrown
  return toProviderError(inner, facts, started)
}

function masked(reported: object, facts: CallFacts) {
  return asObject(parseJson(mask(JSON.stringify(reported), facts.secrets))) ?? {}
}

function headersOf(context: ProviderContext, key: string | undefined, own: Record<string, string>) {
  const headers: Record<string, string | null> = {'user-agent': context.userAgent}
  headers.authorization = null
  if (key !== undefined) {
    const {name, value} = keyHeader(context, key)
    headers[name] = value
  }
  for (const [header, value] of Object.entries(own)) headers[header.toLowerCase()] = value
  return headers
}

function hasAuthorization(headers: Record<string, string>): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === 'authorization')
}
