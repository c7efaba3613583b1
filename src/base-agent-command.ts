import {Args, Flags} from '@oclif/core'
import {realpathSync} from 'node:fs'
import {resolve} from 'node:path'
import {VibeCommand} from './base-command.ts'
import {listenForInterruption} from './agent/interruption.ts'
import {MODES} from './agent/modes.ts'
import type {Choice, Host} from './agent/open.ts'
import type {VibeError} from './errors.ts'
import type {Mode, Rule} from './permissions/access.ts'
import {parseRule, readOnlyRule, yesRules} from './permissions/rules.ts'

/** What `chat` and `run` share: which provider and model, which session, what goes along. */
export const agentFlags = {
  provider: Flags.string({char: 'p', description: 'Provider by its configured name', helpValue: 'NAME'}),
  model: Flags.string({char: 'm', description: 'Model id, or provider/model', helpValue: 'ID'}),
  mode: Flags.option({options: MODES, default: 'code' as Mode, description: 'What the model may do'})(),
  temperature: Flags.string({
    char: 't',
    description: '0 to 2',
    helpValue: 'N',
    parse: async (text) => numberIn(text, 'temperature', {min: 0, max: 2}),
  }),
  'max-tokens': Flags.integer({description: 'Longest answer, in tokens', min: 1, helpValue: 'N'}),
  profile: Flags.string({description: 'Named profile of the configuration', helpValue: 'NAME'}),
  continue: Flags.boolean({
    char: 'c',
    description: 'Go on with the last session of this project',
    exclusive: ['resume'],
  }),
  resume: Flags.string({
    description:
      'Go on with a session: its id, the beginning of it, or its title; `chat --resume` alone lets you choose',
    helpValue: 'ID',
  }),
  file: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    description: 'Send a file along; may be repeated',
    helpValue: 'FILE',
  }),
  read: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    description: 'Send a file along that is not to be changed',
    helpValue: 'FILE',
  }),
  image: Flags.string({multiple: true, multipleNonGreedy: true, description: 'Send an image along', helpValue: 'FILE'}),
  offline: Flags.boolean({description: 'Connect to local addresses only'}),
  yes: Flags.boolean({char: 'y', description: 'Allow all edits in the project and all commands'}),
  allow: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    description: 'Allow what a rule says: edit, edit:src/**, "shell:npm test"',
    helpValue: 'RULE',
  }),
  'output-format': Flags.option({
    options: ['text', 'json', 'stream-json'] as const,
    description: 'json is the result alone; stream-json every event',
  })(),
  json: Flags.boolean({description: 'The same as --output-format json', exclusive: ['output-format']}),
  'max-turns': Flags.integer({description: 'Most requests to the model', min: 1, helpValue: 'N'}),
  'max-cost': Flags.string({
    description: 'Most US dollars',
    helpValue: 'USD',
    parse: async (text) => numberIn(text, 'max-cost', {min: 0, max: Infinity}),
  }),
  timeout: Flags.string({
    description: 'Most seconds',
    helpValue: 'SECONDS',
    parse: async (text) => numberIn(text, 'timeout', {min: 0.001, max: 2_000_000}),
  }),
  quiet: Flags.boolean({char: 'q', description: 'Only the answer and errors'}),
}

export const promptArgument = {prompt: Args.string({description: 'What to do; may be several words', required: false})}

async function numberIn(text: string, flag: string, range: {min: number; max: number}): Promise<string> {
  const value = Number(text)
  if (text.trim() !== '' && value >= range.min && value <= range.max) return text
  const upTo = Number.isFinite(range.max) ? ` to ${range.max}` : ' or more'
  throw Object.assign(new Error(`--${flag} takes a number from ${range.min}${upTo}, not "${text}".`), {
    oclif: {exit: 2},
    parse: {},
  })
}

export type AgentFlagValues = {
  provider?: string | undefined
  model?: string | undefined
  temperature?: string | undefined
  'max-tokens'?: number | undefined
  profile?: string | undefined
  offline?: boolean
  debug?: boolean
  'max-turns'?: number | undefined
  'max-cost'?: string | undefined
  timeout?: string | undefined
}

export abstract class AgentCommand extends VibeCommand {
  static override enableJsonFlag = false

  /** What reads JSON gets a result in one line, also when the command line itself was wrong. */
  protected override showFailure(error: VibeError): void {
    if (!this.wantsJson()) return super.showFailure(error)
    const {code, message, origin, hint, exit} = error
    const empty = {text: '', session: '', turns: 0, ms: 0, usage: {}, edits: []}
    const result = {v: 1, type: 'result', status: 'error', exit, ...empty, error: {code, message, origin, hint}}
    process.stdout.write(`${JSON.stringify(result)}\n`)
  }

  /** Read from the words themselves, since they may not be understood as a whole. */
  protected wantsJson(): boolean {
    const end = this.argv.indexOf('--')
    const words = end === -1 ? this.argv : this.argv.slice(0, end)
    const format = words[words.indexOf('--output-format') + 1] ?? ''
    return (
      words.some((word) => /^--(json|output-format=(json|stream-json))$/.test(word)) ||
      /^(json|stream-json)$/.test(format)
    )
  }

  protected host(): Host {
    return {
      plugins: [...this.config.plugins.values()],
      env: process.env,
      cwd: process.cwd(),
      version: this.config.version,
    }
  }

  /** A signal that the first Ctrl-C or termination raises; the second one ends the process and what it runs at once. */
  protected interruption(): AbortSignal {
    return listenForInterruption().signal
  }
}

export function choiceOf(flags: AgentFlagValues): Choice {
  return {
    ...(flags.provider === undefined ? {} : {provider: flags.provider}),
    ...(flags.model === undefined ? {} : {model: flags.model}),
    ...(flags.temperature === undefined ? {} : {temperature: Number(flags.temperature)}),
    ...(flags['max-tokens'] === undefined ? {} : {maxTokens: flags['max-tokens']}),
    ...(flags.profile === undefined ? {} : {profile: flags.profile}),
    ...(flags.offline ? {offline: true} : {}),
    ...(flags.debug ? {debug: true} : {}),
  }
}

export function limitsOf(flags: AgentFlagValues) {
  return {
    ...(flags['max-turns'] === undefined ? {} : {maxTurns: flags['max-turns']}),
    ...(flags['max-cost'] === undefined ? {} : {maxCostUsd: Number(flags['max-cost'])}),
    ...(flags.timeout === undefined ? {} : {timeoutMs: Number(flags.timeout) * 1000}),
  }
}

/** What `--yes` and `--allow` allow; what `--read` sent along is not to be changed, whatever they say. */
export function rulesOf(
  flags: {yes?: boolean; allow?: string[] | undefined; read?: string[] | undefined},
  cwd: string,
): Rule[] {
  return [
    ...(flags.yes ? yesRules() : []),
    ...(flags.allow ?? []).map((rule) => parseRule(rule)),
    ...(flags.read ?? []).map((file) => readOnlyRule(realPathOf(resolve(cwd, file)))),
  ]
}

/** A file that does not exist is said when it is read. */
function realPathOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
