import type {CommandInfo, CommandTree} from './command-tree.ts'
import type {Candidate} from './reply.ts'

/** Of the plugin that completes commands and flags alone; what this room offers takes its place. */
const OTHER_DOOR = 'autocomplete'

/** The commands and topics one level below some words: `config`, or `config:get` where a colon was typed. */
export function commandNames(tree: CommandTree, below: string, colons: boolean): Candidate[] {
  const start = below === '' ? '' : `${below}:`
  const names = new Map<string, string>()
  for (const command of tree.commands) {
    if (command.hidden || command.id === OTHER_DOOR || !command.id.startsWith(start)) continue
    const rest = command.id.slice(start.length)
    const name = colons ? rest : (rest.split(':')[0] ?? rest)
    if (name === rest) names.set(name, names.get(name) || command.summary)
    else if (!names.has(name)) names.set(name, tree.topics.get(`${start}${name}`) ?? '')
  }
  return byName(
    [...names].map(([value, description]) => ({
      value,
      description: tree.topics.get(`${start}${value}`) ?? description,
    })),
  )
}

/** The flags that may still be given. */
export function flagNames(command: CommandInfo, given: ReadonlySet<string>): Candidate[] {
  const excluded = new Set(command.flags.filter(({name}) => given.has(name)).flatMap(({exclusive}) => exclusive))
  const open = command.flags.filter(
    ({name, multiple, exclusive}) =>
      (multiple || !given.has(name)) && !excluded.has(name) && !exclusive.some((other) => given.has(other)),
  )
  const own = open.map(({name, description}) => ({value: `--${name}`, description}))
  const general = [
    {value: '--help', description: 'Show what the command takes'},
    {value: '--no-plugins', description: 'Start without the plugins that you installed'},
  ]
  return byName([...own, ...general.filter(({value}) => !own.some((flag) => flag.value === value))])
}

function byName(candidates: Candidate[]): Candidate[] {
  return candidates.toSorted((one, other) => (one.value < other.value ? -1 : 1))
}
