import {cleanText} from './draft.ts'

/** A paste of more lines or characters than this is shown by its label. */
const SHOWN_LINES = 4
const SHOWN_CHARACTERS = 800

export type Pastes = {
  /** @returns the label of a long paste; undefined for one that is shown as it is */
  label: (text: string) => string | undefined
  /** What a label stands for. */
  text: (label: string) => string | undefined
  /** A text with its labels replaced by what they stand for. */
  expand: (atoms: readonly string[]) => string
}

/** Keeps what was pasted, so that long texts stand in the editor as `[Pasted #1, 500 lines]`. */
export function createPastes(): Pastes {
  const kept = new Map<string, string>()
  return {
    label(pasted) {
      const text = cleanText(pasted)
      const lines = text.replace(/\n$/, '').split('\n').length
      if (lines <= SHOWN_LINES && text.length <= SHOWN_CHARACTERS) return undefined
      const size = lines > 1 ? `${lines} lines` : `${text.length} characters`
      const label = `[Pasted #${kept.size + 1}, ${size}]`
      kept.set(label, text)
      return label
    },
    text: (label) => kept.get(label),
    expand: (atoms) => atoms.map((atom) => kept.get(atom) ?? atom).join(''),
  }
}
