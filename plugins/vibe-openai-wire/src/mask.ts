const SECRET_HEADER = /auth|key|token|secret|cookie/i

/** @returns the text with every secret shortened to its last four characters; a secret too short for that vanishes whole */
export function mask(text: string, secrets: readonly string[]): string {
  let result = text
  for (const secret of secrets) {
    if (secret.length < 4) continue
    result = result.replaceAll(secret, secret.length < 10 ? '****' : `****${secret.slice(-4)}`)
  }
  return result
}

/** @returns the values of headers that usually carry a credential, with and without their scheme word */
export function secretsOf(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers)
    .filter(([name]) => SECRET_HEADER.test(name))
    .flatMap(([, value]) => [value, value.replace(/^\S+\s+/, '')])
    .sort((a, b) => b.length - a.length)
}
