import {lstat, readdir} from 'node:fs/promises'
import {join} from 'node:path'
import {systemCode} from '../errors.ts'
import {checkInput, schemaOf, type Members} from './input.ts'
import {asOutcome, resolveTarget, type Target} from './target.ts'
import {ToolRefusal, type Tool, type ToolContext, type ToolOutcome} from './tool.ts'
import {walkFiles} from './walk.ts'

const MAX_ENTRIES = 500
const members = {path: {type: 'string', optional: true}} satisfies Members

/** Shows one folder: its folders with the number of project files below each, its files, and what is ignored. */
export function createListTool(): Tool {
  return {
    name: 'list',
    description: 'List a folder, default the project root.',
    inputSchema: schemaOf(members),
    effect: 'read',
    prepare: async (input, context) => {
      const {path: place} = checkInput('list', members, input)
      const path = place || '.'
      const target = await resolveTarget(context, path)
      return {
        access: [{kind: 'read', path: target.path, given: path}],
        preview: {kind: 'none'},
        summary: `list ${target.name}`,
        execute: ({signal}) => asOutcome(`list ${target.name}`, () => listTarget(target, context, signal)),
      }
    },
  }
}

/** @throws ToolRefusal unless the target is a folder */
export async function requireFolder(target: Target): Promise<void> {
  try {
    if ((await lstat(target.path)).isDirectory()) return
  } catch (error) {
    throw new ToolRefusal(
      'missing',
      systemCode(error) === 'ENOENT'
        ? `${target.name} does not exist.`
        : `${target.name} cannot be looked at (${systemCode(error) ?? 'unknown error'}).`,
      {cause: error},
    )
  }
  throw new ToolRefusal('not-a-folder', `${target.name} is a file, not a folder.`)
}

async function listTarget(target: Target, context: ToolContext, signal: AbortSignal): Promise<ToolOutcome> {
  await requireFolder(target)
  const {files, partial} = await walkFiles(target, context, signal)
  const counts = new Map<string, number>()
  for (const file of files) {
    const slash = file.indexOf('/')
    const entry = slash < 0 ? file : file.slice(0, slash + 1)
    counts.set(entry, (counts.get(entry) ?? 0) + 1)
  }
  const present = await entryNames(target)
  const known = Array.from(counts.keys()).filter((name) => present.has(name) || present.has(`${name}@`))
  const folders = known.filter((name) => name.endsWith('/')).map((name) => `${name}  (${counts.get(name)} files)`)
  const plain = known
    .filter((name) => !name.endsWith('/'))
    .map((name) => (present.has(name) ? name : `${name}@  (link)`))
  const others = Array.from(present).filter(
    (name) => name !== '.git/' && !counts.has(name) && !counts.has(name.replace(/@$/, '')),
  )
  const rows = [...folders, ...plain]
  const content = [
    ...rows.slice(0, MAX_ENTRIES),
    ...(rows.length > MAX_ENTRIES ? [`[${rows.length - MAX_ENTRIES} more entries: use glob]`] : []),
    ...(others.length > 0
      ? [
          `[ignored or empty: ${others.slice(0, 50).join(', ')}${others.length > 50 ? `, and ${others.length - 50} more` : ''}]`,
        ]
      : []),
    ...(partial ? ['[counts are incomplete: too many files]'] : []),
  ]
  return {
    content: content.length === 0 ? '(the folder is empty)' : content.join('\n'),
    summary: `list ${target.name}, ${rows.length} entries`,
  }
}

/** Folders end in a slash, links in an at sign. */
async function entryNames(target: Target): Promise<Set<string>> {
  try {
    const entries = await readdir(join(target.path), {withFileTypes: true})
    return new Set(
      entries.map((entry) => entry.name + (entry.isDirectory() ? '/' : entry.isSymbolicLink() ? '@' : '')).sort(),
    )
  } catch (error) {
    throw new ToolRefusal('cannot-open', `${target.name} cannot be listed (${systemCode(error) ?? 'unknown error'}).`, {
      cause: error,
    })
  }
}
