/** A path as git knows it, from the root, with forward slashes. */
export type Name = {
  /** For people and for programs that take text; not the whole truth when `exact` is false. */
  text: string
  bytes: Buffer
  /** False when the bytes are no UTF-8. */
  exact: boolean
}

/** @param latin1 each character one byte */
export function nameOf(latin1: string): Name {
  const bytes = Buffer.from(latin1, 'latin1')
  const text = bytes.toString('utf8')
  return {text, bytes, exact: Buffer.from(text, 'utf8').equals(bytes)}
}

export function nameOfText(text: string): Name {
  return {text, bytes: Buffer.from(text, 'utf8'), exact: true}
}

/** For `-z --stdin` of git's commands. */
export function joinNames(names: readonly Name[]): Buffer {
  const end = Buffer.from([0])
  return Buffer.concat(names.flatMap(({bytes}) => [bytes, end]))
}

/** One string a name, also for names that are no text: to compare and to look up by. */
export function keyOf({bytes}: Name): string {
  return bytes.toString('latin1')
}
