import type {JsonObject, UserPart} from 'vibe-plugin-api'
import {readInstructions} from '../context/instructions.ts'
import {environmentSecrets, redactKnown} from '../redact.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import type {Facts, Mode, Rule} from '../permissions/access.ts'
import {readFilter} from '../permissions/decide.ts'
import {rulesFromConfig} from '../permissions/rules.ts'
import {chooseSession} from '../sessions/find.ts'
import {latestSession, projectFolder} from '../sessions/location.ts'
import {createLog, reopenLog, type SessionLog} from '../sessions/log.ts'
import {MAX_HISTORY, readSessionFile} from '../sessions/read.ts'
import type {SessionRecord} from '../sessions/records.ts'
import type {HistoryMessage} from '../sessions/history.ts'
import {messagesOf} from '../sessions/resume.ts'
import {createCommandWatch} from '../tools/command-watch.ts'
import type {ToolContext} from '../tools/tool.ts'
import {createLedger} from '../tools/ledger.ts'
import {toolsForMode} from '../tools/registry.ts'
import {openConversation, type Conversation} from './conversation.ts'
import type {AgentEvent, Ask, AskRemote} from './events.ts'
import type {Budget} from './limits.ts'
import {systemPrompt} from './modes.ts'
import type {Workplace} from './open.ts'
import type {ReadyProvider} from './ready.ts'
import {recordedApply, recordedCommands, type Recording} from './record-changes.ts'
import {runTurn} from './turn.ts'

export type SessionChoice = {
  /** Go on with the last session of this project. */
  continue?: boolean
  /** An id or its beginning, or a title, of any project. */
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
  /** Shared by all turns of one run. */
  budget: Budget
  ask?: Ask
  /** Asked before a local conversation goes on elsewhere. */
  askRemote?: AskRemote
  responseSchema?: JsonObject
  recorded?: true
}

/** @param rules from the command line; those of the configuration are added */
export function openSession(workplace: Workplace, choice: SessionChoice, rules: readonly Rule[]): AgentSession {
  const notices: string[] = []
  const troubles: string[] = []
  const conversation = openHistory({workplace, choice, notices, troubles})
  const instructions = obeyedInstructions(workplace, notices)
  const surroundings = {root: workplace.root, platform: process.platform, instructions}
  const allRules = [...rules, ...rulesFromConfig(workplace.config.values.permissions.rules, 'permissions.rules')]
  const ledger = createLedger()
  let recording = recordingOf(workplace, conversation, [])
  const watchCommand = createCommandWatch({record: recordedCommands(() => recording)})
  const place = {root: workplace.root, ledger, env: workplace.host.env, watchCommand}
  return {
    conversation,
    notices,
    turn: (input, how) => {
      const facts = factsFor(workplace, how.mode)
      const mayRead = readFilter(allRules, facts)
      recording = recordingOf(workplace, conversation, input)
      const events = runTurn(input, {
        ...how.ready,
        ...how,
        conversation,
        system: systemPrompt(how.mode, surroundings),
        tools: toolsForMode(how.mode),
        context: withAfterEdits({...place, mayRead, apply: recordedApply(recording)}, workplace),
        rules: allRules,
        facts,
      })
      return committing(withTroubles(events, troubles), {workplace, recording, how, mayRead})
    },
    close: () => conversation.close(),
  }
}

type Committing = {workplace: Workplace; recording: Recording; how: TurnChoice; mayRead: (path: string) => boolean}

/** With `git.autoCommit`, what the turn has changed is committed before its result is said. */
async function* committing(
  events: AsyncGenerator<AgentEvent>,
  {workplace, recording, how, mayRead}: Committing,
): AsyncGenerator<AgentEvent> {
  if (!workplace.config.values.git.autoCommit) return yield* events
  const since = Date.now()
  const {committedAfter} = await import('./commits/after-turn.ts')
  const {root, data, session, turn, prompt} = recording
  const writing = {workplace, ready: how.ready, mayRead, signal: how.signal, cost: how.budget.cost}
  yield* committedAfter(events, {project: {root, data}, turn: {session, turn, since}, prompt, writing})
}

function recordingOf(
  {homes, root, ...workplace}: Workplace,
  conversation: Conversation,
  input: readonly UserPart[],
): Recording {
  const prompt = scrubbed(workplace, promptOf(input))
  return {data: homes.data, root, session: conversation.id, turn: conversation.messages.length, prompt}
}

