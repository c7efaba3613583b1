/** As whole words or their ends: `tokenizer` and counts of `tokens` are no secrets. */
const secretWord = /(?:keys?|secrets?|token|passwords?|passwd|passphrase|authorization|cookie)$/
const secretValue = /^(?:Bearer\s+)?(?:sk-|sk_|gsk_|xai-|ghp_|github_pat_|glpat-|AIza|hf_|xox[a-z]-|eyJ[\w-]+\.eyJ)/

/** The last four characters of a key; nothing of keys so short that four would give them away. */
export function maskKey(key: string): string {
  return key.length < 12 ? '…' : `…${key.slice(-4)}`
}

/** Whether a setting's name says that it holds a secret. */
export function isSecretName(path: readonly string[]): boolean {
  const words = (path.at(-1) ?? '').split(/[^A-Za-z]+|(?=[A-Z][a-z])/)
  return words.some((word) => secretWord.test(word.toLowerCase()))
}

/** Whether a text has the shape of a key of a well-known service. */
export function isSecretValue(value: unknown): boolean {
  return typeof value === 'string' && secretValue.test(value)
}

/** The value as it may be shown: secrets by their last four characters, deep inside groups as well. */
export function shownValue(path: readonly string[], value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => shownValue(path, item))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shownValue([...path, name], inner)]))
  }
  if (typeof value !== 'string' || isReference(path)) return value
  const withoutLogin = value.replace(/^(https?:\/\/)[^/@\s]+@/, '$1…@')
  return isSecretName(path) || isSecretValue(value) ? maskKey(value) : withoutLogin
}

/** A reference names where a key is, not the key. */
function isReference(path: readonly string[]): boolean {
  return path[0] === 'providers' && path[2] === 'credential' && ['env', 'store', 'in'].includes(path[3] ?? '')
}
