/** Which characters are shown by name: what is hidden; blanks of other kinds, too; or all that are not ASCII. */
export type Names = 'hidden' | 'blanks' | 'all'

/** What is not seen, or changes how what follows is seen. */
const HIDDEN = /[\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800\uFFF9-\uFFFB]/u
/** Blanks that are not what they look like. */
const ODD_BLANK = /[\u00A0\u1680\u2000-\u200A\u202F\u205F]/
const PICTURE = /^\p{Extended_Pictographic}$/u
const BEFORE_JOINER = /^[\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F]$/u

/** Whether nothing of a grapheme has to be shown by name; a joined emoji has parts that are not seen, and is. */
export function isPlain(grapheme: string, names: Names): boolean {
  if (!needsName(grapheme, names)) return true
  const characters = Array.from(grapheme)
  return characters.every((character, index) => {
    if (!needsName(character, names)) return true
    const [before = '', after = ''] = [characters[index - 1], characters[index + 1]]
    if (character === '\uFE0F') return PICTURE.test(before) || (/^[0-9#*]$/.test(before) && after === '\u20E3')
    return character === '\u200D' && BEFORE_JOINER.test(before) && PICTURE.test(after)
  })
}

/** @returns the name of a character that has to be named: `␛`, `<U+202E>`; undefined for what can be seen as it is */
export function nameOf(character: string, names: Names): string | undefined {
  if (!needsName(character, names)) return undefined
  const code = character.codePointAt(0) ?? 0
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  return code === 0x7f ? '␡' : `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`
}

function needsName(text: string, names: Names): boolean {
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001F\u007F-\u009F]/.test(text) || HIDDEN.test(text)) return true
  return names === 'blanks' ? ODD_BLANK.test(text) : names === 'all' && /[^\u0000-\u007F]/.test(text)
}
