import {EditRefusal} from './refusal.ts'

/**
 * The text of a file, its BOM included, so that writing it again gives the same bytes.
 * @throws EditRefusal for what is not UTF-8 text
 */
export function decodeText(bytes: Uint8Array, path: string): string {
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw new EditRefusal('not-utf8', `${path} is UTF-16 text. Only UTF-8 is read; convert it with shell (iconv).`)
  }
  if (bytes.includes(0)) throw new EditRefusal('binary', `${path} is a binary file of ${bytes.length} bytes.`)
  try {
    return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes)
  } catch (error) {
    throw new EditRefusal(
      'not-utf8',
      `${path} is not valid UTF-8 (perhaps Latin-1). It is not read or changed, lest bytes are lost.`,
      {cause: error},
    )
  }
}
