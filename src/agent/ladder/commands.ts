import type {JsonObject, ToolCallPart} from 'vibe-plugin-api'
import type {TextCall} from '../../providers/ladder/text-call.ts'

type Command = {
  tool: string
  /** Other words that models use for it. */
  aliases: readonly string[]
  example: string
  read: (words: string) => JsonObject | undefined
  /** Undefined where the words cannot say it. */
  write: (input: JsonObject) => string | undefined
}

/** What a model that writes only text may ask for, one line each: the fewest words that reach the reading and running tools. */
const COMMANDS: readonly Command[] = [
  {
    tool: 'read',
    aliases: ['read', 'cat', 'open'],
    example: 'read src/a.ts\nread src/a.ts 100-180',
    read: readInput,
    write: ({path, offset, limit}) => {
      if (typeof path !== 'string') return undefined
      const first = typeof offset === 'number' ? offset : 1
      return typeof limit === 'number' ? `read ${path} ${first}-${first + limit - 1}` : `read ${path}`
    },
  },
  {
    tool: 'list',
    aliases: ['list', 'ls'],
    example: 'list src',
    read: (words) => (words === '' ? {} : {path: unquoted(words)}),
    write: ({path}) => (typeof path === 'string' ? `list ${path}` : 'list'),
  },
  {
    tool: 'glob',
    aliases: ['glob', 'find'],
    example: 'glob src/**/*.ts',
    read: (words) => (words === '' ? undefined : {pattern: unquoted(words)}),
    write: ({pattern}) => (typeof pattern === 'string' ? `glob ${pattern}` : undefined),
  },
  {
    tool: 'grep',
    aliases: ['grep', 'search'],
    example: 'grep function greet',
    read: (words) => (words === '' ? undefined : {pattern: unquoted(words)}),
    write: ({pattern}) => (typeof pattern === 'string' ? `grep ${pattern}` : undefined),
  },
  {
    tool: 'shell',
    aliases: ['run', 'shell', 'bash', '$'],
    example: 'run npm test',
    read: (words) => (words === '' ? undefined : {command: words}),
    write: ({command}) => (typeof command === 'string' && !command.includes('\n') ? `run ${command}` : undefined),
  },
]

/** The examples of the commands whose tools there are. */
export function commandExamples(tools: ReadonlySet<string>): string[] {
  return COMMANDS.filter(({tool}) => tools.has(tool)).map(({example}) => example)
}

/** @returns undefined for an empty line */
export function readCommand(line: string, tools: ReadonlySet<string>): TextCall | undefined {
  const text = line.trim()
  if (text === '') return undefined
  const [, verb = '', rest = ''] = /^(\$|\S+)\s*(.*)$/.exec(text) ?? []
  const command = COMMANDS.find(({tool, aliases}) => tools.has(tool) && aliases.includes(verb.toLowerCase()))
  const input = command?.read(rest.trim())
  if (command && input) return {name: command.tool, input, raw: text}
  const known = commandExamples(tools).join('\n')
  const problem = `Nothing was done: "${text.slice(0, 100)}" is no command. A tool block holds one command a line:\n${known}`
  return {name: command?.tool ?? 'tool', problem, raw: text}
}

/** A call of the history as the line that asks for it; undefined where none does. */
export function writeCommand({name, input}: ToolCallPart): string | undefined {
  return COMMANDS.find(({tool}) => tool === name)?.write(input)
}

function readInput(words: string): JsonObject | undefined {
  const match = /^(.*?)(?:\s+(\d{1,7})(?:-(\d{1,7}))?)?$/.exec(words)
  const [, path = '', first, last] = match ?? []
  if (path === '') return undefined
  const offset = first === undefined ? undefined : Math.max(1, Number(first))
  return {
    path: unquoted(path),
    ...(offset !== undefined && {offset}),
    ...(offset !== undefined && last !== undefined && {limit: Math.max(1, Number(last) - offset + 1)}),
  }
}

function unquoted(words: string): string {
  return /^(["'`])(.+)\1$/.exec(words)?.[2] ?? words
}
