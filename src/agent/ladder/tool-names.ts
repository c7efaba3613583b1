import type {ChatEvent, ToolDefinition} from 'vibe-plugin-api'

/** What other programs call the same tools, and models that have learnt from them. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  shell: [
    'bash',
    'sh',
    'terminal',
    'run',
    'exec',
    'execute',
    'run_command',
    'run_shell_command',
    'run_terminal_cmd',
    'execute_command',
    'execute_bash',
    'shell_command',
  ],
  read: ['read_file', 'view', 'view_file', 'cat', 'open_file'],
  write: ['write_file', 'write_to_file', 'create_file', 'save_file'],
  edit: ['edit_file', 'str_replace', 'search_replace', 'replace_in_file', 'replace'],
  list: ['ls', 'list_dir', 'list_directory', 'list_files'],
  grep: ['search', 'search_files', 'grep_search', 'search_text', 'ripgrep'],
  glob: ['find_files', 'file_search', 'glob_search'],
  search: ['codebase_search', 'code_search', 'semantic_search', 'search_codebase'],
}

/** Some put the kind in front of the name. */
const KIND = /^(?:functions?|tools?|default_api)[.:/]/

/**
 * The tool that a model means: its name as it stands, in other letters or with its kind in front, or what another program
 * calls it. What it then asks for is checked and decided like any other call.
 * @returns the name as it stands when it means none of them
 */
export function toolMeant(name: string, tools: readonly Pick<ToolDefinition, 'name'>[]): string {
  const has = (wanted: string) => tools.some((tool) => tool.name === wanted)
  if (has(name)) return name
  const plain = plainName(name)
  const same = tools.filter((tool) => plainName(tool.name) === plain)
  if (same.length === 1) return same[0]?.name ?? name
  const [ours] = Object.entries(ALIASES).find(([tool, words]) => has(tool) && words.includes(plain)) ?? []
  return ours ?? name
}

/** The same events with the names that the tools have here. */
export function withToolMeant<Event extends {type: string}>(event: Event, tools: readonly ToolDefinition[]): Event {
  const isCall = event.type === 'tool-call-start' || event.type === 'tool-call-end'
  if (!isCall) return event
  const {name} = event as Event & Extract<ChatEvent, {type: 'tool-call-end'}>
  const meant = toolMeant(name, tools)
  return meant === name ? event : {...event, name: meant}
}

/** `ReadFile` and `read-file` as `read_file`. */
function plainName(name: string): string {
  return name
    .trim()
    .replace(KIND, '')
    .replaceAll(/(?<=[a-z])(?=[A-Z])|-/g, '_')
    .toLowerCase()
}
