import type {ToolDefinition} from 'vibe-plugin-api'

/** A tool whose schema has what schemas have. */
export const SEARCH: ToolDefinition = {
  name: 'search_files',
  description: 'Finds files',
  inputSchema: {
    type: 'object',
    properties: {
      kind: {type: 'string', enum: ['source', 'prose'], description: 'What to look for'},
      depth: {type: 'integer', minimum: 1, maximum: 9},
      under: {type: 'array', items: {type: 'string'}},
    },
    required: ['kind'],
    additionalProperties: false,
  },
}
