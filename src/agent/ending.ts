import {ProviderError} from 'vibe-plugin-api'
import type {Answer} from './answer.ts'

/**
 * What to tell of how an answer ended, undefined when it came to its natural end.
 * @param first whether it is the first of its turn: after tools have run, having nothing to add is an answer
 * @throws ProviderError when it is no answer: blocked or refused, or with nothing in it
 */
export function endingOf({stopReason, text, calls}: Answer, first: boolean): string | undefined {
  if (stopReason === 'content-filter') throw blocked('A content filter of the service ended the answer.')
  if (stopReason === 'refusal') throw blocked('The model refused to go on.')
  if (calls.length > 0) return undefined
  if (stopReason === 'max-output')
    return 'The answer met the limit of output tokens and is cut off. Allow more with --max-tokens.'
  if (stopReason === 'paused') return 'The service paused in the middle of its answer.'
  if (first && text.trim() === '') throw empty()
  return undefined
}

function blocked(message: string): ProviderError {
  return new ProviderError({code: 'content-blocked', message, retryable: false})
}

function empty(): ProviderError {
  return new ProviderError({
    code: 'bad-response',
    message: 'The service sent an answer with nothing in it.',
    hint: 'Ask again, or use another model with --model.',
    retryable: true,
  })
}
