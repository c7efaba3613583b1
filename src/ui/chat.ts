import {runArchitect} from '../agent/architect.ts'
import type {AgentEvent, Ask, TurnResult} from '../agent/events.ts'
import {requirePrice} from '../agent/cost-guard.ts'
import {userInput} from '../agent/input.ts'
import {listenForInterruption} from '../agent/interruption.ts'
import {createBudget, createCostMeter, type CostMeter} from '../agent/limits.ts'
import {openWorkplace, readyProvider, type Workplace} from '../agent/open.ts'
import {disposeFallbacks, type ReadyProvider} from '../agent/ready.ts'
import {openSession, type AgentSession, type TurnChoice} from '../agent/session.ts'
import {takeBack, undoChoice} from '../agent/take-back.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import type {Mode} from '../permissions/access.ts'
import {runSlash, type SlashAction} from '../slash/core.ts'
import {createTerminalAsk} from './approve.ts'
import {createRemoteAsk} from './ask-remote.ts'
import {markdownFor} from './markdown/for-output.ts'
import type {OneShotRequest} from './one-shot.ts'
import {createPlainFace, failedUncounted, usageLine, type PlainFace} from './plain.ts'
import {readLine} from './read-line.ts'
import {sanitize} from './sanitize.ts'
import {setUpInstead} from './set-up.ts'
import {shortHome} from './short-path.ts'
import {styleFor, type Style} from './style.ts'
import {takeBackLines} from './take-back-lines.ts'
import {wrapWords} from './wrap.ts'

export type ChatRequest = Omit<OneShotRequest, 'format' | 'outputSchemaFile' | 'signal'>

type TakeBackAction = Extract<SlashAction, {kind: 'take-back'}>

export type Terminal = {input: NodeJS.ReadStream; output: NodeJS.WriteStream}

type Chat = {
  request: ChatRequest
  terminal: Terminal
  style: Style
  workplace: Workplace
  ready: ReadyProvider
  session: AgentSession
  mode: Mode
  /** Raised when the terminal or the system ends us. */
  ending: AbortSignal
  /** Of the whole chat: `--max-cost` holds for all its messages together. */
  cost: CostMeter
}

/** A conversation in a terminal, line by line, until the user leaves. Returns the exit code. */
export async function runChat(request: ChatRequest, terminal: Terminal): Promise<number> {
  const {workplace, ready} = await openOrSetUp(request)
  const cost = createCostMeter(request.limits.maxCostUsd ?? workplace.config.values.maxCost)
  if (cost.cap !== undefined) requirePrice(ready)
  const session = openSession(workplace, request.session, request.rules)
  const style = styleFor(terminal.output, request.host.env)
  const ending = listenForInterruption(['SIGTERM', 'SIGHUP'])
  const open = {request, terminal, style, workplace, ready, session, cost}
  const chat: Chat = {...open, mode: request.mode, ending: ending.signal}
  try {
    greet(chat)
    let last: TurnResult | undefined
    for (let line = await firstLine(chat); line !== undefined; line = await nextLine(chat)) {
      if (line.trim() === '') continue
      const action = runSlash(line, chat.mode)
      if (action?.kind === 'leave') break
      if (action?.kind === 'say') terminal.output.write(`${wrapWords(action.text, terminal.output.columns)}\n`)
      else if (action?.kind === 'mode') switchMode(chat, action.mode)
      else if (action?.kind === 'take-back') await takeBackHere(chat, action)
      else if (action?.kind === 'commit') await commitInChat(chat, action.message)
      else last = await turn(chat, line)
    }
    farewell(chat, last)
    return ending.signal.aborted ? ExitCode.interrupted : ExitCode.done
  } finally {
    ending.release()
    session.close()
    workplace.debugLog?.close()
    await ready.opened.provider.dispose?.()
    await disposeFallbacks(ready)
  }
}

/** Nothing set up yet: the wizard comes first, then the talk. */
async function openOrSetUp({host, choice}: ChatRequest): Promise<{workplace: Workplace; ready: ReadyProvider}> {
  const workplace = await openWorkplace(host, choice)
  try {
    return {workplace, ready: await readyProvider(workplace)}
  } catch (error) {
    workplace.debugLog?.close()
    await setUpInstead(error, host)
    const again = await openWorkplace(host, choice)
    return {workplace: again, ready: await readyProvider(again)}
  }
}

function greet({terminal, style, workplace, ready, session, mode, request}: Chat): void {
  const lines = [
    `${style.bold('vibe')}  ${sanitize(shortHome(workplace.root, request.host.env))}`,
    `${ready.opened.instance.name} · ${ready.model} · ${mode} mode`,
  ]
  for (const notice of session.notices) lines.push(style.dim(sanitize(notice)))
  for (const problem of workplace.config.problems) {
    const place = problem.origin.file ?? problem.origin.variable ?? problem.origin.layer
    lines.push(
      style.yellow(
        sanitize(`${place}${problem.origin.line === undefined ? '' : `:${problem.origin.line}`}: ${problem.message}`),
      ),
    )
  }
  if (request.prompt === '') lines.push(style.dim('Type to ask · /help · Ctrl-C stops an answer · Ctrl-D leaves'))
  terminal.output.write(`${wrapWords(lines.join('\n'), terminal.output.columns)}\n\n`)
}

/** The prompt of the command line is the first message; it is shown like a typed one. */
async function firstLine(chat: Chat): Promise<string | undefined> {
  if (chat.request.prompt === '') return nextLine(chat)
  chat.terminal.output.write(`› ${sanitize(chat.request.prompt)}\n`)
  return chat.request.prompt.startsWith('/') ? ` ${chat.request.prompt}` : chat.request.prompt
}

