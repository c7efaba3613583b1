import type {ScriptedAnswer} from '../scripted-answer.ts'
import type {RecordedRequest, Reply} from '../scripted-server.ts'

/** What a protocol, or a service with a protocol of its own, cannot say. */
export type Lack =
  | 'system'
  | 'tools'
  | 'parallel-tools'
  | 'tool-ids'
  | 'tool-text'
  | 'reasoning'
  | 'images'
  | 'usage'
  | 'cache-usage'
  | 'max-output'

/** How a service that speaks a protocol answers, well and badly: what the conformance kit's server needs to know. */
export type Dialect = {
  /** The protocol's name, for reports. */
  name: string
  /** What follows the server's address in the endpoint: "/v1", or nothing. */
  base: string
  /** What the path of a request for an answer ends with, without the query: "/chat/completions". */
  chatPath: string | RegExp
  /** The headers that may carry the key when the manifest names none, in lower case. */
  keyHeaders: readonly string[]
  /** A good answer, streamed in several steps. */
  reply: (answer: ScriptedAnswer) => Reply
  /** What stands in the body of an answer with an error status. */
  errorBody: (error: {status: number; message: string}) => object
  /** An error inside a stream that began with 200; absent when the protocol has none. */
  errorEvent?: (message: string) => string
  /** Bytes between two events that say nothing, as services send them to keep a connection open. */
  keepAlive?: string
  /** The protocol's word for an answer that came to its own end, where it has others. */
  done?: string
  /** The protocol's word for an answer that met the output limit, and for one that a filter stopped. */
  cut?: string
  filtered?: string
  /** Part of what the service signs its reasoning with and wants back in the next request of the same turn. */
  reasoningProof?: string
  /** Answers to requests for anything but an answer: a list of `models`, embeddings, a version. Undefined is 404. */
  aside?: (request: RecordedRequest, models: readonly string[]) => Reply | undefined
  /** How a model is fetched, where the service does that: to its end, until the connection ends, or with an error. */
  pull?: (end: 'done' | 'cut' | 'failed') => Reply
  /** What a request for an answer has that the service does not know: a member, a type of part. */
  odd?: (request: RecordedRequest) => string | undefined
  /** What the protocol cannot say; checks of it are left out. */
  lacks?: readonly Lack[]
}

/** Whether a request is for an answer, and not for a list or a count. */
export function isChat(dialect: Dialect, {path}: RecordedRequest): boolean {
  const [bare = ''] = path.split('?')
  return typeof dialect.chatPath === 'string' ? bare.endsWith(dialect.chatPath) : dialect.chatPath.test(bare)
}
