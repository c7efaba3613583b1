import type {ArgumentInfo, CommandTree, FlagInfo} from './command-tree.ts'
import type {Facts} from './facts.ts'
import type {Expected} from './line.ts'
import {commandNames} from './names.ts'
import {
  instanceNames,
  knownPackages,
  knownTypes,
  modelIds,
  providerNames,
  settingPairs,
  typeNames,
} from './providers.ts'
import type {Candidate, Offer} from './reply.ts'
import {sessionIds} from './sessions.ts'
import {settingKeys, settingValues} from './settings.ts'

type ValuePlace = Extract<Expected, {kind: 'value'}>
export type Asked = {facts: Facts; tree: CommandTree; at: ValuePlace; current: string}
type Source = (asked: Asked) => Candidate[] | Promise<Candidate[]>

const FILES = /^(FILE|DIR|FOLDER|PATH)$/i
const RULES = ['edit', 'edit:', 'read:', 'shell', 'shell:', 'network:']
const PLUGIN_COMMAND = /^plugins:(inspect|uninstall|unlink|remove|update)$/

/** By the name of a flag; `COMMAND NAME` where it means something else for one command. */
const FLAG_VALUES: Record<string, Source> = {
  provider: ({facts}) => providerNames(facts),
  'setup provider': ({facts}) => knownTypes(facts),
  type: ({facts}) => knownTypes(facts),
  model: ({facts, at}) => modelIds(facts, providerMeant(at)),
  profile: ({facts}) => Object.keys(facts.config().values.profiles).map((value) => ({value})),
  resume: ({facts, current}) => sessionIds(facts, current),
  fallback: ({facts}) => fallbacks(facts),
  allow: () => RULES.map((value) => ({value})),
  'key-env': ({facts}) => keyVariables(facts),
  set: ({facts, at, current}) => settingPairs(facts, typeMeant(facts, at), current),
}

/** By `COMMAND NAME`, or the name of an argument alone. */
const ARGUMENT_VALUES: Record<string, Source> = {
  'provider:add name': ({facts}) => knownTypes(facts),
  'model:pull model': ({facts, at}) => modelIds(facts, providerMeant(at)),
  'plugins:install plugin': () => knownPackages(),
  'provider:create name': () => [],
  'provider:prefer type': ({facts}) => typeNames(facts),
  'provider:prefer package': ({facts}) => facts.plugins().map(({name}) => ({value: name})),
  'model:list name': ({facts}) => providerNames(facts),
  'model:refresh name': ({facts}) => providerNames(facts),
  'help command': ({tree, at, current}) => helpWords(tree, at.line.arguments, current),
  'config:set value': ({facts, at}) => settingValues(facts, at.line.arguments[0] ?? ''),
  key: ({facts}) => settingKeys(facts),
}

/** What can be written at a place that takes a value; file names where a path or free text is meant. */
export async function valuesFor(asked: Asked): Promise<Offer> {
  const {of, command, isFlag, prefix} = asked.at
  const current = asked.current.slice(prefix.length)
  const source = isFlag ? flagSource(command.id, of) : argumentSource(command.id, of)
  if (source === 'files') return {files: true}
  const found = await source({...asked, current})
  return {candidates: found.map(({value, ...rest}) => ({value: prefix + value, ...rest}))}
}

function flagSource(command: string, of: FlagInfo | ArgumentInfo): Source | 'files' {
  if ('helpValue' in of && FILES.test(of.helpValue)) return 'files'
  return fixed(of) ?? FLAG_VALUES[`${command} ${of.name}`] ?? FLAG_VALUES[of.name] ?? nothing
}

function argumentSource(command: string, of: FlagInfo | ArgumentInfo): Source | 'files' {
  const own = fixed(of) ?? ARGUMENT_VALUES[`${command} ${of.name}`] ?? ARGUMENT_VALUES[of.name]
  if (own) return own
  if (command.startsWith('provider:') && of.name === 'name') return ({facts}) => instanceNames(facts)
  if (command.startsWith('session:') && /^(id|session)$/.test(of.name))
    return ({facts, current}) => sessionIds(facts, current)
  if (PLUGIN_COMMAND.test(command))
    return ({facts}) =>
      facts
        .plugins()
        .filter(({type}) => type !== 'core')
        .map(({name, version}) => ({value: name, description: version}))
  return FILES.test(of.name) || of.name === 'prompt' || of.name === 'file' ? 'files' : nothing
}

function fixed({options}: FlagInfo | ArgumentInfo): Source | undefined {
  return options.length === 0 ? undefined : () => options.map((value) => ({value}))
}

const nothing: Source = () => []

/** The provider that a line names: by its flag, or as what the command works on. */
function providerMeant({command, line}: ValuePlace): {name?: string; type?: string} {
  const type = line.flags.get('type') ?? (command.id === 'setup' ? line.flags.get('provider') : undefined)
  if (type !== undefined) return {type}
  const name = line.flags.get('provider') ?? (command.id.startsWith('provider:') ? line.arguments[0] : undefined)
  if (name === undefined) return {}
  return command.id === 'provider:add' ? {type: name} : {name}
}

function typeMeant(facts: Facts, at: ValuePlace): string | undefined {
  const {type, name} = providerMeant(at)
  const {providers} = facts.config().values
  return type ?? (name !== undefined && Object.hasOwn(providers, name) ? providers[name]?.type : name)
}

function helpWords(tree: CommandTree, before: readonly string[], current: string): Candidate[] {
  const names = commandNames(tree, before.join(':'), current.includes(':'))
  return before.length > 0 ? names : [...names, {value: 'exit-codes', description: 'What scripts can rely on'}]
}

/** Another provider, or one with a model of its own. */
function fallbacks(facts: Facts): Candidate[] {
  const {providers} = facts.config().values
  const withModel = Object.entries(providers).flatMap(([name, {model}]) =>
    model === undefined ? [] : [{value: `${name}/${model}`}],
  )
  return [...instanceNames(facts), ...withModel]
}

/** Names only; a value never leaves the environment. */
function keyVariables({place}: Facts): Candidate[] {
  const names = Object.keys(place.env).filter((name) => /KEY|TOKEN|SECRET/.test(name))
  return names.sort().map((value) => ({value}))
}
