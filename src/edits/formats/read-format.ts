import {parsePatch} from './patch.ts'
import {parseSearchReplace} from './search-replace.ts'
import {replaceEdits, writeEdit, type ToolReplacement} from './tool-input.ts'
import type {Recognised} from './types.ts'
import {parseUnifiedDiff} from './unified-diff.ts'
import {parseWholeFile} from './whole-file.ts'

export const EDIT_FORMATS = [
  'edit',
  'multi_edit',
  'write',
  'apply_patch',
  'search_replace',
  'udiff',
  'whole_file',
] as const
export type EditFormat = (typeof EDIT_FORMATS)[number]

/** The edits of a tool call's JSON, or of a text. */
export function readFormat(format: EditFormat, input: string): Recognised {
  switch (format) {
    case 'apply_patch':
      return parsePatch(input)
    case 'search_replace':
      return parseSearchReplace(input)
    case 'udiff':
      return parseUnifiedDiff(input)
    case 'whole_file':
      return parseWholeFile(input)
    case 'edit':
    case 'multi_edit':
    case 'write':
      return readCall(format, input)
  }
}

/** Broken JSON is never mended: what is missing at its end may have been the better half of an edit. */
function readCall(tool: 'edit' | 'multi_edit' | 'write', input: string): Recognised {
  let value: unknown
  try {
    value = JSON.parse(input)
  } catch (error) {
    const isCut = error instanceof SyntaxError && /end of JSON|Unterminated/i.test(error.message)
    return problem(
      isCut ? 'truncated' : 'malformed',
      isCut ? 'The call is cut off: its JSON does not end.' : 'The call is no JSON.',
    )
  }
  if (!isObject(value)) return problem('malformed', `The call of ${tool} must be a JSON object.`)
  const path = value['path']
  if (typeof path !== 'string') return problem('malformed', `${tool} needs "path", a string.`)
  if (tool === 'write') {
    const {content} = value
    if (typeof content !== 'string') return problem('malformed', 'write needs "content", a string.')
    return {edits: [writeEdit(path, content)], problems: []}
  }
  const replacements = tool === 'edit' ? [value] : value['edits']
  if (!Array.isArray(replacements)) return problem('malformed', 'multi_edit needs "edits", a list.')
  return readReplacements(path, replacements)
}

/** @param given what a call has in its list of edits */
export function readReplacements(path: string, given: readonly unknown[]): Recognised {
  const replacements: ToolReplacement[] = []
  for (const [index, one] of given.entries()) {
    const read = readReplacement(one)
    if (typeof read === 'string') return problem('malformed', given.length > 1 ? `Edit ${index + 1}: ${read}` : read)
    replacements.push(read)
  }
  return {edits: replaceEdits(path, replacements), problems: []}
}

function readReplacement(value: unknown): ToolReplacement | string {
  if (!isObject(value)) return 'an edit must be an object'
  const {old_string: old, new_string: next, replace_all: all, line} = value
  if (typeof old !== 'string') return '"old_string" must be a string'
  if (typeof next !== 'string') return '"new_string" must be a string'
  if (all !== undefined && all !== null && typeof all !== 'boolean') return '"replace_all" must be true or false'
  const hint = typeof line === 'number' && Number.isInteger(line) && line > 0 ? {line} : {}
  return {old_string: old, new_string: next, replace_all: all === true, ...hint}
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function problem(code: 'truncated' | 'malformed', message: string): Recognised {
  return {edits: [], problems: [{code, message, line: 1}]}
}
