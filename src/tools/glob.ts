import {matchGlob} from '../permissions/glob.ts'
import {checkInput, schemaOf, type Members} from './input.ts'
import {requireFolder} from './list.ts'
import {asOutcome, resolveTarget, type Target} from './target.ts'
import {ToolRefusal, type Tool, type ToolContext, type ToolOutcome} from './tool.ts'
import {walkFiles} from './walk.ts'

const MAX_RESULTS = 1000
const MAX_PATTERN = 1000

const members = {pattern: {type: 'string'}, path: {type: 'string', optional: true}} satisfies Members

/** Finds files of the project by name. */
export function createGlobTool(): Tool {
  return {
    name: 'glob',
    description: 'Find files by name: src/**/*.ts, or *.ts at any depth. Ignored files are left out.',
    inputSchema: schemaOf(members),
    effect: 'read',
    prepare: async (input, context) => {
      const {pattern, path: place} = checkInput('glob', members, input)
      const matches = fileMatcher(pattern)
      const path = place || '.'
      const target = await resolveTarget(context, path)
      const summary = `glob ${pattern}${target.name === '.' ? '' : ` in ${target.name}`}`
      return {
        access: [{kind: 'read', path: target.path, given: path}],
        preview: {kind: 'none'},
        summary,
        execute: ({signal}) => asOutcome(summary, () => findFiles({target, context, signal, matches, summary})),
      }
    },
  }
}

/**
 * @param pattern relative to the folder that is searched; without a slash it fits at any depth
 * @throws ToolRefusal for patterns that can match nothing
 */
export function fileMatcher(pattern: string): (path: string) => boolean {
  const plain = pattern.replace(/^(\.\/)+/, '')
  if (plain === '' || plain.length > MAX_PATTERN)
    throw new ToolRefusal('pattern-invalid', `The pattern must have 1 to ${MAX_PATTERN} characters.`)
  if (plain.startsWith('/') || plain.split('/').includes('..'))
    throw new ToolRefusal('pattern-invalid', 'The pattern is relative and without "..": name the folder with path.')
  const wide = plain.includes('/') ? plain : `**/${plain}`
  const whole = wide.endsWith('/') ? `${wide}**` : wide
  return (path) => matchGlob(whole, path)
}

type Search = {
  target: Target
  context: ToolContext
  signal: AbortSignal
  matches: (path: string) => boolean
  summary: string
}

async function findFiles({target, context, signal, matches, summary}: Search): Promise<ToolOutcome> {
  await requireFolder(target)
  const {files, partial} = await walkFiles(target, context, signal)
  const found = files.filter(matches)
  const prefix = target.name === '.' ? '' : `${target.name}/`
  const content = [
    ...found.slice(0, MAX_RESULTS).map((file) => prefix + file),
    ...(found.length > MAX_RESULTS ? [`[${found.length - MAX_RESULTS} more: narrow the pattern]`] : []),
    ...(partial ? ['[incomplete: too many files, or cancelled]'] : []),
  ]
  return {
    content: content.length === 0 ? 'No file matches.' : content.join('\n'),
    summary: `${summary}: ${found.length} files`,
  }
}
