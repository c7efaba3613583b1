import {expect} from 'chai'
import {runArchitect} from '../../../src/agent/architect.ts'
import type {AgentEvent, TurnResult} from '../../../src/agent/events.ts'
import {createBudget} from '../../../src/agent/limits.ts'
import type {ReadyProvider} from '../../../src/agent/ready.ts'
import type {AgentSession, TurnChoice} from '../../../src/agent/session.ts'
import {VibeError} from '../../../src/errors.ts'
import {opened, textAnswer, yielding} from '../providers/stream-support.ts'

const ready = (model: string): ReadyProvider => ({
  opened: opened(() => yielding(...textAnswer('x'))),
  model,
  price: undefined,
})

const start: AgentEvent = {
  type: 'start',
  session: 's',
  provider: 'p',
  model: 'm',
  mode: 'code',
  cwd: '/',
  rung: 'native',
}
const result: TurnResult = {
  type: 'result',
  status: 'ok',
  exit: 0,
  text: 'done',
  session: 's',
  turns: 1,
  ms: 1,
  usage: {input: 1, output: 1},
  costUsd: 0.5,
  edits: [],
}

/** A session whose turns end as the test says, in order. */
function sessionOf(...results: TurnResult[]) {
  const seen: TurnChoice[] = []
  const session = {
    turn: async function* (_input: unknown, how: TurnChoice) {
      seen.push(how)
      yield start
      yield results[seen.length - 1] ?? result
    },
  } as unknown as AgentSession
  return {session, seen}
}

const how: TurnChoice = {
  ready: ready('planner'),
  mode: 'architect',
  signal: new AbortController().signal,
  budget: createBudget({}),
  responseSchema: {type: 'object'},
}

async function all(events: AsyncIterable<AgentEvent>): Promise<AgentEvent[]> {
  const list: AgentEvent[] = []
  for await (const event of events) list.push(event)
  return list
}

describe('architect', () => {
  it('is one run: one start, one result with the sums of plan and edits', async () => {
    const {session, seen} = sessionOf()
    const events = await all(runArchitect([], {session, how, editor: async () => ready('editor')}))
    expect(events.map((event) => event.type)).to.deep.equal(['start', 'notice', 'result'])
    expect(events.at(-1)).to.deep.include({turns: 2, costUsd: 1, usage: {input: 2, output: 2}})
    expect(seen.map(({mode, responseSchema}) => [mode, responseSchema !== undefined])).to.deep.equal([
      ['architect', false],
      ['code', true],
    ])
  })

  it('stops after a plan that failed or that nobody wants', async () => {
    const failed = sessionOf({...result, status: 'error', exit: 5})
    const events = await all(runArchitect([], {session: failed.session, how, editor: async () => ready('e')}))
    expect(events.at(-1)).to.include({exit: 5})
    const {session, seen} = sessionOf()
    await all(runArchitect([], {session, how, editor: async () => ready('e'), confirm: async () => false}))
    expect(seen).to.have.length(1)
  })

  it('keeps the plan when the editor is not set up', async () => {
    const missing = new VibeError({code: 'model-missing', message: 'No such model.', exit: 3})
    const {session} = sessionOf({...result, text: 'The plan.'})
    const events = await all(runArchitect([], {session, how, editor: () => Promise.reject(missing)}))
    expect(events.at(-2)).to.include({type: 'error', code: 'model-missing'})
    expect(events.at(-1)).to.include({status: 'error', exit: 3, text: 'The plan.'})
  })
})
