import type {Edit, OldNew, ReplaceEdit} from './types.ts'

/** One replacement of a tool call. */
export type ToolReplacement = {
  old_string: string
  new_string: string
  replace_all?: boolean | undefined
  line?: number | undefined
}

/** What the tools `edit` and `multi_edit` ask for. */
export function replaceEdits(path: string, replacements: readonly ToolReplacement[]): ReplaceEdit[] {
  return replacements.map(({old_string: old, new_string: next, replace_all: all, line}) => ({
    kind: 'replace',
    path,
    readings: [{old, new: next}] satisfies [OldNew],
    ...(all === true && {all}),
    ...(line !== undefined && {lineHint: line}),
  }))
}

/** What the tool `write` asks for. */
export function writeEdit(path: string, text: string): Edit {
  return {kind: 'write', path, text}
}
