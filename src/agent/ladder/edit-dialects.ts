import type {ToolCallPart, ToolDefinition} from 'vibe-plugin-api'
import {searchReplaceRecogniser} from '../../edits/formats/search-replace.ts'
import {wholeFileRecogniser} from '../../edits/formats/whole-file.ts'
import type {Dialect} from '../../providers/ladder/dialect.ts'
import {commandExamples, writeCommand} from './commands.ts'
import {createEditRecogniser} from './edit-recogniser.ts'

const LEAD = 'You work by writing blocks into your answer; there is no other way to read, change or run anything.'

const END = `Several blocks may stand in one answer; it ends with them. You get the results in the next message, as <tool_result>.
Never write a result yourself. When nothing is left to do, answer in plain words without a block.`

const SEARCH_REPLACE = `To change a file that you have read, write its path on a line of its own, then a block like this:

src/a.ts
\`\`\`
<<<<<<< SEARCH
the lines as they are now, exactly, without line numbers
=======
the lines as they shall be
>>>>>>> REPLACE
\`\`\`

The SEARCH lines must fit exactly one place of the file. For a new file leave them out.`

const WHOLE_FILE = `To change a file that you have read, or to make one, write its path on a line of its own, then the whole new file in a block:

src/a.ts
\`\`\`
every line of the file, changed or not, without line numbers
\`\`\`

Never shorten it and never leave a part out: what you do not write is gone. If the file has \`\`\` in it, use \`\`\`\` around it.`

/** Edits as SEARCH/REPLACE blocks, everything else as commands. */
export const searchReplaceDialect: Dialect = {
  manual: (tools) => manual(tools, {how: SEARCH_REPLACE, needs: 'edit'}),
  renderCall: (call) => renderAll(call, renderEdit) ?? renderEdit(call) ?? renderOther(call),
  recogniser: (tools) => createEditRecogniser(searchReplaceRecogniser(), tools),
}

/** Edits as whole files, everything else as commands. */
export const wholeFileDialect: Dialect = {
  manual: (tools) => manual(tools, {how: WHOLE_FILE, needs: 'write'}),
  renderCall: (call) => renderAll(call, renderOne) ?? renderOne(call) ?? renderOther(call),
  recogniser: (tools) => createEditRecogniser(wholeFileRecogniser(), tools),
}

function manual(tools: readonly ToolDefinition[], {how, needs}: {how: string; needs: string}): string {
  const names = namesOf(tools)
  const commands = `To look at files${names.has('shell') ? ' or run something' : ''}, write commands, one a line, in a block like this:

\`\`\`tool
${commandExamples(names).join('\n')}
\`\`\``
  return [LEAD, commands, ...(names.has(needs) ? [how] : []), END].join('\n\n')
}

function namesOf(tools: readonly ToolDefinition[]): ReadonlySet<string> {
  return new Set(tools.map(({name}) => name))
}

/** The edits of an answer that were made together, one block after the other. */
function renderAll(call: ToolCallPart, render: (call: ToolCallPart) => string | undefined): string | undefined {
  const {edits} = call.input
  if (call.name !== 'edit_files' || !Array.isArray(edits)) return undefined
  const blocks = edits.flatMap((input) => {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) return []
    return render({...call, name: typeof input['content'] === 'string' ? 'write' : 'edit', input}) ?? []
  })
  return blocks.length === edits.length ? blocks.join('\n\n') : undefined
}

function renderOne(call: ToolCallPart): string | undefined {
  return renderFile(call) ?? renderEdit(call)
}

function renderEdit({name, input}: ToolCallPart): string | undefined {
  const {path, old_string: longOld, new_string: longNew, content} = input
  const {old = longOld ?? '', new: next = longNew ?? content} = input
  const isEdit = (name === 'edit' || name === 'write') && typeof path === 'string' && typeof old === 'string'
  if (!isEdit || typeof next !== 'string') return undefined
  return `${path}\n\`\`\`\n<<<<<<< SEARCH\n${ended(old)}=======\n${ended(next)}>>>>>>> REPLACE\n\`\`\``
}

function renderFile({name, input: {path, content}}: ToolCallPart): string | undefined {
  if (name !== 'write' || typeof path !== 'string' || typeof content !== 'string') return undefined
  const longest = Math.max(2, ...Array.from(content.matchAll(/`+/g), ([marks]) => marks.length))
  const fence = '`'.repeat(longest + 1)
  return `${path}\n${fence}\n${ended(content)}${fence}`
}

/** A call that no command says is shown as what it was. */
function renderOther(call: ToolCallPart): string {
  return `\`\`\`tool\n${writeCommand(call) ?? `${call.name} ${JSON.stringify(call.input)}`}\n\`\`\``
}

function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}
