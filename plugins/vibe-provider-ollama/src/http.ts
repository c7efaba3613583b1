import {once} from 'node:events'

export type HttpRequest = {
  url: string
  headers: Record<string, string>
  body?: string
  signal: AbortSignal
  onActivity?: (() => void) | undefined
}
export type HttpReply = {
  status: number
  retryAfter: string | undefined
  body: AsyncIterable<Uint8Array>
  close: () => void
}

/** Each step until the connection stands; the core times everything after it. */
const CONNECT_MS = 10_000
const ERROR_BODY_BYTES = 64 * 1024
const ERROR_BODY_MS = 5000
const DOCUMENT_BYTES = 32 * 1024 * 1024

/**
 * Sends one request, a POST when it has a body, and resolves with the head of the answer, whatever its status.
 * Nothing is retried and no redirect is followed: Ollama sends none.
 */
export async function send(request: HttpRequest): Promise<HttpReply> {
  const {default: got} = await import('got')
  request.signal.throwIfAborted()
  const stream = got.stream(request.url, {
    method: request.body === undefined ? 'GET' : 'POST',
    headers: {'accept-encoding': 'identity', ...request.headers},
    ...(request.body === undefined ? {} : {body: request.body}),
    agent: ownAgent(request.url),
    signal: request.signal,
    throwHttpErrors: false,
    retry: {limit: 0},
    timeout: {lookup: CONNECT_MS, connect: CONNECT_MS, secureConnect: CONNECT_MS},
    followRedirect: false,
  })
  stream.on('error', () => {}) // Errors reach the reader of the body; this keeps a late one from ending the process.
  const [response] = (await once(stream, 'response')) as [{statusCode: number; headers: Record<string, unknown>}]
  request.onActivity?.()
  const after = response.headers['retry-after']
  const retryAfter = typeof after === 'string' ? after : undefined
  return {
    status: response.statusCode,
    retryAfter,
    body: watched(stream, request.onActivity),
    close: () => void stream.destroy(),
  }
}

/** Node's global agents may have been told to use a proxy, which no local server is behind. */
function ownAgent(url: string) {
  if (url.startsWith('https:')) return {https: new (process.getBuiltinModule('node:https').Agent)()}
  return {http: new (process.getBuiltinModule('node:http').Agent)()}
}

/** @returns the body as text; of an error at most 64 KiB and 5 seconds of it, for its words are a help, not a duty */
export async function readText(reply: HttpReply): Promise<string> {
  const failed = reply.status < 200 || reply.status >= 300
  const limit = failed ? ERROR_BODY_BYTES : DOCUMENT_BYTES
  const timer = failed ? setTimeout(reply.close, ERROR_BODY_MS) : undefined
  const decoder = new TextDecoder()
  const parts: string[] = []
  let length = 0
  try {
    for await (const chunk of reply.body) {
      const text = decoder.decode(chunk, {stream: true})
      parts.push(text)
      length += text.length
      if (length > limit) break
    }
  } catch (error) {
    if (!failed) throw error
  } finally {
    clearTimeout(timer)
    reply.close()
  }
  if (!failed && length > limit) throw new RangeError(`the answer is longer than ${DOCUMENT_BYTES / 1024 / 1024} MiB`)
  return parts.join('').slice(0, limit)
}

async function* watched(stream: AsyncIterable<Uint8Array>, onActivity: (() => void) | undefined) {
  for await (const chunk of stream) {
    onActivity?.()
    yield chunk
  }
}
