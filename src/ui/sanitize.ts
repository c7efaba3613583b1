/** C0 and C1 controls except tab and newline, which a terminal would obey. */
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g
/** Characters that hide or reorder text: zero-width, bidirectional controls, fillers, tags, variation selectors, byte-order marks. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\u2028\u2029\uFFF9-\uFFFB]/gu
/** What a joiner or a selector of emoji form stands behind. */
const EMOJI_END = /[\p{Extended_Pictographic}\p{Emoji_Modifier}]\uFE0F?$/u
const SELECTABLE_END = /[\p{Extended_Pictographic}0-9#*]$/u

/**
 * Makes foreign text safe for a terminal: nothing in it moves the cursor, recolours or hides. Emoji joined by U+200D
 * stay joined.
 */
export function sanitize(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(CONTROL, (character) => {
      const code = character.charCodeAt(0)
      return code < 0x20 ? String.fromCharCode(0x2400 + code) : `\\x${code.toString(16)}`
    })
    .replace(INVISIBLE, (character, offset: number, whole: string) => {
      const code = character.codePointAt(0) ?? 0
      const before = () => whole.slice(Math.max(0, offset - 3), offset)
      if (code === 0x200d && EMOJI_END.test(before())) return character
      if ((code === 0xfe0f || code === 0xfe0e) && SELECTABLE_END.test(before())) return character
      return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`
    })
}