/** Files that tools change are noted, so that formatters and linters run over them once the call is done. */
function withAfterEdits(context: ToolContext, {config}: Workplace): ToolContext {
  const rules = config.values.afterEdit ?? []
  if (rules.length === 0) return context
  const changed = new Set<string>()
  return {
    ...context,
    apply: async (changes, how) => {
      await context.apply(changes, how)
      for (const {path, after} of changes) if (after) changed.add(path)
    },
    afterEdits: async (options) => {
      const paths = [...changed]
      changed.clear()
      if (paths.length === 0) return ''
      const {afterEdits} = await import('../tools/after-edit.ts')
      return afterEdits({rules, context, paths}, options)
    },
  }
}

function promptOf(input: readonly UserPart[]): string {
  return input.find((part) => part.type === 'text')?.text ?? ''
}

function scrubbed({secrets}: Pick<Workplace, 'secrets'>, text: string): string {
  return secrets.size > 0 ? redactKnown(text, secrets) : text
}

/** What went wrong beside the work is said before the next event, so that the result stays the last. */
async function* withTroubles(events: AsyncGenerator<AgentEvent>, troubles: string[]): AsyncGenerator<AgentEvent> {
  let first = true
  for await (const event of events) {
    if (!first) for (const message of troubles.splice(0)) yield {type: 'notice', message}
    first = false
    yield event
  }
}

function obeyedInstructions(workplace: Workplace, notices: string[]): string {
  const {text, path, cut} = readInstructions(workplace.root)
  if (path === undefined) return ''
  if (!workplace.trusted) {
    notices.push('AGENTS.md of this project is not obeyed until you trust the project: vibe trust')
    return ''
  }
  if (cut) notices.push('AGENTS.md is longer than 32 KiB; only its beginning is sent along.')
  return text
}

function factsFor(workplace: Workplace, mode: Mode): Facts {
  const {config, data, cache} = workplace.homes
  return {root: workplace.root, mode, ownFolders: [config, data, cache], platform: process.platform}
}

type Opening = {workplace: Workplace; choice: SessionChoice; notices: string[]; troubles: string[]}

function openHistory({workplace, choice, notices, troubles}: Opening): Conversation {
  const {secrets, homes, root, host} = workplace
  for (const secret of environmentSecrets(host.env)) secrets.add(secret)
  const options = {
    scrub: (line: string) => scrubbed(workplace, line),
    onFailure: (message: string) => void troubles.push(message),
  }
  const common = {cwd: root, vibe: host.version}
  const found =
    choice.resume !== undefined
      ? chooseSession(homes, choice.resume)
      : choice.continue
        ? latestSession(homes.data, root)
        : undefined
  if (!found)
    return openConversation({log: createLog(projectFolder(homes.data, root), options), history: [], ...common})
  // Claimed before it is read, so that nobody adds to it in between.
  const log = reopenLog(found, options)
  return openConversation({log, history: readHistory(log, root, notices), ...common})
}

function readHistory(log: SessionLog, root: string, notices: string[]): HistoryMessage[] {
  const {path} = log
  try {
    const {records, setAside, cut} = readSessionFile(path)
    if (setAside > 0) notices.push(`${setAside} damaged lines of the session were passed over; they stay in ${path}.`)
    if (cut) notices.push(`The session is very long: only its last ${MAX_HISTORY / 1024 / 1024} MiB are taken up.`)
    const header = records.find((record) => record.type === 'session')
    if (header && Number(header.v) !== 1)
      notices.push('That session was written by another version of vibe; what is known of it is taken up.')
    if (header && header.cwd !== root) notices.push(`That session was about ${header.cwd}; tools now work in ${root}.`)
    return historyOf(records, {path, setAside})
  } catch (error) {
    log.close()
    throw error
  }
}

function historyOf(records: SessionRecord[], {path, setAside}: {path: string; setAside: number}): HistoryMessage[] {
  const history = messagesOf(records)
  if (history.length > 0) return history
  throw new VibeError({
    code: 'session-empty',
    message: `That session holds nothing that could be continued${setAside === 0 ? '' : ` (${setAside} damaged lines were set aside)`}.`,
    origin: path,
    hint: 'Start a new one with: vibe chat',
    exit: ExitCode.notSetUp,
  })
}
