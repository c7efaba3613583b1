import {runArchitect} from '../agent/architect.ts'
import type {AgentEvent, TurnResult} from '../agent/events.ts'
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
import {runSlash, slashCommands, type SlashAction} from '../slash/core.ts'
import type {ChatFace, TurnFace} from './chat-face.ts'
import {createLinesFace} from './chat-lines.ts'
import type {OneShotRequest} from './one-shot.ts'
import {costText, failedUncounted, usageLine} from './plain.ts'
import {sanitize} from './sanitize.ts'
import {canPaint} from './screen/capable.ts'
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
  face: ChatFace
}

/** A conversation in a terminal, line by line, until the user leaves. Returns the exit code. */
export async function runChat(request: ChatRequest, terminal: Terminal): Promise<number> {
  const {workplace, ready} = await openOrSetUp(request)
  const cost = createCostMeter(request.limits.maxCostUsd ?? workplace.config.values.maxCost)
  if (cost.cap !== undefined) requirePrice(ready)
  const session = openSession(workplace, request.session, request.rules)
  const style = styleFor(terminal.output, request.host.env)
  const ending = listenForInterruption(['SIGTERM', 'SIGHUP'])
  const face = await openFace({request, terminal, workplace, ending: ending.signal})
  const open = {request, terminal, style, workplace, ready, session, cost, face}
  const chat: Chat = {...open, mode: request.mode, ending: ending.signal}
  try {
    greet(chat)
    const last = await talk(chat)
    face.close()
    farewell(chat, last)
    return ending.signal.aborted ? ExitCode.interrupted : ExitCode.done
  } finally {
    face.close()
    ending.release()
    session.close()
    workplace.debugLog?.close()
    await ready.opened.provider.dispose?.()
    await disposeFallbacks(ready)
  }
}

/** Message by message. @returns how the last turn ended */
async function talk(chat: Chat): Promise<TurnResult | undefined> {
  let last: TurnResult | undefined
  for (let line = await firstLine(chat); line !== undefined; line = await nextLine(chat)) {
    if (line.trim() === '') continue
    if (line.startsWith('!')) {
      await runOwn(chat, line.slice(1).trim())
      continue
    }
    const action = runSlash(line, chat.mode)
    if (action?.kind === 'leave') break
    if (action?.kind === 'say') chat.face.say(action.text)
    else if (action?.kind === 'mode') switchMode(chat, action.mode)
    else if (action?.kind === 'take-back') await takeBackHere(chat, action)
    else if (action?.kind === 'commit') await chat.face.outside(() => commitInChat(chat, action.message))
    else last = await turn(chat, line)
  }
  return last
}

type Facing = Pick<Chat, 'request' | 'terminal' | 'workplace' | 'ending'>

/** The painted screen is loaded only where it is used. */
async function openFace({request, terminal, workplace, ending}: Facing): Promise<ChatFace> {
  const {env} = request.host
  if (!canPaint(terminal, env)) return createLinesFace({terminal, env, ending})
  const {openPaintedFace} = await import('./chat-painted.ts')
  const place = {root: workplace.root, data: workplace.homes.data}
  return openPaintedFace({terminal, env, ending, ...place, commands: slashCommands()})
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

function greet({face, style, workplace, ready, session, mode, request}: Chat): void {
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
  if (request.prompt === '') lines.push(style.dim(face.hint))
  face.say(`${lines.join('\n')}\n`)
}

/** The prompt of the command line is the first message; it is shown like a typed one. */
async function firstLine(chat: Chat): Promise<string | undefined> {
  if (chat.request.prompt === '') return nextLine(chat)
  chat.face.echo(chat.request.prompt)
  return chat.request.prompt.startsWith('/') ? ` ${chat.request.prompt}` : chat.request.prompt
}

/** @returns undefined when the user leaves */
async function nextLine(chat: Chat): Promise<string | undefined> {
  const {ready, mode, cost, face} = chat
  // Nothing was spent before the first answer, whatever it will cost.
  face.status([ready.model, mode, ...(cost.total === 0 ? [] : [costText(cost.total)])])
  return face.next()
}

/** `!ls`: a command of the user's own, in their terminal; the model learns nothing of it. */
async function runOwn({face, workplace, request}: Chat, command: string): Promise<void> {
  if (command === '')
    return face.say('! runs a command of your own here, as in !git status. The model is not told of it.')
  const {runHere} = await import('./run-here.ts')
  const ended = await face.outside(() => runHere({command, cwd: workplace.root, env: request.host.env}))
  if (ended !== undefined) face.say(ended)
}

function switchMode(chat: Chat, mode: Mode): void {
  chat.mode = mode
  chat.face.say(`${mode} mode`)
}

/** /undo and /redo: the same as the commands, for the files of this project; the conversation stays as it is. */
async function takeBackHere({face, workplace, ending, style}: Chat, {action, what}: TakeBackAction): Promise<void> {
  const {say} = face
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
  const {request, workplace, ready} = chat
  const interruption = listenForInterruption(['SIGINT'])
  const signal = AbortSignal.any([interruption.signal, chat.ending])
  const stop = interruption.stop
  const face = await chat.face.turn({line, stop, signal, closing: (result) => closing(result, chat)})
  let result: TurnResult | undefined
  try {
    const {files, images} = request
    const input = userInput({prompt: line.trimStart(), files, images, cwd: workplace.root})
    const budget = createBudget(request.limits, chat.cost)
    const how = {ready, mode: chat.mode, signal, budget, ask: face.ask, askRemote: face.askRemote}
    for await (const event of eventsOf(chat, input, {how, face})) {
      if (event.type === 'result') result = event
      if (event.type !== 'text' && event.type !== 'reasoning') workplace.debugLog?.write(event.type, event)
      face.show(event)
    }
    chat.request = {...request, files: [], images: []}
    return result
  } finally {
    face.end()
    interruption.release()
  }
}

function eventsOf(
  chat: Chat,
  input: ReturnType<typeof userInput>,
  {how, face}: {how: TurnChoice; face: TurnFace},
): AsyncGenerator<AgentEvent> {
  if (chat.mode !== 'architect') return chat.session.turn(input, how)
  const {editorModel} = chat.workplace.config.values
  const editor = async () =>
    editorModel === undefined ? chat.ready : await readyProvider(chat.workplace, {model: editorModel})
  return runArchitect(input, {session: chat.session, how, editor, confirm: face.confirm})
}

function closing(result: TurnResult, {ready, style, terminal}: Chat): string {
  if (failedUncounted(result)) return ''
  const stopped = result.status === 'interrupted' ? style.yellow('stopped · ') : ''
  const usage = usageLine(result, result.answeredBy?.model ?? ready.model)
  return `${wrapWords(`${stopped}${style.dim(usage)}`, terminal.output.columns)}\n`
}

function farewell({terminal, session, style, workplace}: Chat, last: TurnResult | undefined): void {
  if (last) terminal.output.write(style.dim(`Go on with: vibe chat --resume ${session.conversation.id}\n`))
  if (workplace.debugLog?.path) terminal.output.write(style.dim(`Debug log: ${workplace.debugLog.path}\n`))
}
