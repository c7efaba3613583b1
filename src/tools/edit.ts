import {modeOf, readFileBytes} from '../edits/file-bytes.ts'
import {replaceUnique} from '../edits/replace-unique.ts'
import {decodeText} from '../edits/text.ts'
import {prepareChange} from './changes.ts'
import {checkInput, schemaOf, type Members} from './input.ts'
import {refusing, resolveTarget} from './target.ts'
import {ToolRefusal, type Tool} from './tool.ts'

const members = {path: {type: 'string'}, old: {type: 'string'}, new: {type: 'string'}} satisfies Members

/** Replaces a text that occurs exactly once in a file the model has read. */
export function createEditTool(): Tool {
  return {
    name: 'edit',
    description:
      'Replace the text old by new in a file you have read. old must occur exactly once, blanks included, without line numbers.',
    inputSchema: schemaOf(members),
    effect: 'edit',
    prepare: async (input, context) => {
      const {path, old, new: next} = checkInput('edit', members, input)
      const target = await resolveTarget(context, path)
      return refusing(async () => {
        const file = await readFileBytes(target.path)
        if (!file) throw new ToolRefusal('missing', `${target.name} does not exist. Use write to make a new file.`)
        requireSeen(context.ledger.matches(target.path, file.bytes), target.name)
        const before = decodeText(file.bytes, target.name)
        const {text, firstLine, lastLine} = replaceUnique(before, old, next)
        const change = {
          target,
          given: path,
          before: {bytes: file.bytes, text: before, mode: modeOf(file.stats)},
          next: text,
          verb: 'edit' as const,
        }
        return prepareChange({...change, done: `Edited ${target.name}, now lines ${firstLine}-${lastLine}.`}, context)
      })
    },
  }
}

/** @param seen what the ledger says of the bytes on the disk */
export function requireSeen(seen: boolean | undefined, name: string): void {
  if (seen === undefined)
    throw new ToolRefusal('unread', `Nothing written: ${name} exists and you have not read it. Read it first.`)
  if (!seen)
    throw new ToolRefusal('file-changed', `Nothing written: ${name} was changed since you read it. Read it again.`)
}
