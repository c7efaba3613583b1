import {isAbsolute, relative, resolve, sep} from 'node:path'
import type {AfterEdit} from '../config/values.ts'
import {unifiedDiff} from '../edits/diff.ts'
import {readFileBytes} from '../edits/file-bytes.ts'
import {EditRefusal} from '../edits/refusal.ts'
import {findProgram} from '../git/find-program.ts'
import {matchGlob} from '../permissions/glob.ts'
import {runProgram, type CommandResult} from './run-command.ts'
import {shellEnvironment} from './shell-environment.ts'
import {shorten} from './target.ts'
import type {RunOptions, ToolContext} from './tool.ts'

export type AfterEdits = {
  rules: readonly AfterEdit[]
  context: ToolContext
  /** Resolved paths of the files that were just changed. */
  paths: readonly string[]
}

const DEFAULT_SECONDS = 60
const MOST_CHARACTERS = 4000

/**
 * Runs the user's formatters, then linters, over files that were just changed. What formatters change goes on record
 * with the edit, so that undo takes both back.
 * @returns what the model should know, for the end of the edit's result: what was rewritten, what was found; empty when all is well
 */
export async function afterEdits({rules, context, paths}: AfterEdits, options: RunOptions): Promise<string> {
  const said: string[] = []
  for (const kind of ['format', 'lint'] as const) {
    for (const rule of rules) {
      const argv = rule[kind]
      const files = argv ? matching(rule, context.root, paths) : []
      if (!argv || files.length === 0 || options.signal.aborted) continue
      const job = {argv, files, seconds: rule.timeoutSeconds ?? DEFAULT_SECONDS}
      said.push(...(kind === 'format' ? await format(job, context, options) : await lint(job, context, options)))
    }
  }
  return said.join('\n')
}

function matching({files}: AfterEdit, root: string, paths: readonly string[]): string[] {
  const patterns = typeof files === 'string' ? [files] : files
  return paths
    .map((path) => relative(root, path).replaceAll(sep, '/'))
    .filter((name) => !name.startsWith('../') && !isAbsolute(name))
    .filter((name) => patterns.some((pattern) => matchGlob(pattern, name)))
}

type Job = {argv: readonly string[]; files: readonly string[]; seconds: number}

async function format(job: Job, context: ToolContext, options: RunOptions): Promise<string[]> {
  const before = await Promise.all(job.files.map((name) => textOf(context, name)))
  // Not taken for a command that only looks, whatever the program's name.
  const ended = await context.watchCommand?.(`format ${job.argv.join(' ')} >`, context, options.signal)
  const result = await run(job, context, options)
  await ended?.()
  const said = problemOf('format', job, result)
  for (const [index, name] of job.files.entries()) {
    const [old, now] = [before[index], await textOf(context, name)]
    if (!old || !now || old.text === now.text) continue
    context.ledger.remember(now.path, now.bytes)
    const {diff} = unifiedDiff({path: name, before: old.text, after: now.text})
    said.push(`${job.argv[0]} then rewrote ${name}:\n${shorten(diff, MOST_CHARACTERS)}`)
  }
  return said
}

async function lint(job: Job, context: ToolContext, options: RunOptions): Promise<string[]> {
  return problemOf('lint', job, await run(job, context, options))
}

function problemOf(kind: string, {argv, files, seconds}: Job, result: CommandResult | undefined): string[] {
  const what = `${kind} (${argv.join(' ')}) of ${files.join(', ')}`
  if (!result) return [`${what} was not run: ${argv[0]} was not found.`]
  if (result.end === 'exited' && result.code === 0) return []
  const how =
    result.end === 'timed-out'
      ? `did not end within ${seconds} s`
      : result.end === 'exited'
        ? `ended with exit code ${result.code}`
        : result.end
  return [`${what} ${how}:\n${shorten(result.output.trim(), MOST_CHARACTERS)}`]
}

async function run(
  {argv, files, seconds}: Job,
  context: ToolContext,
  options: RunOptions,
): Promise<CommandResult | undefined> {
  const [name = '', ...rest] = argv
  // A program of the project's own is one that the user has named by its path.
  const program = name.includes('/') ? resolve(context.root, name) : await findProgram(name, context.env, context.root)
  if (program === undefined) return undefined
  // A file that is named like an option is still a file.
  const named = files.map((file) => `./${file}`)
  const args = rest.includes('{files}')
    ? rest.flatMap((arg) => (arg === '{files}' ? named : [arg]))
    : [...rest, ...named]
  const env = {...shellEnvironment(context.env), PWD: context.root}
  const {signal, onOutput} = options
  return runProgram({program, args, cwd: context.root, env, timeoutMs: seconds * 1000, signal, onOutput})
}

type Text = {path: string; bytes: Buffer; text: string}

async function textOf({root}: ToolContext, name: string): Promise<Text | undefined> {
  const path = `${root}${sep}${name.replaceAll('/', sep)}`
  try {
    const file = await readFileBytes(path)
    return file && {path, bytes: file.bytes, text: file.bytes.toString('utf8')}
  } catch (error) {
    if (error instanceof EditRefusal) return undefined
    throw error
  }
}
