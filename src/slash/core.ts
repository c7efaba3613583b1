import type {Mode} from '../permissions/access.ts'
import {MODES} from '../agent/modes.ts'
import {didYouMean} from '../did-you-mean.ts'

/** What a line that begins with a slash asks the chat to do. */
export type SlashAction =
  | {kind: 'leave'}
  | {kind: 'say'; text: string}
  | {kind: 'mode'; mode: Mode}
  /** `what`: how many steps, or an id, as typed; the latest step when absent. */
  | {kind: 'take-back'; action: 'undo' | 'redo'; what?: string}
  | {kind: 'commit'; message?: string}

const COMMANDS = {
  '/help': 'what can be typed here',
  '/mode': `switch to ${MODES.join(', ')}`,
  '/undo': 'take back the last changes of files: /undo, /undo 3, /undo ID',
  '/redo': 'bring back what the last /undo took away',
  '/commit': 'commit what is staged, else what changed: /commit, /commit MESSAGE',
  '/exit': 'leave; Ctrl-D does the same',
  '/quit': 'the same as /exit',
}

export type SlashCommand = {name: string; what: string}

/** What a menu of commands offers. */
export function slashCommands(): SlashCommand[] {
  return Object.entries(COMMANDS).map(([name, what]) => ({name, what}))
}

/** @returns undefined when the line is no command and goes to the model; a line that starts with a space always does */
export function runSlash(line: string, mode: Mode): SlashAction | undefined {
  if (!line.startsWith('/')) return undefined
  const [name = '', argument] = line.trim().split(/\s+/)
  if (name === '/exit' || name === '/quit') return {kind: 'leave'}
  if (name === '/help') return {kind: 'say', text: help()}
  if (name === '/undo') return {kind: 'take-back', action: 'undo', ...(argument === undefined ? {} : {what: argument})}
  if (name === '/redo') return {kind: 'take-back', action: 'redo'}
  if (name === '/commit') return commitOf(line.trim().slice(name.length).trim())
  if (name === '/mode') return switchMode(argument, mode)
  const near = didYouMean(name, Object.keys(COMMANDS))
  return {
    kind: 'say',
    text: `There is no command ${name}.${near ? ` Did you mean ${near}?` : ' /help lists them.'} Nothing was sent.`,
  }
}

function commitOf(message: string): SlashAction {
  return {kind: 'commit', ...(message === '' ? {} : {message})}
}

function switchMode(argument: string | undefined, mode: Mode): SlashAction {
  const wanted = MODES.find((candidate) => candidate === argument)
  if (wanted) return {kind: 'mode', mode: wanted}
  return {kind: 'say', text: `Mode is ${mode}. Switch with: /mode ${MODES.join('|')}`}
}

function help(): string {
  const rows = Object.entries(COMMANDS).map(([name, what]) => `  ${name.padEnd(8)}${what}`)
  return [
    ...rows,
    '  Ctrl-C stops an answer and keeps what came. A line that starts with a space is sent as it is.',
  ].join('\n')
}
