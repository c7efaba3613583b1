import {
  classifyStatus,
  parseRetryAfter,
  ProviderError,
  type ProviderErrorCode,
  type ProviderErrorShape,
} from 'vibe-plugin-api'
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
    when: /exceed_context_size|exceeds the (available )?context|(prompt|input) is too long|longer than the context|context length (exceeded|currently)/i,
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
    when: /pull model manifest.*(does not exist|not found|unknown)|invalid model name/i,
    hint: () => 'Look for its name at https://ollama.com/library.',
  },
  {
    code: 'server-error',
    retryable: false,
    when: /no space left|not enough (disk )?space|disk quota|disk is full/i,
    hint: () => "Make room on the disk of Ollama's computer; what was fetched is kept.",
  },
  {
    code: 'unsupported',
    retryable: false,
    when: /requires a newer version of ollama/i,
    hint: () => 'Update Ollama: https://ollama.com/download',
  },
  {
    code: 'network',
    retryable: true,
    when: /dial tcp|lookup .*(no such host|i\/o timeout)|max retries exceeded|tls handshake/i,
    hint: () => "Ollama's computer cannot reach its library; check its connection and its proxy.",
  },
  {
    code: 'model-not-found',
    retryable: false,
    when: /model .*not found|not found.*pull|no such model|unknown model/i,
  },
  {
    code: 'server-error',
    retryable: false,
    when: /requires more (system )?memory|out of memory|unable to allocate|cudaMalloc/i,
    hint: () => 'Choose a smaller model, or lower the setting contextLength.',
  },
  {code: 'overloaded', retryable: true, when: /server busy|maximum pending requests|overloaded/i},
  {
    code: 'quota-exhausted',
    retryable: false,
    when: /insufficient.(quota|balance|credit)|exceeded your current quota|payment required/i,
  },
  {code: 'rate-limited', retryable: true, when: /rate limit|too many requests|usage limit/i},
]

/** The error of an answer whose status is not 2xx. */
export function statusError(
  answer: {status: number; retryAfter: string | undefined; text: string},
  facts: CallFacts,
): ProviderError {
  const document = asObject(parseJson(answer.text))
  const words = document === undefined ? excerpt(answer.text.replace(/<[^>]{0,500}>/g, ' ')) : wordsOf(document)
  // Ollama itself answers in JSON; a bare 404 says that something else listens at this address.
  const absent = answer.status === 404 ? (document ? 'model-not-found' : 'bad-response') : undefined
  const retryAfterMs = parseRetryAfter(answer.retryAfter)
  return serverError(
    {words, status: answer.status, ...(absent && {absent}), ...(retryAfterMs !== undefined && {retryAfterMs})},
    facts,
  )
}

/** The error that a line of a stream reports, undefined when the line reports none. */
export function lineError(line: Loose, facts: CallFacts): ProviderError | undefined {
  if (line.error === undefined || line.error === null) return undefined
  const status = typeof line.status_code === 'number' ? line.status_code : undefined
  return serverError({words: wordsOf(line), ...(status === undefined ? {} : {status})}, facts)
}

type Said = {words: string; status?: number; absent?: ProviderErrorCode; retryAfterMs?: number}

function serverError(said: Said, facts: CallFacts): ProviderError {
  const {words, status, retryAfterMs} = said
  const message = `${hostOf(facts)} answered ${status ?? 'with an error'}${words === '' ? '' : `: ${words}`}`
  const {code, ...verdict} = verdictOf(said, facts.model ?? 'MODEL')
  return failure(code, message, {
    facts,
    ...verdict,
    ...(status === undefined ? {} : {status}),
    ...(retryAfterMs === undefined ? {} : {retryAfterMs}),
  })
}

function verdictOf({words, status, absent}: Said, model: string) {
  const rule = RULES.find(({when}) => when.test(words))
  const plain = status === undefined ? undefined : classifyStatus(status)
  const code = rule?.code ?? absent ?? plain?.code ?? 'server-error'
  const hint =
    rule?.hint?.(model) ??
    (code === 'model-not-found' ? `vibe model:pull ${model}   or: ollama pull ${model}` : undefined)
  const retryable = rule?.retryable ?? plain?.retryable ?? true
  return {code, retryable, ...(hint === undefined ? {} : {hint})}
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
