import {readFileBytes} from '../edits/file-bytes.ts'
import {decodeText} from '../edits/text.ts'
import {checkInput, schemaOf, type Members} from './input.ts'
import {asOutcome, resolveTarget, shorten, sizeOf, type Target} from './target.ts'
import {ToolRefusal, type Tool, type ToolContext, type ToolOutcome} from './tool.ts'

export const MAX_LINES = 2000
const MAX_CHARACTERS = 50_000
const MAX_LINE = 2000

const members = {
  path: {type: 'string'},
  offset: {type: 'integer', optional: true, minimum: 1, description: 'first line, from 1'},
  limit: {type: 'integer', optional: true, minimum: 1, description: `lines, default ${MAX_LINES}`},
} satisfies Members

type Part = {offset: number; limit: number}

/** Reads a text file as numbered lines and notes in the ledger what the model has now seen. */
export function createReadTool(): Tool {
  return {
    name: 'read',
    description: 'Read a text file. Each line is shown as number, tab, text.',
    inputSchema: schemaOf(members),
    effect: 'read',
    prepare: async (input, context) => {
      const {path, offset = 1, limit = MAX_LINES} = checkInput('read', members, input)
      const target = await resolveTarget(context, path)
      return {
        access: [{kind: 'read', path: target.path, given: path}],
        preview: {kind: 'none'},
        summary: `read ${target.name}`,
        execute: () =>
          asOutcome(`read ${target.name}`, () =>
            readTarget(target, context, {offset, limit: Math.min(limit, MAX_LINES)}),
          ),
      }
    },
  }
}

async function readTarget(target: Target, context: ToolContext, part: Part): Promise<ToolOutcome> {
  const file = await readFileBytes(target.path)
  if (!file) throw new ToolRefusal('missing', `${target.name} does not exist. Use list or glob to find it.`)
  const text = decodeText(file.bytes, target.name)
  context.ledger.remember(target.path, file.bytes)
  if (text === '') return {content: '(the file is empty)', summary: `read ${target.name} (empty)`}
  const lines = text
    .replace(/^\ufeff/, '')
    .replaceAll('\r\n', '\n')
    .split('\n')
  if (lines.at(-1) === '') lines.pop()
  if (part.offset > lines.length)
    throw new ToolRefusal(
      'past-end',
      `${target.name} has ${lines.length} lines; offset ${part.offset} is behind its end.`,
    )
  const {rows, last} = numbered(lines, part)
  const notes = notesOn(text, lines.length, last)
  return {
    content: [...rows, ...(notes === '' ? [] : [notes])].join('\n'),
    summary: `read ${target.name}, lines ${part.offset}-${last} of ${lines.length} (${sizeOf(file.bytes.length)})`,
  }
}

function numbered(lines: readonly string[], {offset, limit}: Part): {rows: string[]; last: number} {
  const rows: string[] = []
  let characters = 0
  for (const line of lines.slice(offset - 1, offset - 1 + limit)) {
    const row = `${offset + rows.length}\t${shorten(line, MAX_LINE)}`
    characters += row.length + 1
    if (characters > MAX_CHARACTERS && rows.length > 0) break
    rows.push(row)
  }
  return {rows, last: offset + rows.length - 1}
}

/** What the numbered lines do not show and an edit should know. */
function notesOn(text: string, count: number, last: number): string {
  const notes: string[] = []
  if (last < count) notes.push(`lines ${last + 1}-${count} not shown: go on with offset ${last + 1}`)
  if (text.includes('\r\n')) notes.push('line ends are CRLF and are kept by edit')
  if (last === count && !text.endsWith('\n')) notes.push('no newline at the end of the file')
  return notes.length === 0 ? '' : `[${notes.join('; ')}]`
}
