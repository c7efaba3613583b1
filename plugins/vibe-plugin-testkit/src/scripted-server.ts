import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo, Socket} from 'node:net'
import {setTimeout as wait} from 'node:timers/promises'

/**
 * One thing the server does with an answer, in order. `stall` keeps the socket open and silent until the client goes;
 * `until` waits for a promise of the test's own.
 */
export type Step =
  | {write: string | Uint8Array}
  | {waitMs: number}
  | {until: Promise<unknown>}
  | {stall: true}
  | {destroy: true}

/** A byte-exact answer. `steps` after the headers; the response ends after the last step unless it stalled or was destroyed. */
export type Reply = {status?: number; headers?: Record<string, string>; steps: Step[]}

export type RecordedRequest = {
  method: string
  path: string
  headers: Record<string, string>
  body: string
  /** The body parsed as JSON, undefined when it is none. */
  json: unknown
  /** Resolves when the client's connection for this request is gone or the answer is finished. */
  closed: Promise<void>
}

export type ScriptedServer = {
  /** `http://127.0.0.1:PORT`, without a trailing slash. */
  url: string
  requests: RecordedRequest[]
  close: () => Promise<void>
}

export type Answer = (request: RecordedRequest, index: number) => Reply | Promise<Reply>

/**
 * A real HTTP server on loopback that answers exactly what it is told, however broken.
 * @param answer called for each request, with its index from 0
 */
export async function startScriptedServer(answer: Answer): Promise<ScriptedServer> {
  const requests: RecordedRequest[] = []
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    void handle({request, response}, requests, answer).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(599)
      response.end(String(error))
    })
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const {port} = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

type Exchange = {request: IncomingMessage; response: ServerResponse}

async function handle({request, response}: Exchange, requests: RecordedRequest[], answer: Answer) {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks).toString('utf8')
  const record: RecordedRequest = {
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers as Record<string, string>,
    body,
    json: parseJson(body),
    closed: new Promise((resolve) => response.on('close', resolve)),
  }
  requests.push(record)
  const reply = await answer(record, requests.length - 1)
  response.writeHead(reply.status ?? 200, reply.headers ?? {})
  response.flushHeaders()
  for (const step of reply.steps) {
    if (response.destroyed) return
    if ('write' in step) response.write(step.write)
    else if ('waitMs' in step) await wait(step.waitMs)
    else if ('until' in step) await step.until
    else if ('destroy' in step) return void response.socket?.destroy()
    else return
  }
  response.end()
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // Not every body is JSON; the caller sees `body`.
  }
}