/** @returns undefined when the user leaves: Ctrl-D, or Ctrl-C on an empty line twice in a row */
async function nextLine(chat: Chat): Promise<string | undefined> {
  return readLine(chat.terminal, {prompt: '› ', signal: chat.ending, patient: true})
}

function switchMode(chat: Chat, mode: Mode): void {
  chat.mode = mode
  chat.terminal.output.write(`${mode} mode\n`)
}

/** /undo and /redo: the same as the commands, for the files of this project; the conversation stays as it is. */
async function takeBackHere({terminal, workplace, ending, style}: Chat, {action, what}: TakeBackAction): Promise<void> {
  const say = (text: string) => terminal.output.write(`${wrapWords(text, terminal.output.columns)}\n`)
  try {
    const choice = undoChoice(what)
    const place = {root: workplace.root, data: workplace.homes.data}
    const report = await takeBack({kind: action, ...place, choice, env: workplace.host.env, signal: ending})
    say(takeBackLines(report).join('\n').replace('vibe redo', '/redo'))
  } catch (error) {
    if (!(error instanceof VibeError)) throw error
    say(style.yellow(sanitize(error.message)))
  }
}

/** /commit: the same as the command, written by the model of this talk where no small one is set. */
async function commitInChat({terminal, workplace, ending, style, ready, cost}: Chat, message?: string): Promise<void> {
  const say = (text: string) => void terminal.output.write(`${wrapWords(text, terminal.output.columns)}\n`)
  const interruption = listenForInterruption(['SIGINT'])
  const signal = AbortSignal.any([interruption.signal, ending])
  const request = {workplace, files: [], ready, cost, signal, ...(message === undefined ? {} : {message})}
  try {
    const {commitHere} = await import('./commit.ts')
    await commitHere({request, yes: false, dryRun: false, terminal, say, talk: (line) => say(style.dim(line))})
  } catch (error) {
    if (signal.aborted) return say('Nothing was committed.')
    if (!(error instanceof VibeError)) throw error
    say(style.yellow(sanitize(error.hint === undefined ? error.message : `${error.message}\n→ ${error.hint}`)))
  } finally {
    interruption.release()
  }
}

async function turn(chat: Chat, line: string): Promise<TurnResult | undefined> {
  const {terminal, request, workplace, ready} = chat
  const interruption = listenForInterruption(['SIGINT'])
  const onInterrupt = interruption.stop
  const face = createPlainFace({
    markdown: await markdownFor(terminal.output, request.host.env),
    out: terminal.output,
    talk: terminal.output,
    env: request.host.env,
    takeBack: '/undo takes it back',
    closing: (result) => closing(result, chat),
  })
  let result: TurnResult | undefined
  try {
    const {files, images} = request
    const input = userInput({prompt: line.trimStart(), files, images, cwd: workplace.root})
    const asking = {...terminal, style: chat.style, onInterrupt}
    const ask = settledFirst(face, createTerminalAsk(asking))
    const askRemote = settledFirst(face, createRemoteAsk(asking))
    const signal = AbortSignal.any([interruption.signal, chat.ending])
    const budget = createBudget(request.limits, chat.cost)
    const how = {ready, mode: chat.mode, signal, budget, ask, askRemote, onInterrupt}
    for await (const event of eventsOf(chat, input, how)) {
      if (event.type === 'result') result = event
      if (event.type !== 'text' && event.type !== 'reasoning') workplace.debugLog?.write(event.type, event)
      face.show(event)
    }
    chat.request = {...request, files: [], images: []}
    return result
  } finally {
    face.settle()
    interruption.release()
  }
}

/** A question stands below the whole of what was said before it. */
function settledFirst<Arguments extends unknown[], Answer>(
  face: PlainFace,
  ask: (...question: Arguments) => Answer,
): (...question: Arguments) => Answer {
  return (...question) => {
    face.settle()
    return ask(...question)
  }
}

function eventsOf(
  chat: Chat,
  input: ReturnType<typeof userInput>,
  how: TurnChoice & {ask: Ask; onInterrupt: () => void},
): AsyncGenerator<AgentEvent> {
  if (chat.mode !== 'architect') return chat.session.turn(input, how)
  const {editorModel} = chat.workplace.config.values
  const confirm = async () => {
    const answer = await readLine(chat.terminal, {
      prompt: 'Carry the plan out? y / n ',
      signal: how.signal,
      onInterrupt: how.onInterrupt,
    })
    return /^y(es)?$/i.test(answer?.trim() ?? '')
  }
  const editor = async () =>
    editorModel === undefined ? chat.ready : await readyProvider(chat.workplace, {model: editorModel})
  return runArchitect(input, {session: chat.session, how, editor, confirm})
}

function closing(result: TurnResult, {ready, style}: Chat): string {
  if (failedUncounted(result)) return ''
  const stopped = result.status === 'interrupted' ? style.yellow('stopped · ') : ''
  return `${stopped}${style.dim(usageLine(result, result.answeredBy?.model ?? ready.model))}\n`
}

function farewell({terminal, session, style, workplace}: Chat, last: TurnResult | undefined): void {
  if (last) terminal.output.write(style.dim(`Go on with: vibe chat --resume ${session.conversation.id}\n`))
  if (workplace.debugLog?.path) terminal.output.write(style.dim(`Debug log: ${workplace.debugLog.path}\n`))
}
