import type {JsonObject, Message, UserPart} from 'vibe-plugin-api'
import {readInstructions} from '../context/instructions.ts'
import {redactKnown} from '../redact.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import type {Facts, Mode, Rule} from '../permissions/access.ts'
import {readFilter} from '../permissions/decide.ts'
import {rulesFromConfig} from '../permissions/rules.ts'
import {findSession, latestSession, projectFolder} from '../sessions/location.ts'
import {createLog, reopenLog} from '../sessions/log.ts'
import {readSessionFile} from '../sessions/read.ts'
import {messagesOf} from '../sessions/resume.ts'
import {createLedger} from '../tools/ledger.ts'
import {toolsForMode} from '../tools/registry.ts'
import {openConversation, type Conversation} from './conversation.ts'
import type {AgentEvent, Ask} from './events.ts'
import type {TurnLimits} from './limits.ts'
import {systemPrompt} from './modes.ts'
import type {ReadyProvider, Workplace} from './open.ts'
import {runTurn} from './turn.ts'

export type SessionChoice = {
  /** Go on with the last session of this project. */
  continue?: boolean
  /** An id or its beginning, of any project. */
  resume?: string
}

/** One conversation with its tools and rules, ready for turns. */
export type AgentSession = {
  readonly conversation: Conversation
  /** What was noticed while opening it: damage that was set aside, instructions that are not obeyed. */
  readonly notices: readonly string[]
  turn: (input: UserPart[], how: TurnChoice) => AsyncGenerator<AgentEvent>
  close: () => void
}

export type TurnChoice = {
  ready: ReadyProvider
  mode: Mode
  signal: AbortSignal
  limits: TurnLimits
  ask?: Ask
  responseSchema?: JsonObject
  recorded?: true
}

/** @param rules from the command line; those of the configuration are added */
export function openSession(workplace: Workplace, choice: SessionChoice, rules: readonly Rule[]): AgentSession {
  const notices: string[] = []
  const {conversation} = openHistory(workplace, choice, notices)
  const instructions = readInstructions(workplace.root)
  if (instructions.path !== undefined && !workplace.trusted) {
    notices.push('AGENTS.md of this project is not obeyed until you trust the project: vibe trust')
  }
  const place = {
    root: workplace.root,
    platform: process.platform,
    instructions: workplace.trusted ? instructions.text : '',
  }
  const allRules = [...rules, ...rulesFromConfig(workplace.config.values.permissions.rules, 'permissions.rules')]
  const ledger = createLedger()
  return {
    conversation,
    notices,
    turn: (input, how) => {
      const facts = factsFor(workplace, how.mode)
      const mayRead = readFilter(allRules, facts)
      return runTurn(input, {
        ...how.ready,
        ...how,
        conversation,
        system: systemPrompt(how.mode, place),
        tools: toolsForMode(how.mode),
        context: {root: workplace.root, ledger, env: workplace.host.env, mayRead},
        rules: allRules,
        facts,
      })
    },
    close: () => conversation.close(),
  }
}

function factsFor(workplace: Workplace, mode: Mode): Facts {
  const {config, data, cache} = workplace.homes
  return {root: workplace.root, mode, ownFolders: [config, data, cache], platform: process.platform}
}

function openHistory(workplace: Workplace, choice: SessionChoice, notices: string[]): {conversation: Conversation} {
  const options = {
    scrub: (line: string) => (workplace.secrets.size > 0 ? redactKnown(line, workplace.secrets) : line),
    onFailure: (message: string) => process.emitWarning(message, {type: 'vibe'}),
  }
  const {data} = workplace.homes
  const common = {cwd: workplace.root, vibe: workplace.host.version}
  const found =
    choice.resume !== undefined
      ? findSession(data, choice.resume)
      : choice.continue
        ? latestSession(data, workplace.root)
        : undefined
  if (!found)
    return {
      conversation: openConversation({
        log: createLog(projectFolder(data, workplace.root), options),
        history: [],
        ...common,
      }),
    }
  const history = readHistory(found.path, workplace.root, notices)
  return {conversation: openConversation({log: reopenLog(found, options), history, ...common})}
}

function readHistory(path: string, root: string, notices: string[]): Message[] {
  const {records, setAside} = readSessionFile(path)
  if (setAside > 0) notices.push(`${setAside} damaged lines of the session were passed over; they stay in ${path}.`)
  const header = records.find((record) => record.type === 'session')
  if (header && header.cwd !== root) notices.push(`That session was about ${header.cwd}; tools now work in ${root}.`)
  const history = messagesOf(records)
  if (history.length > 0) return history
  throw new VibeError({
    code: 'session-empty',
    message: 'That session holds nothing that could be continued.',
    origin: path,
    hint: 'Start a new one with: vibe chat',
    exit: ExitCode.notSetUp,
  })
}
