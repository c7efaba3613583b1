import type {JsonValue} from 'vibe-plugin-api'
import {readReplacements} from '../edits/formats/read-format.ts'
import {writeEdit} from '../edits/formats/tool-input.ts'
import type {Edit, FormatProblem} from '../edits/formats/types.ts'
import {prepareEdits} from './prepare-edits.ts'
import {ToolRefusal, type Tool} from './tool.ts'

/** Every block of an answer whose model writes its edits as text: all of them or none. */
export function createEditFilesTool(): Tool {
  return {
    name: 'edit_files',
    description: 'Replace texts in files and write files, all or none.',
    inputSchema: {
      type: 'object',
      properties: {edits: {type: 'array', items: {type: 'object', required: ['path']}}},
      required: ['edits'],
    },
    effect: 'edit',
    isUnlisted: true,
    prepare: async ({edits: given}, context) => {
      if (!Array.isArray(given)) throw invalid('it takes "edits", a list')
      const edits: Edit[] = []
      const problems: FormatProblem[] = []
      for (const one of given) {
        const read = readOne(one)
        edits.push(...read.edits)
        problems.push(...read.problems)
      }
      return prepareEdits({tool: 'edit_files', edits, problems, isText: true}, context)
    },
  }
}

function readOne(one: JsonValue): {edits: Edit[]; problems: FormatProblem[]} {
  if (typeof one !== 'object' || one === null || Array.isArray(one)) throw invalid('an edit must be an object')
  const {path, content, whole_lines: whole} = one
  if (typeof path !== 'string') throw invalid('every edit needs "path", a string')
  if (typeof content === 'string') return {edits: [writeEdit(path, content)], problems: []}
  const {edits, problems} = readReplacements(path, [one])
  const lines = edits.map((edit) =>
    whole === true && edit.kind === 'replace' ? {...edit, wholeLines: true as const} : edit,
  )
  return {edits: lines, problems}
}

function invalid(what: string): ToolRefusal {
  return new ToolRefusal('input-invalid', `edit_files was not done: ${what}.`)
}
