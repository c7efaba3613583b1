/** Characters that models write for one another: each stands for the plain one on the right. */
const FAMILIES: readonly [characters: string, plain: string][] = [
  ['\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4', "'"],
  ['\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb', '"'],
  ['\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d', '-'],
  ['\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000', ' '],
]

const PLAIN: ReadonlyMap<string, string> = new Map(
  FAMILIES.flatMap(([characters, plain]) => Array.from(characters, (character) => [character, plain] as const)),
)
const SPECIAL = new RegExp(`[${FAMILIES.map(([characters]) => characters).join('')}]`, 'g')
// oxlint-disable-next-line no-control-regex
const ASCII = /^[\u0000-\u007f]*$/

/** Whether folding can change anything. */
export function hasLookAlikes(text: string): boolean {
  return !ASCII.test(text)
}

/** One code unit for one: offsets stay. */
export function foldInPlace(text: string): string {
  return ASCII.test(text) ? text : text.replace(SPECIAL, (character) => PLAIN.get(character) ?? character)
}

/** Composed, and with plain quotes, dashes and spaces. */
export function fold(text: string): string {
  return ASCII.test(text) ? text : foldInPlace(text.normalize('NFC'))
}

/** Whether a text has a character of a family, plain or not. */
export function isOfFamily(character: string): boolean {
  return PLAIN.has(character) || FAMILIES.some(([, plain]) => plain === character)
}
