import {findProgram} from '../git/find-program.ts'
import {checkInput, schemaOf, type Members} from './input.ts'
import {runCommand, type CommandResult} from './run-command.ts'
import {shellEnvironment} from './shell-environment.ts'
import {shorten} from './target.ts'
import {ToolRefusal, type Tool, type ToolContext, type ToolOutcome} from './tool.ts'

const DEFAULT_SECONDS = 120
const MAX_SECONDS = 600
const MAX_COMMAND = 100_000

const members = {
  command: {type: 'string'},
  timeoutSeconds: {
    type: 'integer',
    optional: true,
    minimum: 1,
    description: `default ${DEFAULT_SECONDS}, at most ${MAX_SECONDS}`,
  },
} satisfies Members

/** Runs a command in the project's root. */
export function createShellTool(): Tool {
  const findBash = createBashFinder()
  return {
    name: 'shell',
    description:
      'Run a bash command in the project root, without terminal or input. Background processes end with it. Long output is cut in the middle.',
    inputSchema: schemaOf(members),
    effect: 'execute',
    prepare: async (input, context) => {
      const {command, timeoutSeconds = DEFAULT_SECONDS} = checkInput('shell', members, input)
      checkCommand(command)
      const seconds = Math.min(timeoutSeconds, MAX_SECONDS)
      const bash = await findBash(context)
      if (bash === undefined)
        throw new ToolRefusal(
          'bash-missing',
          'Not run: bash was not found on PATH, so no command can be run here. Go on without shell.',
        )
      return {
        access: [{kind: 'execute', command, cwd: context.root}],
        preview: {kind: 'command', command, cwd: context.root},
        summary: `run ${shorten(command.replaceAll(/\s+/g, ' '), 100)}`,
        execute: async ({signal, onOutput}) => {
          if (signal.aborted) return {content: 'Cancelled, not run.', summary: 'cancelled', isError: true}
          const place: GroupPlace = {cwd: context.root, env: environmentFor(context)}
          const ended = await context.watchCommand?.(command, context, signal)
          const result = await runCommand({...place, bash, command, timeoutMs: seconds * 1000, signal, onOutput})
          return withChanges(outcomeOf(result, {seconds, asked: timeoutSeconds}), await ended?.())
        },
      }
    },
  }
}

/** Looks once: PATH is the same for every command of a run, and one that has gone since says so when it is started. */
function createBashFinder(): (context: ToolContext) => Promise<string | undefined> {
  let known: {path: string | undefined; root: string; bash: string} | undefined
  return async ({env, root}) => {
    const path = env['PATH'] ?? env['Path']
    if (known?.path === path && known?.root === root) return known.bash
    const bash = await findProgram('bash', env, root)
    known = bash === undefined ? undefined : {path, root, bash}
    return bash
  }
}

type GroupPlace = {cwd: string; env: Record<string, string>}

function environmentFor(context: ToolContext): Record<string, string> {
  return {...shellEnvironment(context.env), PWD: context.root}
}

function checkCommand(command: string): void {
  if (command.trim() === '') throw new ToolRefusal('input-invalid', 'shell was not done: the command is empty.')
  if (command.includes('\0'))
    throw new ToolRefusal('input-invalid', 'shell was not done: the command has a NUL character in it.')
  if (command.length > MAX_COMMAND)
    throw new ToolRefusal(
      'input-invalid',
      `shell was not done: the command is longer than ${MAX_COMMAND} characters. Write a file and run it.`,
    )
}

function outcomeOf(result: CommandResult, time: {seconds: number; asked: number}): ToolOutcome {
  const took = `${(result.ms / 1000).toFixed(1)} s`
  const how = endOf(result, time)
  const notes = [
    ...(time.asked > time.seconds ? [`timeoutSeconds was lowered to ${MAX_SECONDS}, the most there is`] : []),
    ...(result.leftovers ? ['processes left in the background were ended'] : []),
  ]
  const head = `[${[`${how}, ${took}`, ...notes].join('; ')}]`
  const content = `${head}\n${result.output === '' ? '(no output)' : result.output}`
  const ok = result.end === 'exited' && result.code === 0
  return {content, summary: `${how}, ${took}`, ...(!ok && {isError: true as const})}
}

function withChanges(outcome: ToolOutcome, seen: {changed: number; note?: string} | undefined): ToolOutcome {
  if (!seen || seen.changed === 0) return outcome
  const summary = `${outcome.summary}, ${seen.changed} ${seen.changed === 1 ? 'file' : 'files'} changed`
  return {...outcome, summary, ...(seen.note === undefined ? {} : {note: seen.note})}
}

function endOf(result: CommandResult, {seconds}: {seconds: number}): string {
  if (result.end === 'not-started') return `could not be started (${result.problem ?? 'unknown reason'})`
  if (result.end === 'timed-out') return `timed out after ${seconds} s and was ended`
  if (result.end === 'cancelled') return 'cancelled by the user and ended'
  return result.signal === null ? `exit code ${result.code}` : `ended by ${result.signal}`
}
