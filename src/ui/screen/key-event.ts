/** What a person does at a terminal, whatever bytes their terminal makes of it. */
export type KeyEvent =
  | {type: 'text'; text: string}
  /** A key by its name with its modifiers in front, in this order: `ctrl+alt+shift+left`. */
  | {type: 'key'; key: string}
  | {type: 'paste'; text: string}
  | {type: 'focus'; focused: boolean}
