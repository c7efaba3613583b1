import {classifyStatus, ProviderError, type ProviderErrorCode, type ProviderErrorShape} from 'vibe-plugin-api'
import {asObject, asText, excerpt, parseJson, type Loose} from './wire.ts'

/** What is known about a call, for its errors. */
export type CallFacts = {url: string; model?: string; key?: string; signal: AbortSignal}

type Detail = Omit<ProviderErrorShape, 'code' | 'message'> & {facts: CallFacts; cause?: unknown}
type Rule = {code: ProviderErrorCode; retryable: boolean; when: RegExp; hint?: (model: string) => string}

/** By the server's own words, which say more than its status. */
const RULES: readonly Rule[] = [
  {
    code: 'context-overflow',
    retryable: false,
    when: /exceed_context_size|exceeds the (available )?context|longer than the context|context length (exceeded|currently)/i,
    hint: () => 'Shorten the conversation, raise the setting contextLength, or choose a model with a larger window.',
  },
  {
    code: 'unsupported',
    retryable: false,
    when: /does not support (tools|thinking|images?|vision|chat|generate|embed)|missing data required for image/i,
    hint: (model) => `See what it can do: ollama show ${model}`,
  },
  {
    code: 'model-not-found',
    retryable: false,
    when: /model .*not found|not found.*pull|no such model|unknown model/i,
    hint: (model) => `ollama pull ${model}`,
  },
  {
    code: 'server-error',
    retryable: false,
    when: /requires more (system )?memory|out of memory|unable to allocate|cudaMalloc/i,
    hint: () => 'Choose a smaller model, or lower the setting contextLength.',
  },
  {code: 'overloaded', retryable: true, when: /server busy|maximum pending requests|overloaded/i},
  {code: 'rate-limited', retryable: true, when: /rate limit|too many requests|usage limit/i},
]

/** The error of an answer whose status is not 2xx. */
export function statusError(answer: {status: number; text: string}, facts: CallFacts): ProviderError {
  const document = asObject(parseJson(answer.text))
  const words = document === undefined ? excerpt(answer.text.replace(/<[^>]{0,500}>/g, ' ')) : wordsOf(document)
  return serverError({words, status: answer.status}, facts)
}

/** The error that a line of a stream reports, undefined when the line reports none. */
export function lineError(line: Loose, facts: CallFacts): ProviderError | undefined {
  if (line.error === undefined || line.error === null) return undefined
  const status = typeof line.status_code === 'number' ? line.status_code : undefined
  return serverError({words: wordsOf(line), ...(status === undefined ? {} : {status})}, facts)
}

function serverError({words, status}: {words: string; status?: number}, facts: CallFacts): ProviderError {
  const rule = RULES.find(({when}) => when.test(words))
  const plain = status === undefined ? undefined : classifyStatus(status)
  // A path that does not exist is not a missing model: something else answers at this address.
  const code = rule?.code ?? (status === 404 ? 'bad-response' : (plain?.code ?? 'server-error'))
  const hint = rule?.hint?.(facts.model ?? 'MODEL') ?? HINTS[code]
  return failure(code, `${hostOf(facts)} answered ${status ?? 'with an error'}${words === '' ? '' : `: ${words}`}`, {
    facts,
    retryable: rule?.retryable ?? plain?.retryable ?? true,
    ...(hint === undefined ? {} : {hint}),
    ...(status === undefined ? {} : {status}),
  })
}

/** Errors come as a string, as an object, or as an object in a string. */
function wordsOf(document: Loose): string {
  const {error} = document
  const inner = typeof error === 'string' ? (asObject(parseJson(error)) ?? error) : asObject(error)
  if (typeof inner === 'string') return excerpt(inner)
  const deepest = asObject(inner?.error) ?? inner
  const type = asText(deepest?.type)
  const message = asText(deepest?.message) ?? asText(inner?.error) ?? asText(document.message) ?? ''
  return excerpt(type === undefined ? message : `${message} (${type})`)
}

const HINTS: Partial<Record<ProviderErrorCode, string>> = {
  'bad-response': 'Check the endpoint: it must be the address of Ollama, without a path.',
  'auth-invalid': 'Check the key: run vibe provider:update NAME --key-stdin.',
  'stream-interrupted': 'The connection ended before the answer was whole: try again.',
  'server-error': 'Look into the log of Ollama: ollama serve writes it.',
}

/** A ProviderError without the key in its message. */
export function failure(code: ProviderErrorCode, message: string, detail: Detail): ProviderError {
  const {facts, cause, ...rest} = detail
  const hint = rest.hint ?? HINTS[code]
  const clean = facts.key === undefined || facts.key.length < 4 ? message : message.replaceAll(facts.key, '****')
  const shape: ProviderErrorShape = {...rest, code, message: clean, ...(hint === undefined ? {} : {hint})}
  return new ProviderError(shape, cause === undefined ? undefined : {cause})
}

export function hostOf({url}: CallFacts): string {
  return new URL(url).host
}
