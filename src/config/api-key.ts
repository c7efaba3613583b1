import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'

const SHORTEST = 10

/**
 * A key as people paste it, freed of what came along: quotes, `export NAME=`, `Bearer`, line breaks.
 * @throws VibeError `key-invalid` (exit 4) that says why, without the key
 */
export function checkApiKey(text: string): string {
  let key = text.replace(/^\uFEFF/, '').trim()
  for (let before = ''; before !== key;) {
    before = key
    key = key
      .replace(/^(?:export\s+|set\s+|\$env:)?[A-Za-z][A-Za-z0-9]*_[A-Za-z0-9_]*\s*=\s*(?=.)/, '')
      .replace(/^(?:authorization:\s*)?bearer\s+/i, '')
      .replace(/^(["'`])(.*)\1;?$/s, '$2')
      .trim()
  }
  if (key === '') throw invalid('The key is empty')
  if (/\s/.test(key)) throw invalid('The key has white space inside')
  if (/[^\u0021-\u007e]/.test(key))
    throw invalid('The key has characters that no key has, such as control characters or typographic quotes')
  if (key.length < SHORTEST) throw invalid(`The key has ${key.length} characters; keys have at least ${SHORTEST}`)
  return key
}

function invalid(message: string): VibeError {
  return new VibeError({
    code: 'key-invalid',
    message,
    hint: 'Copy the whole key again and nothing else',
    exit: ExitCode.authentication,
  })
}
