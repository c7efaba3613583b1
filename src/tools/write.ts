import {modeOf, readFileBytes} from '../edits/file-bytes.ts'
import {toLineFeeds} from '../edits/line-view.ts'
import {decodeText} from '../edits/text.ts'
import {prepareChange} from './changes.ts'
import {requireSeen} from './edit.ts'
import {checkInput, schemaOf, type Members} from './input.ts'
import {refusing, resolveTarget} from './target.ts'
import {ToolRefusal, type Tool} from './tool.ts'

const BOM = '\ufeff'
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
      if (!content.isWellFormed())
        throw new ToolRefusal('malformed', 'Nothing written: "content" has half a character in it (a lone surrogate).')
      const target = await resolveTarget(context, path)
      if (/[/\\]$/.test(path))
        throw new ToolRefusal('is-folder', `Nothing written: ${path} names a folder. Name a file.`)
      return refusing(async () => {
        const file = await readFileBytes(target.path)
        if (!file)
          return prepareChange(
            {target, given: path, before: undefined, next: content, verb: 'create', done: `Made ${target.name}.`},
            context,
          )
        requireSeen(context.ledger.matches(target.path, file.bytes), target.name)
        const text = decodeText(file.bytes, target.name)
        const next = inTheStyleOf(text, content)
        if (next === text)
          throw new ToolRefusal('same', `Nothing written: ${target.name} already has exactly this content.`)
        return prepareChange(
          {
            target,
            given: path,
            before: {bytes: file.bytes, text, mode: modeOf(file.stats)},
            next,
            verb: 'write',
            done: `Replaced ${target.name}.`,
          },
          context,
        )
      })
    },
  }
}

/** A model writes LF and no BOM; a file that has CRLF throughout, or a BOM, keeps them. */
function inTheStyleOf(before: string, content: string): string {
  const allCrlf = before.includes('\r\n') && !/(^|[^\r])\n/.test(before)
  const body = allCrlf ? toLineFeeds(content).replaceAll('\n', '\r\n') : content
  return before.startsWith(BOM) && !body.startsWith(BOM) ? BOM + body : body
}
