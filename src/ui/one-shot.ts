import {runArchitect} from '../agent/architect.ts'
import type {UserPart} from 'vibe-plugin-api'
import type {AgentEvent, TurnResult} from '../agent/events.ts'
import {userInput} from '../agent/input.ts'
import {requirePrice} from '../agent/cost-guard.ts'
import {disposeFallbacks} from '../agent/ready.ts'
import {createBudget, type Budget, type TurnLimits} from '../agent/limits.ts'
import {openWorkplace, readyProvider, type Choice, type Host, type Workplace} from '../agent/open.ts'
import {checkAnswer} from '../agent/check-answer.ts'
import {readOutputSchema} from '../agent/output-schema.ts'
import {outcomeOf, reportOf} from '../agent/report.ts'
import {openSession, type AgentSession, type SessionChoice, type TurnChoice} from '../agent/session.ts'
import {readPipedInput, type StandardInput} from '../agent/stdin.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import type {Environment} from '../paths.ts'
import type {Mode, Rule} from '../permissions/access.ts'
import {createJsonFace, createStreamJsonFace} from './json.ts'
import {markdownFor} from './markdown/for-output.ts'
import {createPlainFace, failedUncounted, usageLine} from './plain.ts'
import type {Output} from './style.ts'

export type OutputFormat = 'text' | 'json' | 'stream-json'

export type OneShotRequest = {
  host: Host
  choice: Choice
  session: SessionChoice
  prompt: string
  mode: Mode
  files: readonly string[]
  images: readonly string[]
  rules: readonly Rule[]
  limits: TurnLimits
  format: OutputFormat
  outputSchemaFile?: string
  quiet: boolean
  signal: AbortSignal
}

export type Streams = {stdin: StandardInput; out: Output; talk: Output}

type Face = {show: (event: AgentEvent) => void}

/** One prompt to its answer without a person: whatever the rules would ask is denied. Returns the exit code. */
export async function runOneShot(request: OneShotRequest, streams: Streams): Promise<number> {
  const face = await faceFor(request, streams)
  const budget = createBudget(request.limits)
  const signal = AbortSignal.any([request.signal, ...(budget.expiry ? [budget.expiry] : [])])
  let workplace: Workplace | undefined
  try {
    workplace = await openWorkplace(request.host, request.choice)
    const result = await answer(request, {streams, face, workplace, budget, signal})
    if (result.exit !== ExitCode.done) nameLog(workplace, streams)
    return result.exit
  } catch (error) {
    return failed(error, {face, workplace, streams, signal, timeoutMs: request.limits.timeoutMs})
  } finally {
    workplace?.debugLog?.close()
  }
}

type Run = {streams: Streams; face: Face; workplace: Workplace; budget: Budget; signal: AbortSignal}

async function answer(request: OneShotRequest, run: Run): Promise<TurnResult> {
  const {workplace, face} = run
  const schema = request.outputSchemaFile === undefined ? undefined : await readOutputSchema(request.outputSchemaFile)
  const ready = await readyProvider(workplace)
  run.budget.cost.capAt(workplace.config.values.maxCost)
  if (run.budget.cost.cap !== undefined) requirePrice(ready)
  const session = openSession(workplace, request.session, request.rules)
  try {
    for (const message of noticesOf(workplace, session)) face.show({type: 'notice', message})
    const input = await inputOf(request, run)
    const {mode, signal} = request
    const how = {ready, mode, signal, budget: run.budget, ...(schema ? {responseSchema: schema.schema} : {})}
    const first = (parts: UserPart[]) => eventsOf(parts, {request, workplace, session, how})
    const mend = (parts: UserPart[]) => session.turn(parts, how)
    const events = schema
      ? checkAnswer(schema, {input, turn: (parts, mends) => (mends === 0 ? first(parts) : mend(parts))})
      : first(input)
    return await present(events, run)
  } finally {
    session.close()
    await ready.opened.provider.dispose?.()
    await disposeFallbacks(ready)
  }
}

async function inputOf(request: OneShotRequest, {streams, face, workplace, signal}: Run): Promise<UserPart[]> {
  const {prompt, files, images} = request
  const stdin = await readPipedInput(streams.stdin, {
    signal,
    hasPrompt: prompt !== '',
    notice: (message) => face.show({type: 'notice', message}),
  })
  const input = userInput({prompt, stdin, files, images, cwd: workplace.host.cwd})
  if (input.length === 0) throw noPrompt()
  return input
}

type Parts = {request: OneShotRequest; workplace: Workplace; session: AgentSession; how: TurnChoice}

function eventsOf(input: UserPart[], {request, workplace, session, how}: Parts): AsyncGenerator<AgentEvent> {
  if (request.mode !== 'architect') return session.turn(input, how)
  const editorModel = workplace.config.values.editorModel
  const editor = async () => {
    if (editorModel === undefined) return how.ready
    const ready = await readyProvider(workplace, {model: editorModel})
    if (how.budget.cost.cap !== undefined) requirePrice(ready)
    return ready
  }
  return runArchitect(input, {session, how, editor})
}

function nameLog(workplace: Workplace | undefined, streams: Streams): void {
  const path = workplace?.debugLog?.path
  if (path !== undefined) streams.talk.write(`Debug log: ${path}\n`)
}

async function present(events: AsyncGenerator<AgentEvent>, {face, workplace}: Run): Promise<TurnResult> {
  let result: TurnResult | undefined
  for await (const event of events) {
    if (event.type === 'result') result = event
    if (event.type !== 'text' && event.type !== 'reasoning') workplace.debugLog?.write(event.type, event)
    face.show(event)
  }
  if (!result) throw new TypeError('a turn ended without its result')
  return result
}

function noticesOf(workplace: Workplace, session: AgentSession): string[] {
  const problems = workplace.config.problems.map(({origin, message}) => {
    const place = origin.file ?? origin.variable ?? origin.layer
    return `${place}${origin.line === undefined ? '' : `:${origin.line}`}: ${message}`
  })
  return [...problems, ...session.notices]
}

async function faceFor(request: OneShotRequest, streams: Streams): Promise<Face> {
  if (request.format === 'stream-json') return createStreamJsonFace(streams.out)
  if (request.format === 'json') return createJsonFace(streams.out)
  const env: Environment = request.host.env
  let model = ''
  const plain = createPlainFace({
    markdown: await markdownFor(streams.out, env),
    out: streams.out,
    talk: streams.talk,
    env,
    quiet: request.quiet,
    // Without a model nothing was asked, and there is nothing to count.
    closing: (result) =>
      model === '' || failedUncounted(result) ? undefined : usageLine(result, result.answeredBy?.model ?? model),
  })
  return {
    show(event) {
      if (event.type === 'start') model = event.model
      plain.show(event)
    },
  }
}

type Failed = {
  face: Face
  workplace: Workplace | undefined
  streams: Streams
  signal: AbortSignal
  timeoutMs: number | undefined
}

/** What failed outside a turn ends in an error and a result all the same: a script always finds the last line. */
function failed(error: unknown, {face, workplace, streams, signal, timeoutMs}: Failed): number {
  const report = reportOf({error, signal, timeoutMs})
  if (report) face.show(report)
  const outcome = outcomeOf({error, signal}, false)
  face.show({type: 'result', ...outcome, text: '', session: '', turns: 0, ms: 0, usage: {}, edits: []})
  nameLog(workplace, streams)
  return outcome.exit
}

function noPrompt(): VibeError {
  return new VibeError({
    code: 'prompt-missing',
    message: 'There is no prompt.',
    hint: 'Give one: vibe run "fix the failing test"',
    exit: ExitCode.usage,
  })
}
