import type {ArgumentInfo, CommandInfo, CommandTree, FlagInfo} from './command-tree.ts'

/** What can stand at the cursor. */
export type Expected =
  /** Names one level below some words: "" for the first level, "config" for what follows it. */
  | {kind: 'commands'; below: string; colons: boolean; command?: CommandInfo}
  | {kind: 'flags'; command: CommandInfo; given: ReadonlySet<string>}
  /** `prefix` is what stands before the value in the same word: "--model=", "-m". */
  | {kind: 'value'; command: CommandInfo; of: FlagInfo | ArgumentInfo; isFlag: boolean; prefix: string; line: Line}
  | {kind: 'nothing'}

/** The command's own words. */
export type Line = {arguments: string[]; flags: ReadonlyMap<string, string>}

type Found = {command?: CommandInfo; topic?: string; used: number}

/** Free words are the prompt of a chat, as they are when the line is run. */
const DEFAULT_COMMAND = 'chat'

/**
 * Understands a line as far as the cursor.
 * @param words the line, the program first, with the word at the cursor cut off at the cursor
 */
export function understand(words: readonly string[], index: number, tree: CommandTree): Expected {
  const current = words[index] ?? ''
  const before = words.slice(1, index).filter((word) => word !== '--no-plugins')
  if (before.length === 0 && !current.startsWith('-'))
    return {kind: 'commands', below: '', colons: current.includes(':')}
  const found = findCommand(before, tree)
  const isAllNames = found.used === before.length
  if (found.topic !== undefined && isAllNames && !current.startsWith('-'))
    return {kind: 'commands', below: found.topic, colons: false, ...(found.command && {command: found.command})}
  const command =
    found.command ?? (found.topic === undefined ? tree.commands.find(({id}) => id === DEFAULT_COMMAND) : undefined)
  if (command === undefined) return {kind: 'nothing'}
  const after = words.slice(index + 1)
  return within(command, {before: before.slice(found.used), current, after})
}

function findCommand(words: readonly string[], {commands}: CommandTree): Found {
  let found: Found = {used: 0}
  for (let used = 1; used <= words.length && !words[used - 1]?.startsWith('-'); used++) {
    const id = words.slice(0, used).join(':')
    const command = commands.find((each) => each.id === id || each.aliases.includes(id))
    const isTopic = commands.some((each) => each.id.startsWith(`${id}:`))
    if (command === undefined && !isTopic) break
    found = {used, ...(command && {command}), ...(isTopic && {topic: id})}
  }
  return found
}

type Around = {before: readonly string[]; current: string; after: readonly string[]}

function within(command: CommandInfo, {before, current, after}: Around): Expected {
  const walked = walk(before, command)
  // What stands behind the cursor still tells which provider a model is for.
  const later = walked.ended ? undefined : walk(after, command)
  const line = {arguments: walked.positional, flags: new Map([...(later?.flags ?? []), ...walked.flags])}
  const value = (of: FlagInfo, prefix: string): Expected => ({kind: 'value', command, of, isFlag: true, prefix, line})
  if (walked.pending) return value(walked.pending, '')
  if (!walked.ended && current.startsWith('-')) {
    const [, name, char] = /^(?:--([\w-]+)=|-(\w).)/.exec(current) ?? []
    const flag = command.flags.find(
      (each) => each.takesValue && (each.name === name || (char !== undefined && each.char === char)),
    )
    if (flag) return value(flag, name === undefined ? `-${char}` : `--${name}=`)
    return {kind: 'flags', command, given: new Set(line.flags.keys())}
  }
  const argument = command.arguments[walked.positional.length] ?? (isFree(command) ? command.arguments[0] : undefined)
  if (argument === undefined) return {kind: 'flags', command, given: new Set(line.flags.keys())}
  return {kind: 'value', command, of: argument, isFlag: false, prefix: '', line}
}

/** Its one argument may be several words. */
function isFree({id, arguments: [first, second]}: CommandInfo): boolean {
  return second === undefined && (first?.name === 'prompt' || first?.name === 'command' || id === 'session:delete')
}

type Walked = {positional: string[]; flags: Map<string, string>; pending?: FlagInfo; ended: boolean}

function walk(words: readonly string[], command: CommandInfo): Walked {
  const walked: Walked = {positional: [], flags: new Map(), ended: false}
  let pending: FlagInfo | undefined
  for (const word of words) {
    if (pending) {
      walked.flags.set(pending.name, word)
      pending = undefined
    } else if (walked.ended || !/^-./.test(word)) walked.positional.push(word)
    else if (word === '--') walked.ended = true
    else pending = takeFlag(word, command, walked.flags)
  }
  return {...walked, ...(pending && {pending})}
}

/** @returns the flag when its value is the next word */
function takeFlag(word: string, command: CommandInfo, flags: Map<string, string>): FlagInfo | undefined {
  const [, name, char, rest = ''] = /^(?:--([\w-]+)|-(\w))(.*)$/s.exec(word) ?? []
  const flag = command.flags.find((each) => (name === undefined ? each.char === char : each.name === name))
  if (flag === undefined) return undefined
  if (flag.takesValue && rest === '') return flag
  flags.set(flag.name, rest.replace(/^=/, ''))
  return undefined
}
