/** C0 and C1 controls except tab and newline, which a terminal would obey. */
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g
/** Characters that hide or reorder text: zero-width, bidirectional controls, tags, byte-order marks. */
const INVISIBLE = /[\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF\u{E0000}-\u{E007F}]/gu

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
      if (code === 0x200d && /\p{Extended_Pictographic}\uFE0F?$/u.test(whole.slice(Math.max(0, offset - 3), offset)))
        return character
      return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`
    })
}
