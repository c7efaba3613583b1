import {replaceEdits} from '../edits/formats/tool-input.ts'
import {checkInput, schemaOf, type Members} from './input.ts'
import {prepareEdits} from './prepare-edits.ts'
import type {Tool} from './tool.ts'

const members = {
  path: {type: 'string'},
  old_string: {type: 'string'},
  new_string: {type: 'string'},
  replace_all: {type: 'boolean', optional: true},
} satisfies Members
const accepted = {
  ...members,
  line: {type: 'integer', optional: true, minimum: 1},
  // What a SEARCH/REPLACE block becomes.
  whole_lines: {type: 'boolean', optional: true},
} satisfies Members

/** Replaces a text that fits one place of a file with certainty. */
export function createEditTool(): Tool {
  return {
    name: 'edit',
    description:
      'Replace old_string by new_string in a file you have read. old_string must occur exactly once, blanks included, without line numbers.',
    inputSchema: schemaOf(members),
    effect: 'edit',
    prepare: async (input, context) => {
      const {path, whole_lines: whole, ...replacement} = checkInput('edit', accepted, input)
      const edits = replaceEdits(path, [replacement])
      const lines = whole ? edits.map((edit) => ({...edit, wholeLines: true as const})) : edits
      return prepareEdits({tool: 'edit', edits: lines}, context)
    },
  }
}
