import {existsSync} from 'node:fs'
import {join, sep} from 'node:path'
import {readTextFile} from '../config/read.ts'
import {findFolder} from './plugin-folders.ts'

export type FlagInfo = {
  name: string
  char?: string
  takesValue: boolean
  multiple: boolean
  description: string
  options: string[]
  helpValue: string
  exclusive: string[]
}
export type ArgumentInfo = {name: string; options: string[]}
export type CommandInfo = {
  /** "config:set" */
  id: string
  aliases: string[]
  hidden: boolean
  summary: string
  flags: FlagInfo[]
  arguments: ArgumentInfo[]
}

export type CommandTree = {commands: CommandInfo[]; topics: ReadonlyMap<string, string>}

type Json = Record<string, unknown>

/**
 * Every command of vibe, of the plugins that come with it and of those that the user installed, from their manifests alone.
 * @param root vibe's own package
 * @param installed the folders of plugins that the user added
 */
export function readCommandTree(root: string, installed: readonly string[]): CommandTree {
  const pjson = readJson(join(root, 'package.json'))
  const oclif = objectOf(pjson['oclif'])
  const named = listOf(oclif['plugins']).flatMap((name) => findFolder(root, String(name)) ?? [])
  const commands = [root, ...named, ...installed].flatMap(commandsIn)
  const topics = Object.entries(objectOf(oclif['topics'])).map(
    ([name, topic]) => [name, text(objectOf(topic)['description'])] as const,
  )
  return {commands, topics: new Map(topics)}
}

function commandsIn(folder: string): CommandInfo[] {
  const path = `${folder}${sep}oclif.manifest.json`
  // Most providers have none, and an error for each would take longer than all the rest.
  if (!existsSync(path)) return []
  const commands = objectOf(readJson(path)['commands'])
  return Object.entries(commands).map(([id, value]) => commandInfo(id, objectOf(value)))
}

/** One line is about one command, so that nothing but the names of the others is looked at. */
function commandInfo(id: string, command: Json): CommandInfo {
  return {
    id,
    aliases: texts(command['aliases']),
    hidden: command['hidden'] === true,
    get summary() {
      return plain(text(command['summary']) || text(command['description']))
    },
    get flags() {
      const flags = Object.values(objectOf(command['flags'])).map(objectOf)
      return flags.filter((flag) => flag['hidden'] !== true).map(flagInfo)
    },
    get arguments() {
      const given = Object.values(objectOf(command['args'])).map(objectOf)
      return given.map((argument) => ({name: text(argument['name']), options: texts(argument['options'])}))
    },
  }
}

function flagInfo(flag: Json): FlagInfo {
  return {
    name: text(flag['name']),
    ...(typeof flag['char'] === 'string' && {char: flag['char']}),
    takesValue: flag['type'] === 'option',
    multiple: flag['multiple'] === true,
    description: plain(text(flag['summary']) || text(flag['description'])),
    options: texts(flag['options']),
    helpValue: text(flag['helpValue']),
    exclusive: texts(flag['exclusive']),
  }
}

/** The first line, with the one template that descriptions use. */
function plain(description: string): string {
  return (description.split('\n', 1)[0] ?? '').replaceAll(/<%=\s*config\.bin\s*%>/g, 'vibe').replace(/\.$/, '')
}

function readJson(path: string): Json {
  const read = readTextFile(path)
  try {
    return read.state === 'text' ? objectOf(JSON.parse(read.text)) : {}
  } catch {
    return {} // A damaged file of one plugin costs its own commands only.
  }
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {}
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function texts(value: unknown): string[] {
  return listOf(value).filter((item) => typeof item === 'string')
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
