import {once} from 'node:events'
import type {ReadHeader} from 'vibe-openai-wire/service-error'

export type HttpRequest = {
  url: string
  method: 'GET' | 'POST'
  headers: Record<string, string>
  body?: string
  signal: AbortSignal
  onActivity?: (() => void) | undefined
}
export type HttpReply = {status: number; header: ReadHeader; body: AsyncIterable<Uint8Array>; close: () => void}

/** Each step until the connection stands; the core times everything after it. */
const CONNECT_MS = 10_000
const ERROR_BODY_BYTES = 64 * 1024
const ERROR_BODY_MS = 5000
const DOCUMENT_BYTES = 32 * 1024 * 1024

/**
 * Sends one request and resolves with the head of the answer, whatever its status. Only connecting is timed;
 * nothing is retried, and redirects are followed only within the origin, so that no credential leaves it.
 */
export async function send(request: HttpRequest): Promise<HttpReply> {
  const {default: got} = await import('got')
  request.signal.throwIfAborted()
  const stream = got.stream(request.url, {
    method: request.method,
    headers: {'accept-encoding': 'identity', ...request.headers},
    ...(request.body === undefined ? {} : {body: request.body}),
    signal: request.signal,
    throwHttpErrors: false,
    retry: {limit: 0},
    timeout: {lookup: CONNECT_MS, connect: CONNECT_MS, secureConnect: CONNECT_MS},
    methodRewriting: false,
    followRedirect: (response) => sameOrigin(response.url, response.headers.location),
  })
  stream.on('error', () => {}) // Errors reach the reader of the body; this keeps a late one from ending the process.
  const [response] = (await once(stream, 'response')) as [{statusCode: number; headers: Record<string, unknown>}]
  request.onActivity?.()
  return {
    status: response.statusCode,
    header: (name) => headerText(response.headers[name]),
    body: watched(stream, request.onActivity),
    close: () => void stream.destroy(),
  }
}

/** @returns the body as text; of an error at most 64 KiB and 5 seconds of it, for its words are a help, not a duty */
export async function readText(reply: HttpReply): Promise<string> {
  const failed = reply.status < 200 || reply.status >= 300
  const limit = failed ? ERROR_BODY_BYTES : DOCUMENT_BYTES
  const timer = failed ? setTimeout(reply.close, ERROR_BODY_MS) : undefined
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const chunk of reply.body) {
      text += decoder.decode(chunk, {stream: true})
      if (text.length > limit) break
    }
  } catch (error) {
    if (!failed) throw error
  } finally {
    clearTimeout(timer)
  }
  return text.slice(0, limit)
}

async function* watched(stream: AsyncIterable<Uint8Array>, onActivity: (() => void) | undefined) {
  for await (const chunk of stream) {
    onActivity?.()
    yield chunk
  }
}

function sameOrigin(url: string, location: string | undefined): boolean {
  return location !== undefined && URL.canParse(location, url) && new URL(location, url).origin === new URL(url).origin
}

function headerText(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.join(', ')
  return typeof value === 'string' ? value : undefined
}
