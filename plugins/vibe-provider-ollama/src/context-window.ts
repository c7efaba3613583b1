import type {WireMessage} from './messages.ts'

/** Tokens, as far as they can be told from bytes: the tokenizer is the server's and differs with the model. */
export type Estimate = {
  /** More than almost any text has: what the window must hold. */
  high: number
  /** What ordinary text and code have. */
  middle: number
  /** Fewer than almost any text has: beyond doubt when even this is too much. */
  low: number
}

const SMALLEST_WINDOW = 4096
/** Kept free for the answer, when the request does not limit it. */
const ANSWER = 4096
const IMAGE = 1500

/** Estimates the tokens of a request from the bytes of its messages and tools. */
export function estimate(messages: readonly WireMessage[], tools: readonly object[]): Estimate {
  const images = messages.reduce((sum, message) => sum + (message.images?.length ?? 0), 0)
  const words = messages.map(({images: _images, ...message}) => message)
  const bytes =
    Buffer.byteLength(JSON.stringify(words)) + (tools.length > 0 ? Buffer.byteLength(JSON.stringify(tools)) : 0)
  return {
    high: Math.ceil(bytes / 3) + images * IMAGE,
    middle: Math.floor(bytes / 4),
    low: Math.floor(bytes / 8),
  }
}

export type WindowFacts = {
  /** Tokens of the prompt. */
  prompt: number
  /** Tokens that the answer may take, when the request limits it. */
  answer?: number | undefined
  /** The model's own context length, when the server told it. */
  limit?: number | undefined
  /** The window that the model is loaded with as far as this provider knows: a smaller one would only load it again. */
  loaded?: number | undefined
}

/** @returns `num_ctx`: the next power of two that holds prompt and answer, at least 4096, at most what the model has */
export function fitWindow({prompt, answer = ANSWER, limit, loaded = 0}: WindowFacts): number {
  const needed = Math.max(SMALLEST_WINDOW, prompt + Math.min(answer, Math.max(prompt, ANSWER)))
  const window = Math.max(loaded, 2 ** Math.ceil(Math.log2(needed)))
  return limit === undefined ? window : Math.min(window, limit)
}

/**
 * Whether the server dropped a part of the prompt without a word, judged by the count that it reports. Servers cut to
 * about half the window, or to whole messages that fit, so that only a clear difference counts: prose has up to a
 * quarter fewer tokens than estimated.
 * @param seen `prompt_eval_count` of the answer
 */
export function wasCut(seen: number | undefined, sent: Estimate, window: number): boolean {
  if (seen === undefined || seen === 0 || sent.middle < 1024) return false
  return seen < sent.middle * (sent.middle > window ? 0.7 : 0.5)
}
