import type {CallOptions, Credential, ProviderContext} from 'vibe-plugin-api'
import {failure, hostOf, statusError, type CallFacts} from './failure.ts'
import {readText, send, type HttpReply} from './http.ts'
import {toProviderError} from './network-error.ts'
import {excerpt, parseJson} from './wire.ts'

export type Call = {path: string; body?: string; model?: string}
export type OpenCall = {reply: HttpReply; facts: CallFacts}

/**
 * Sends a call to Ollama and returns its 2xx answer.
 * @throws ProviderError for every other outcome
 */
export async function open(context: ProviderContext, call: Call, options: CallOptions): Promise<OpenCall> {
  const {signal, onActivity} = options
  // People also write the address of the OpenAI-compatible API or of one call.
  const base = context.endpoint.replace(/\/+(v1|api)?$/, '')
  let facts: CallFacts = {url: `${base}${call.path}`, signal, ...(call.model === undefined ? {} : {model: call.model})}
  try {
    signal.throwIfAborted()
    const key = secretOf(await untilAborted(context.credential(signal), signal))
    if (key !== undefined) facts = {...facts, key}
    const headers = headersOf(context, {key, own: options.headers ?? {}, posts: call.body !== undefined})
    const body = call.body === undefined ? {} : {body: call.body}
    const reply = await send({url: facts.url, headers, ...body, signal, onActivity})
    if (reply.status >= 200 && reply.status < 300) return {reply, facts}
    throw statusError({...reply, text: await readText(reply)}, facts)
  } catch (error) {
    throw toProviderError(error, facts)
  }
}

/**
 * Sends a call and reads the whole answer as JSON.
 * @throws ProviderError, `bad-response` when the answer is no JSON
 */
export async function fetchJson(context: ProviderContext, call: Call, options: CallOptions): Promise<unknown> {
  const {reply, facts} = await open(context, call, options)
  try {
    const text = await readText(reply)
    const value = parseJson(text)
    if (value !== undefined) return value
    throw notOllama(text, facts)
  } catch (error) {
    throw toProviderError(error, facts, true)
  }
}

/** The error for a 200 whose body is not Ollama's, most often the page of a proxy. */
export function notOllama(text: string, facts: CallFacts) {
  const shown = excerpt(text)
  const message = shown === '' ? 'sent an empty answer' : `answered with something that is not Ollama's: ${shown}`
  return failure('bad-response', `${hostOf(facts)} ${message}`, {facts, retryable: shown === ''})
}

function secretOf(credential: Credential): string | undefined {
  if (credential.kind === 'api-key') return credential.value
  return credential.kind === 'oauth' ? credential.accessToken : undefined
}

/** Rejects with the signal's reason as soon as it aborts, whatever the work does. */
async function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const aborted = Promise.withResolvers<never>()
  const stop = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', stop, {once: true})
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

type HeaderFacts = {key: string | undefined; own: Record<string, string>; posts: boolean}

function headersOf(context: ProviderContext, {key, own, posts}: HeaderFacts): Record<string, string> {
  const headers: Record<string, string> = {
    accept: 'application/x-ndjson, application/json',
    'user-agent': context.userAgent,
  }
  if (posts) headers['content-type'] = 'application/json'
  if (key !== undefined) {
    const {name, scheme} = context.authHeader ?? {name: 'authorization', scheme: 'Bearer'}
    headers[name.toLowerCase()] = scheme === 'none' ? key : `${scheme} ${key}`
  }
  for (const [name, value] of Object.entries(own)) headers[name.toLowerCase()] = value
  return headers
}
