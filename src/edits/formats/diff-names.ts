/** The name in a `---` or `+++` line: without a date, without quotes; undefined for /dev/null. */
export function nameOf(line: string): string | undefined {
  const text = line.slice(4).trim()
  const name = text.startsWith('"') ? unquoted(text) : (text.split('\t')[0] ?? '').trim()
  return name === '/dev/null' || name === '' ? undefined : name
}

/** What git writes for names with special characters: C escapes, bytes in octal. */
export function unquoted(text: string): string {
  const body = /^"((?:[^"\\]|\\.)*)"/.exec(text)?.[1]
  if (body === undefined) return text
  const letters: Record<string, number> = {a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, '\\': 92}
  const bytes: number[] = []
  for (const [part, octal, letter] of body.matchAll(/\\([0-7]{3})|\\(.)|[^\\]+/gs)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8))
    else if (letter !== undefined) bytes.push(letters[letter] ?? letter.codePointAt(0) ?? 63)
    else bytes.push(...Buffer.from(part, 'utf8'))
  }
  return Buffer.from(bytes).toString('utf8')
}

/** Without the a/ and b/ that diffs put in front; as written when it has none. */
export function withoutPrefix(name: string): string {
  return name.replace(/^[ab]\//, '')
}

/** The names that a file header gives, the likeliest first. */
export function namesOf(old: string | undefined, next: string | undefined): string[] {
  const names = [next, old].flatMap((name) => (name === undefined ? [] : [withoutPrefix(name), name]))
  return [...new Set(names)]
}
