import {asList, asObject, asText, parseJson, type Loose} from './wire.ts'

/** What an error document says, wherever the service put it. */
export type ErrorBody = {
  message?: string
  code?: string
  type?: string
  /** A status that hides in the body, as routers send it when an upstream service failed. */
  status?: number
  /** Seconds to wait, when the body and not a header names them. */
  retryAfter?: number
}

/** @returns the first 200 printable characters of a text on one line */
export function excerpt(text: string): string {
  return text
    .slice(0, 4000)
    .replace(/[^\P{C}\s]/gu, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200)
}

/** Reads the error out of a body: JSON in one of the usual shapes, the title of an HTML page, or plain text. */
export function readErrorBody(text: string): ErrorBody {
  const value = parseJson(text)
  const document = asObject(value) ?? asObject(asList(value)[0])
  if (document) return errorOf(document)
  const title = /<title[^>]*>([^<]{1,200})/i.exec(text)?.[1]
  const message = title ?? excerpt(text.replace(/<[^>]{0,500}>/g, ' '))
  return message === '' ? {} : {message: excerpt(message)}
}

/** Reads the error out of a parsed document, also out of an event of a stream. */
export function errorOf(document: Loose): ErrorBody {
  const inner = asObject(document.error) ?? asObject(asList(document.errors)[0]) ?? document
  const result: ErrorBody = {}
  const message = messageOf(inner) ?? asText(document.error) ?? messageOf(document)
  if (message !== undefined) result.message = excerpt(message)
  const code = inner.code ?? document.code
  if (typeof code === 'string') result.code = code
  const status = [code, inner.status, inner.status_code].find(
    (one) => typeof one === 'number' && one >= 400 && one < 600,
  )
  if (typeof status === 'number') result.status = status
  const type = asText(inner.type) ?? asText(inner.status)
  if (type !== undefined) result.type = type
  const after = asObject(inner.metadata)?.retry_after ?? inner.retry_after
  if (typeof after === 'number' && after >= 0) result.retryAfter = after
  return result
}

function messageOf(value: Loose): string | undefined {
  const detail = asList(value.detail).map(detailText).find(Boolean)
  const raw = asText(asObject(value.metadata)?.raw)
  const message = asText(value.message) ?? asText(value.detail) ?? detail ?? asText(value.msg)
  return message !== undefined && raw !== undefined ? `${message}: ${raw}` : message
}

/** FastAPI says apart what is wrong and where: without the place nobody knows which parameter is meant. */
function detailText(one: unknown): string | undefined {
  const {msg, loc} = asObject(one) ?? {}
  const message = asText(msg)
  const place = asList(loc).filter((part) => typeof part === 'string' || typeof part === 'number')
  return message === undefined || place.length === 0 ? message : `${place.join('.')}: ${message}`
}
