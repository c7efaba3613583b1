import {parseRetryAfter, ProviderError, type ProviderErrorCode, type ProviderErrorShape} from 'vibe-plugin-api'
import {classify} from './classify.ts'
import {readErrorBody, type ErrorBody} from './error-body.ts'
import {hintFor} from './hints.ts'
import {mask} from './mask.ts'

/** What is known about a call, for its errors. */
export type CallFacts = {url: string; secrets: readonly string[]; keySent: boolean; signal: AbortSignal}
export type ReadHeader = (name: string) => string | undefined
type Failure = {status?: number; header?: ReadHeader; body: ErrorBody}

/** The error of an answer whose status is not 2xx. */
export function statusError(
  answer: {status: number; header: ReadHeader; text: string},
  facts: CallFacts,
): ProviderError {
  const {status, header} = answer
  if (status >= 300 && status < 400) return redirectError(answer, facts)
  return bodyError({status, header, body: readErrorBody(answer.text)}, facts)
}

/** The error that a service reports, by a status or inside a stream that began well. */
export function bodyError({status, header, body}: Failure, facts: CallFacts): ProviderError {
  const real = body.status ?? status
  const retryAfterMs = waitOf(header, body)
  const known = {body, waitNamed: retryAfterMs !== undefined, keySent: facts.keySent}
  const verdict = classify(real === undefined ? known : {...known, status: real})
  const host = new URL(facts.url).host
  const said = body.message ?? body.code ?? body.type
  const message = `${host} answered ${real ?? 'with an error'}${said === undefined ? '' : `: ${said}`}`
  const requestId = header?.('x-request-id') ?? header?.('request-id') ?? header?.('cf-ray')
  return failure(verdict.code, message, {
    retryable: verdict.retryable,
    secrets: facts.secrets,
    ...(real === undefined ? {} : {status: real}),
    ...(retryAfterMs === undefined ? {} : {retryAfterMs}),
    ...(requestId === undefined ? {} : {requestId}),
  })
}

type FailureDetail = Omit<ProviderErrorShape, 'code' | 'message'> & {secrets?: readonly string[]; cause?: unknown}

/** A ProviderError with the code's hint, and no secret in its message. */
export function failure(code: ProviderErrorCode, message: string, detail: FailureDetail): ProviderError {
  const {secrets = [], cause, ...rest} = detail
  const hint = rest.hint ?? hintFor(code, rest.status)
  const shape: ProviderErrorShape = {
    ...rest,
    code,
    message: mask(message, secrets),
    ...(hint === undefined ? {} : {hint}),
  }
  return new ProviderError(shape, cause === undefined ? undefined : {cause})
}

function waitOf(header: ReadHeader | undefined, body: ErrorBody): number | undefined {
  const milliseconds = Number(header?.('retry-after-ms') ?? Number.NaN)
  if (Number.isFinite(milliseconds) && milliseconds >= 0) return milliseconds
  const named = parseRetryAfter(header?.('retry-after'))
  return named ?? (body.retryAfter === undefined ? undefined : body.retryAfter * 1000)
}

function redirectError({status, header}: {status: number; header: ReadHeader}, facts: CallFacts): ProviderError {
  const base = new URL(facts.url)
  const location = header('location')
  const target =
    location !== undefined && URL.canParse(location, facts.url) ? new URL(location, base).origin : 'nowhere'
  const hint = 'Set the endpoint to the address the service redirects to, if you trust it.'
  const message = `${base.host} redirects to ${target}; the key is not sent there`
  return failure('bad-response', message, {retryable: false, status, hint, secrets: facts.secrets})
}
