import type {CallOptions, ProviderContext} from 'vibe-plugin-api'
import {readText, send, type HttpReply} from './http.ts'
import {attributionOf, urlOf} from './place.ts'
import {mask, secretsOf} from 'vibe-openai-wire/mask'
import {toProviderError} from 'vibe-openai-wire/network-error'
import {failure, statusError, type CallFacts} from 'vibe-openai-wire/service-error'
import {keyHeader, keyOf} from 'vibe-openai-wire/credential'
import {excerpt} from 'vibe-openai-wire/error-body'
import {parseJson, wireJson} from 'vibe-openai-wire/wire'

export type Call = {path: string; body?: {model: string; [more: string]: unknown}; accept?: string}
export type OpenCall = {reply: HttpReply; facts: CallFacts}

/**
 * Sends a call to the service and returns its 2xx answer.
 * @throws ProviderError for every other outcome
 */
export async function open(context: ProviderContext, call: Call, options: CallOptions): Promise<OpenCall> {
  const url = urlOf(context, call.path, call.body?.model)
  let facts: CallFacts = {url, secrets: [], keySent: false, signal: options.signal}
  try {
    options.signal.throwIfAborted()
    const key = await keyOf(context, options.signal)
    const headers = headersOf(context, call, {key, own: options.headers ?? {}})
    const secrets = [...(key === undefined ? [] : [key]), ...secretsOf(headers)]
    facts = {...facts, secrets, keySent: key !== undefined || 'authorization' in headers}
    const {signal, onActivity} = options
    const body = call.body === undefined ? {} : {body: wireJson(call.body)}
    const reply = await send({
      url,
      method: call.body === undefined ? 'GET' : 'POST',
      headers,
      ...body,
      signal,
      onActivity,
    })
    if (reply.status >= 200 && reply.status < 300) return {reply, facts}
    throw statusError({...reply, text: mask(await readText(reply), secrets)}, facts)
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
    throw notTheService(text, facts)
  } catch (error) {
    throw toProviderError(error, facts, true)
  }
}

/** The error for a 200 whose body is not what the protocol says, most often the page of a proxy or a login. */
export function notTheService(text: string, facts: CallFacts) {
  const {host} = new URL(facts.url)
  const shown = excerpt(mask(text, facts.secrets))
  const what = text.trimStart().startsWith('<')
    ? 'with a web page; a proxy answered'
    : 'with something that is not the protocol'
  const message = shown === '' ? `${host} sent an empty answer` : `${host} answered ${what}: ${shown}`
  return failure('bad-response', message, {retryable: shown === '', secrets: facts.secrets})
}

function headersOf(
  context: ProviderContext,
  call: Call,
  {key, own}: {key: string | undefined; own: Record<string, string>},
) {
  const headers: Record<string, string> = {
    accept: call.accept ?? 'application/json',
    'user-agent': context.userAgent,
    ...attributionOf(context),
  }
  if (call.body !== undefined) headers['content-type'] = 'application/json'
  if (key !== undefined) {
    const {name, value} = keyHeader(context, key)
    headers[name] = value
  }
  for (const [header, value] of Object.entries(own)) headers[header.toLowerCase()] = value
  return headers
}
