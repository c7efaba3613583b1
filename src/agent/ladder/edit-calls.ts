import type {ToolDefinition} from 'vibe-plugin-api'
import {parseSearchReplace} from '../../edits/formats/search-replace.ts'
import type {Edit} from '../../edits/formats/types.ts'
import type {TextCall} from '../../providers/ladder/text-call.ts'

/** An edit that a model wrote as text, as the call of a tool that makes it. */
export function callOfEdit(edit: Edit, raw: string, tools: readonly ToolDefinition[]): TextCall {
  const {path} = edit
  const name = edit.kind === 'write' ? 'write' : 'edit'
  if (path === undefined)
    return malformedEdit(name, raw, 'the block has no file. Write the path of the file on the line above the block')
  if (edit.kind === 'write') return {name, input: {path, content: edit.text}, raw}
  if (edit.kind !== 'replace') return malformedEdit(name, raw, 'only replacements and whole files can be made here')
  const [reading, ...others] = edit.readings
  if (others.length > 0)
    return malformedEdit(
      name,
      raw,
      'its text has lines of = signs like the divider; use longer marks in all three places',
    )
  const keys = editKeys(tools)
  const whole = edit.wholeLines === true && keys.old === 'old_string' ? {whole_lines: true} : {}
  return {name, input: {path, [keys.old]: reading.old, [keys.next]: reading.new, ...whole}, raw}
}

/** Several edits of one answer are one call: they are made together or not at all. */
export function together(calls: readonly TextCall[]): TextCall[] {
  const isEdit = (call: TextCall) =>
    (call.name === 'edit' && call.input?.['old_string'] !== undefined) || call.name === 'write'
  const edits = calls.filter(isEdit)
  const [first, second] = edits
  if (!first || !second || calls.some((call) => call.problem !== undefined)) return [...calls]
  const joined: TextCall = {
    name: 'edit_files',
    input: {edits: edits.flatMap((call) => call.input ?? [])},
    raw: edits.map((call) => call.raw).join('\n'),
  }
  return calls.flatMap((call) => (call === first ? [joined] : isEdit(call) ? [] : [call]))
}

/** What the tool `edit` calls the text to find and the one to put in its place. */
export function editKeys(tools: readonly ToolDefinition[]): {old: string; next: string} {
  const properties = tools.find(({name}) => name === 'edit')?.inputSchema['properties']
  const long = typeof properties === 'object' && properties !== null && Object.hasOwn(properties, 'old_string')
  return long ? {old: 'old_string', next: 'new_string'} : {old: 'old', next: 'new'}
}

/** @param what why nothing was done, as the end of a sentence */
export function malformedEdit(name: string, raw: string, what: string): TextCall {
  return {name, problem: `Nothing of your answer was done: ${what.replace(/\.$/, '')}.`, raw}
}

/** SEARCH/REPLACE blocks in the answer of a model that was asked to write its calls in another way. */
export function straySearchReplace(text: string, tools: readonly ToolDefinition[]): TextCall[] {
  if (!tools.some(({name}) => name === 'edit') || !/^[<-]{5,} ?(?:SEARCH|ORIGINAL)/m.test(text)) return []
  const {edits, problems} = parseSearchReplace(text)
  const [problem] = problems
  if (problem) return [malformedEdit('edit', text, problem.message)]
  return together(edits.map((edit) => callOfEdit(edit, text, tools)))
}
