import {isProviderError} from 'vibe-plugin-api'

/** Failures that say nothing of what a model can do. */
const OTHER_CODES: ReadonlySet<string> = new Set([
  'auth-missing',
  'auth-invalid',
  'auth-expired',
  'permission-denied',
  'quota-exhausted',
  'rate-limited',
  'context-overflow',
  'content-blocked',
  'network',
  'tls',
  'timeout',
  'stream-interrupted',
  'aborted',
])

const TOOLS = /\btools?\b|\btool[ _-]?(?:calls?|calling|choice|use)\b|\bfunctions?\b|\bfunction[ _-]?call(?:s|ing)?\b/i
const REFUSED =
  /(?:not|n't|un)[ -]?(?:currently |yet )?(?:support|allow|enabl|availab|implement|permit|recogni[sz]|expected|known|accept)|\b(?:can(?:not|'t)|does(?:n't| not)|unable to) (?:use|call|do|take)\b|\bdisabled\b|no endpoints|requires? [`'"]?--|\b(?:extra|invalid|unexpected|unknown) (?:\w+ ){0,2}(?:inputs?|fields?|param\w*|arguments?|key|propert\w*)|additional properties/i
/** These are about a call in the history, not about tools as such. */
const ABOUT_A_MESSAGE = /tool_call_id|role ["'`]?tool|tool_use_id|tool_result/i

/**
 * Whether a service refused a request because it has tools in it: services say it in many words, all of them with a
 * plain refusal (4xx, or 500 from llama.cpp) before anything was answered.
 */
export function refusesTools(error: unknown): boolean {
  if (!isProviderError(error) || OTHER_CODES.has(error.code)) return false
  const {message} = error
  return TOOLS.test(message) && REFUSED.test(message) && !ABOUT_A_MESSAGE.test(message)
}
