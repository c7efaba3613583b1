import {readReplacements} from '../edits/formats/read-format.ts'
import {inOurWords} from './our-words.ts'
import {prepareEdits} from './prepare-edits.ts'
import {ToolRefusal, type Tool} from './tool.ts'

const ITEM = ['old_string', 'new_string', 'replace_all', 'line']

/** Several replacements in one file, each looked for in the file as it was: all of them or none. */
export function createMultiEditTool(): Tool {
  return {
    name: 'multi_edit',
    description: 'Make several edits of one file at once, all or none. retry_of: the batch whose other edits wait.',
    inputSchema: {
      type: 'object',
      properties: {
        path: {type: 'string'},
        edits: {
          type: 'array',
          items: {
            type: 'object',
            properties: {old_string: {type: 'string'}, new_string: {type: 'string'}, replace_all: {type: 'boolean'}},
            required: ['old_string', 'new_string'],
          },
        },
        retry_of: {type: 'string'},
      },
      required: ['path', 'edits'],
    },
    effect: 'edit',
    isUnlisted: true,
    prepare: async (input, context) => {
      const {path, edits, retry_of: retryOf} = inOurWords(input, ['path', 'edits', 'retry_of'])
      if (typeof path !== 'string' || !Array.isArray(edits))
        throw new ToolRefusal(
          'input-invalid',
          'multi_edit was not done: it takes "path", a string, and "edits", a list.',
        )
      const items = edits.map((one) =>
        typeof one === 'object' && one !== null && !Array.isArray(one) ? inOurWords(one, ITEM) : one,
      )
      const read = readReplacements(path, items)
      return prepareEdits({tool: 'multi_edit', ...read, ...(typeof retryOf === 'string' && {retryOf})}, context)
    },
  }
}
