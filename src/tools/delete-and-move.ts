import {checkInput, schemaOf, type Members} from './input.ts'
import {prepareEdits} from './prepare-edits.ts'
import type {Tool} from './tool.ts'

const deleted = {path: {type: 'string'}} satisfies Members
const moved = {path: {type: 'string'}, to: {type: 'string'}} satisfies Members

export function createDeleteTool(): Tool {
  return {
    name: 'delete',
    description: 'Delete a file.',
    inputSchema: schemaOf(deleted),
    effect: 'edit',
    isUnlisted: true,
    prepare: async (input, context) => {
      const {path} = checkInput('delete', deleted, input)
      return prepareEdits({tool: 'delete', edits: [{kind: 'delete', path}]}, context)
    },
  }
}

export function createMoveTool(): Tool {
  return {
    name: 'move',
    description: 'Move or rename a file; nothing may be there yet.',
    inputSchema: schemaOf(moved),
    effect: 'edit',
    isUnlisted: true,
    prepare: async (input, context) => {
      const {path, to} = checkInput('move', moved, input)
      return prepareEdits({tool: 'move', edits: [{kind: 'move', path, to}]}, context)
    },
  }
}
