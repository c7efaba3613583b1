import {writeEdit} from '../edits/formats/tool-input.ts'
import {checkInput, schemaOf, type Members} from './input.ts'
import {prepareEdits} from './prepare-edits.ts'
import type {Tool} from './tool.ts'

const members = {path: {type: 'string'}, content: {type: 'string'}} satisfies Members

/** Makes a new file, or replaces the whole of one that the model has read. */
export function createWriteTool(): Tool {
  return {
    name: 'write',
    description: 'Make a file, or replace all of one you have read. Prefer edit for changes.',
    inputSchema: schemaOf(members),
    effect: 'edit',
    prepare: async (input, context) => {
      const {path, content} = checkInput('write', members, input)
      return prepareEdits({tool: 'write', edits: [writeEdit(path, content)]}, context)
    },
  }
}
