/** @import {CallOptions, ProviderContext} from 'vibe-plugin-api' */
import {failure, providerError, refusal} from './errors.js'

const ERROR_BODY_MS = 5000
const ERROR_BODY_CHARACTERS = 64 * 1024

/**
 * Sends one call and returns its 2xx answer. Nothing is tried again: vibe does that.
 * @param {ProviderContext} context
 * @param {{path: string, body?: object}} call
 * @param {CallOptions} options
 * @returns {Promise<{response: Response, secrets: string[]}>}
 */
export async function send(context, {path, body}, {signal, headers, onActivity}) {
  try {
    signal.throwIfAborted()
    const credential = await context.credential(signal)
    const key = credential.kind === 'api-key' ? credential.value : undefined
    const own = Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
    const response = await context.fetch(`${context.endpoint}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      // The key and the conversation go only where the user said.
      redirect: 'manual',
      signal,
      headers: {
        'user-agent': context.userAgent,
        ...(body === undefined ? {} : {'content-type': 'application/json'}),
        ...(key === undefined ? {} : keyHeader(context, key)),
        ...own,
      },
      ...(body === undefined ? {} : {body: JSON.stringify(body, wellFormed)}),
    })
    onActivity?.()
    const secrets = [...(key === undefined ? [] : [key]), ...Object.values(own).filter((value) => value.length > 7)]
    if (response.ok) return {response, secrets}
    throw refusal(response, wordsOf(await readBriefly(response), secrets))
  } catch (error) {
    throw failure(error, {endpoint: context.endpoint, signal, started: false})
  }
}

/**
 * Sends a call and reads the whole answer as JSON.
 * @param {ProviderContext} context
 * @param {{path: string, body?: object}} call
 * @param {CallOptions} options
 * @returns {Promise<unknown>}
 */
export async function sendForJson(context, call, options) {
  const {response, secrets} = await send(context, call, options)
  try {
    const text = await response.text()
    options.onActivity?.()
    const value = parseJson(text)
    if (value === undefined) throw notTheService(text, secrets)
    return value
  } catch (error) {
    throw failure(error, {endpoint: context.endpoint, signal: options.signal, started: true})
  }
}

/**
 * The error for a 200 that holds something else than the protocol, most often the page of a proxy or a login.
 * @param {string} text
 * @param {readonly string[]} secrets
 */
export function notTheService(text, secrets) {
  const what = text.trimStart().startsWith('<') ? 'a web page; a proxy may have answered' : 'no answer of this protocol'
  const words = wordsOf(text, secrets)
  const message = `The service sent ${what}${words === '' ? '' : `: ${words}`}`
  return providerError({code: 'bad-response', message, retryable: text.trim() === ''})
}

/**
 * What an error body says, on one line and without the key, which some services repeat.
 * @param {string} text
 * @param {readonly string[]} secrets
 */
export function wordsOf(text, secrets) {
  const document = parseJson(text)
  const error = member(document, 'error') ?? document
  const message = member(error, 'message') ?? member(error, 'detail') ?? error
  const found = typeof message === 'string' ? message : text.replace(/<[^>]{0,500}>/g, ' ')
  const code = member(error, 'code')
  const named = typeof code === 'string' ? `${found} (${code})` : found
  const masked = secrets.reduce((words, secret) => words.replaceAll(secret, '***'), named)
  return masked
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, 300)
}

/**
 * @param {string} text
 * @returns {unknown} undefined when it is no JSON
 */
export function parseJson(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // The caller knows what to do with anything else.
  }
}

/**
 * @param {unknown} value
 * @param {string} name
 * @returns {unknown}
 */
export function member(value, name) {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

/**
 * @param {ProviderContext} context
 * @param {string} key
 */
function keyHeader({authHeader}, key) {
  const {name, scheme} = authHeader ?? {name: 'authorization', scheme: 'Bearer'}
  return {[name.toLowerCase()]: scheme === 'none' ? key : `${scheme} ${key}`}
}

/**
 * Half a surrogate pair is no text, and services refuse it.
 * @param {string} _name
 * @param {unknown} value
 */
function wellFormed(_name, value) {
  return typeof value === 'string' ? value.toWellFormed() : value
}

/**
 * An error's words are a help and no duty: they get a moment and a page.
 * @param {Response} response
 */
async function readBriefly(response) {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  const cancel = () => void reader?.cancel().catch(() => {}) // The connection may be gone already.
  const timer = setTimeout(cancel, ERROR_BODY_MS)
  let text = ''
  try {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      text += part.value
      if (text.length > ERROR_BODY_CHARACTERS) break
    }
  } catch {
    text = text.trim() // What came so far has to do.
  } finally {
    clearTimeout(timer)
    cancel()
  }
  return text.slice(0, ERROR_BODY_CHARACTERS)
}
