import {isProviderError, ProviderError, type ProviderErrorCode} from 'vibe-plugin-api'

const LONGEST_MESSAGE = 2_000
const LONGEST_HINT = 500
/** What is read of an error here and further up. */
const MEMBERS = ['message', 'cause', 'code', 'hint', 'retryable', 'retryAfterMs', 'status', 'requestId'] as const

/**
 * Whatever a plugin threw, as an error that can be read: the same one when it is what it claims to be, else a plain one
 * that says the same on one line. Getters and proxies of the plugin cannot throw, or say something else, later.
 */
export function tameError(error: unknown): Error {
  const isOurs = safely(() => isProviderError(error)) === true
  if (safely(() => isSane(error, isOurs)) === true) return error as Error
  return isOurs ? rebuilt(error) : new Error(wordsOf(error))
}

function isSane(error: unknown, isOurs: boolean): boolean {
  const {types} = process.getBuiltinModule('node:util')
  if (types.isProxy(error) || !types.isNativeError(error)) return false
  const own = Object.getOwnPropertyDescriptors(error) as Record<string, PropertyDescriptor | undefined>
  if (MEMBERS.some((name) => own[name]?.get !== undefined)) return false
  if (typeof error.message !== 'string' || error.message.length > LONGEST_MESSAGE) return false
  return !isOurs || fits(error as ProviderError)
}

function fits({message, code, hint, retryable, retryAfterMs, status, requestId}: ProviderError): boolean {
  const isText = (value: unknown) => value === undefined || typeof value === 'string'
  const isCount = (value: unknown) => value === undefined || (typeof value === 'number' && !Number.isNaN(value))
  const isNamed = message !== '' && typeof code === 'string' && typeof retryable === 'boolean'
  return isNamed && isText(hint) && isText(requestId) && isCount(retryAfterMs) && isCount(status)
}

/** From what can be read of it. */
function rebuilt(error: unknown): ProviderError {
  const read = (name: string) => safely(() => Reflect.get(error as object, name) as unknown)
  const text = (name: string, longest: number) => {
    const value = read(name)
    return typeof value === 'string' && value !== '' ? oneLine(value, longest) : undefined
  }
  const count = (name: string) => {
    const value = read(name)
    return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined
  }
  const code = read('code')
  const [hint, retryAfterMs, status] = [text('hint', LONGEST_HINT), count('retryAfterMs'), count('status')]
  return new ProviderError({
    code: typeof code === 'string' && /^[a-z][a-z-]{0,40}$/.test(code) ? (code as ProviderErrorCode) : 'unknown',
    message: text('message', LONGEST_MESSAGE) ?? 'It failed and did not say why.',
    retryable: read('retryable') === true,
    ...(hint !== undefined && {hint}),
    ...(retryAfterMs !== undefined && {retryAfterMs}),
    ...(status !== undefined && {status}),
  })
}

/** A few words on one line about something that was thrown. */
export function wordsOf(error: unknown): string {
  if (typeof error === 'function') return 'it threw a function'
  const isObject = typeof error === 'object' && error !== null
  const message = isObject ? safely(() => Reflect.get(error, 'message') as unknown) : undefined
  const text = typeof message === 'string' && message !== '' ? message : safely(() => String(error))
  if (text === undefined || text === '[object Object]') return 'it threw an object that says nothing'
  return oneLine(text, 300) || 'it gave no reason'
}

function oneLine(text: string, longest: number): string {
  const clean = text
    .slice(0, 10 * longest)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
  return clean.length > longest ? `${clean.slice(0, longest - 1)}…` : clean
}

function safely<Result>(read: () => Result): Result | undefined {
  try {
    return read()
  } catch {
    return undefined // What cannot be read says nothing.
  }
}
