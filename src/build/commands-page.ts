import {join} from 'node:path'
import {writeChanged} from './files.ts'
import {commandManifest} from './manifest.ts'

type Flag = {
  description?: string
  char?: string
  type: 'option' | 'boolean'
  helpValue?: string | string[]
  options?: string[]
  required?: boolean
  multiple?: boolean
  hidden?: boolean
  allowNo?: boolean
}
type Argument = {description?: string; required?: boolean; hidden?: boolean}
type Command = {
  id: string
  summary?: string
  description?: string
  examples?: string[]
  hidden?: boolean
  strict?: boolean
  args: Record<string, Argument>
  flags: Record<string, Flag>
}

/** Flags that every command has: said once, at the top. */
const EVERYWHERE = ['json', 'debug']

/** The page of all commands, written from what the commands say of themselves. @returns Markdown */
export async function commandsPage(root: string): Promise<string> {
  const {commands} = JSON.parse(await commandManifest(root)) as {commands: Record<string, Command>}
  const shown = Object.values(commands).filter(({hidden}) => !hidden)
  const head = [
    '# Commands',
    '',
    'Written by the build from the commands themselves. `vibe help COMMAND` shows the same in the terminal; `vibe config set` and `vibe config:set` are one command. Every command takes `--json`, which puts its result on standard output as JSON, and `--debug`, which writes a redacted log and names its file.',
    '',
  ]
  return [...head, ...shown.flatMap(section)].join('\n')
}

export async function writeCommandsPage(root: string): Promise<void> {
  await writeChanged(join(root, 'docs/commands.md'), await commandsPage(root))
}

function section(command: Command): string[] {
  const {id, summary, description, examples = [], args, flags} = command
  const shown = Object.entries(flags).filter(([name, flag]) => !flag.hidden && !EVERYWHERE.includes(name))
  const given = Object.entries(args).filter(([, arg]) => !arg.hidden)
  return [
    `## vibe ${id}`,
    '',
    ...prose(summary, description),
    ...table([
      ...given.map(([name, arg]) => argumentRow(name, arg)),
      ...shown.map(([name, flag]) => flagRow(name, flag)),
    ]),
    ...(examples.length === 0
      ? []
      : ['```sh', ...examples.map((line) => line.replaceAll('<%= config.bin %>', 'vibe')), '```', '']),
  ]
}

/** A description of several lines is laid out with care, and stays so. */
function prose(summary: string | undefined, description: string | undefined): string[] {
  const first = summary ?? description ?? ''
  const head = /[.!?]$/.test(first) ? first : `${first}.`
  if (summary === undefined || description === undefined) return [head, '']
  return description.includes('\n') ? [head, '', '```text', description, '```', ''] : [`${head} ${description}`, '']
}

function table(rows: readonly string[]): string[] {
  return rows.length === 0 ? [] : ['| | |', '| --- | --- |', ...rows, '']
}

function argumentRow(name: string, {description = '', required}: Argument): string {
  return `| \`${name.toUpperCase()}\`${required ? ', required' : ''} | ${cell(description)} |`
}

function flagRow(name: string, flag: Flag): string {
  const {description = '', char, type, options, helpValue, multiple, required, allowNo} = flag
  const value = options
    ? options.join('\\|')
    : Array.isArray(helpValue)
      ? helpValue.join(' ')
      : (helpValue ?? name.toUpperCase())
  const long = `--${allowNo ? '[no-]' : ''}${name}${type === 'option' ? ` ${value}` : ''}`
  const more = `${multiple ? ', several times' : ''}${required ? ', required' : ''}`
  return `| \`${char === undefined ? '' : `-${char}, `}${long}\`${more} | ${cell(description)} |`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')
}
