import {expect} from 'chai'
import {mkdtempSync, readFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {ProviderError, type ChatEvent, type ChatRequest} from 'vibe-plugin-api'
import {openConversation} from '../../../src/agent/conversation.ts'
import type {AgentEvent, TurnResult} from '../../../src/agent/events.ts'
import {createBudget, type TurnLimits} from '../../../src/agent/limits.ts'
import {runTurn} from '../../../src/agent/turn.ts'
import type {TurnOptions} from '../../../src/agent/turn-options.ts'
import {createLog} from '../../../src/sessions/log.ts'
import {createLedger} from '../../../src/tools/ledger.ts'
import {ToolRefusal, type Tool} from '../../../src/tools/tool.ts'
import {opened, START, textAnswer, yielding, type Chat} from '../providers/stream-support.ts'

function calling(name: string, input: Record<string, string> = {}, callId = 'c1'): ChatEvent[] {
  return [
    START,
    {type: 'tool-call-start', index: 0, callId, name},
    {type: 'tool-call-end', index: 0, callId, name, input, inputText: JSON.stringify(input)},
    {type: 'response-end', stopReason: 'tool-calls', usage: {input: 10, output: 5}},
  ] as ChatEvent[]
}

function tool(name: string, work: (signal: AbortSignal) => Promise<string>): Tool {
  return {
    name,
    description: name,
    inputSchema: {type: 'object'},
    effect: 'read',
    prepare: async () => ({
      access: [],
      preview: {kind: 'none'},
      summary: name,
      execute: async ({signal}) => ({content: await work(signal), summary: 'done'}),
    }),
  }
}

function turnWith(chat: Chat, more: {tools?: Tool[]; limits?: TurnLimits; signal?: AbortSignal} = {}) {
  const root = mkdtempSync(join(tmpdir(), 'vibe-turn-'))
  const log = createLog(join(root, 'sessions'), {
    scrub: (line) => line,
    onFailure: (message) => expect.fail(message),
  })
  const options: TurnOptions = {
    opened: opened(chat),
    model: 'm',
    conversation: openConversation({log, history: [], cwd: root, vibe: '0'}),
    system: 'system',
    tools: more.tools ?? [],
    context: {
      root,
      ledger: createLedger(),
      env: {},
      apply: () => Promise.reject(new Error('no tool here changes files')),
    },
    rules: [],
    facts: {root, mode: 'code', ownFolders: [], platform: 'linux'},
    budget: createBudget(more.limits ?? {}),
    price: {currency: 'USD', input: 1_000_000, output: 0} as unknown as TurnOptions['price'],
    signal: more.signal ?? new AbortController().signal,
  }
  return {options, log, events: () => runTurn([{type: 'text', text: 'go'}], options)}
}

async function all(events: AsyncIterable<AgentEvent>): Promise<{events: AgentEvent[]; result: TurnResult}> {
  const list: AgentEvent[] = []
  for await (const event of events) list.push(event)
  const last = list.at(-1)
  if (last?.type !== 'result') throw new Error(`the last event is ${last?.type}`)
  expect(list.filter((event) => event.type === 'result')).to.have.length(1)
  return {events: list, result: last}
}

describe('one turn', () => {
  it('ends in a result with exit 1 when a tool has a bug, and the history stays acceptable', async () => {
    const broken = tool('broken', async () => {
      throw new TypeError('undefined is no function')
    })
    const {events, options} = turnWith(() => yielding(...calling('broken')), {tools: [broken]})
    const run = await all(events())
    expect(run.result).to.include({status: 'error', exit: 1})
    const error = run.events.find((event) => event.type === 'error')
    expect(error).to.include({code: 'bug', message: 'undefined is no function'})
    expect(error?.type === 'error' && error.stack).to.contain('turn.test')
    expect(options.conversation.messages.map((message) => message.role)).to.deep.equal(['user', 'assistant', 'tool'])
  })

  it('keeps what was done when the service fails after tool calls', async () => {
    const works = tool('works', async () => 'fine')
    const chat: Chat = (_request, _options, attempt) => {
      if (attempt === 1) return yielding(...calling('works'))
      throw new ProviderError({code: 'auth-expired', message: 'expired', retryable: false})
    }
    const {events, options} = turnWith(chat, {tools: [works]})
    const {result} = await all(events())
    expect(result).to.include({status: 'error', exit: 4, turns: 2})
    expect(result.costUsd).to.equal(undefined)
    expect(options.conversation.messages).to.have.length(3)
  })

  it('announces a call also when it is refused, so that each result has its call', async () => {
    const chat: Chat = (_request, _options, attempt) =>
      attempt === 1 ? yielding(...calling('no-such-tool')) : yielding(...textAnswer('ok'))
    const {events} = await all(turnWith(chat).events())
    const kinds = events.map((event) => event.type)
    expect(kinds.indexOf('tool')).to.be.within(0, kinds.indexOf('tool_result'))
  })

  it('gives a refusal back to the model', async () => {
    const refusing: Tool = {
      ...tool('refusing', async () => ''),
      prepare: async () => {
        throw new ToolRefusal('nope', 'Not like this.')
      },
    }
    let second: ChatRequest | undefined
    const chat: Chat = (request, _options, attempt) => {
      if (attempt === 2) second = request
      return attempt === 1 ? yielding(...calling('refusing')) : yielding(...textAnswer('ok'))
    }
    const {result} = await all(turnWith(chat, {tools: [refusing]}).events())
    expect(result).to.include({status: 'ok', exit: 0})
    expect(JSON.stringify(second?.messages)).to.contain('Not like this.')
  })

  it('aborts the tool that runs when its reader leaves', async () => {
    let aborted = false
    const slow = tool('slow', (signal) => {
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          aborted = true
          resolve('stopped')
        })
      })
    })
    for await (const event of turnWith(() => yielding(...calling('slow')), {tools: [slow]}).events())
      if (event.type === 'tool') break
    expect(aborted).to.equal(true)
  })

  it('ends at its time limit with exit 7, an interruption with 130', async () => {
    const slow = tool('slow', (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(''))))
    const timed = await all(
      turnWith(() => yielding(...calling('slow')), {tools: [slow], limits: {timeoutMs: 50}}).events(),
    )
    expect(timed.result).to.include({status: 'limit', exit: 7})
    expect(timed.events.find((event) => event.type === 'error')).to.include({code: 'limit-reached'})
    const stopped = turnWith(() => yielding(...textAnswer('x')), {signal: AbortSignal.abort()})
    const {events, result} = await all(stopped.events())
    expect(result).to.include({status: 'interrupted', exit: 130})
    expect(events.some((event) => event.type === 'error')).to.equal(false)
  })

  it('sends what it sent before as the unchanged beginning of each further request', async () => {
    const requests: string[][] = []
    const works = tool('works', async () => 'fine')
    const chat: Chat = (request, _options, attempt) => {
      requests.push(request.messages.map((message) => JSON.stringify(message)))
      return attempt < 20
        ? yielding(...calling('works', {n: String(attempt)}, `c${attempt}`))
        : yielding(...textAnswer('ok'))
    }
    const {events, log} = turnWith(chat, {tools: [works]})
    await all(events())
    expect(requests).to.have.length(20)
    for (const [at, request] of requests.entries())
      if (at > 0) expect(request.slice(0, requests[at - 1]?.length)).to.deep.equal(requests[at - 1])
    expect(readFileSync(log.path, 'utf8').trim().split('\n').at(-1)).to.contain('turn-end')
  })
})
