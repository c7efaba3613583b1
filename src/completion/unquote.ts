export type Unquoted = {
  value: string
  /** The quote that is still open at the end. */
  open: '' | "'" | '"'
  /** How many characters of the value stand before the open quote. */
  before: number
}

/** What a word means to bash or fish, also when it ends inside a quote, as a word at the cursor does. Expands nothing. */
export function unquote(word: string, shell: 'bash' | 'fish'): Unquoted {
  let value = ''
  let open: Unquoted['open'] = ''
  let before = 0
  for (let at = 0; at < word.length; at++) {
    const character = word[at] ?? ''
    const next = word[at + 1]
    if (character === '\\' && next !== undefined && escapes(next, open, shell)) {
      value += next
      at++
    } else if (character === open) open = ''
    else if (open === '' && (character === "'" || character === '"')) {
      open = character
      before = value.length
    } else if (character !== '\\' || next !== undefined || open === "'") value += character
  }
  return {value, open, before: open === '' ? value.length : before}
}

/** Whether a backslash takes the meaning from what follows it. */
function escapes(next: string, open: Unquoted['open'], shell: 'bash' | 'fish'): boolean {
  if (open === '') return true
  if (open === "'") return shell === 'fish' && (next === "'" || next === '\\')
  return '"\\$'.includes(next) || (shell === 'bash' && next === '`')
}
