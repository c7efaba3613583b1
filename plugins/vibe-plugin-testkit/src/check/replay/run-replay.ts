import {setTimeout as wait} from 'node:timers/promises'
import {TEST_KEY} from '../../context.ts'
import {demand, describe, judge, type CheckResult} from '../check.ts'
import type {Subject} from '../subjects.ts'
import {createBench, type Traces} from './bench.ts'
import type {Told} from './listen.ts'
import {within} from './listen.ts'
import type {Scenario} from './scenario.ts'
import {scenarios} from './scenarios.ts'
import type {ProcessWatch} from './watch-process.ts'

/** How many scenarios take place at once. */
const AT_ONCE = 8
/** No scenario takes longer; those that do have stopped in the middle. */
const START_MS = 5_000
const SCENARIO_MS = 30_000

/** What has to work before anything else is worth a try. */
const begins: Scenario = {
  id: 'contract',
  title: 'the provider can be made',
  mend: 'Let the entry return a provider within a moment; connect and read keys in its methods.',
  run: async ({context, open, subject}) => {
    const provider = await within(START_MS, open(context(subject.manifest.endpoint.default)), 'a provider')
    demand(typeof provider?.chat === 'function', 'a provider with chat', typeof provider)
  },
}

export type Replay = {results: CheckResult[]; streams: Told[]}

/** Has one provider go through every scenario, and looks at what it left behind. */
export function runReplay(subject: Subject, watch: ProcessWatch): Promise<Replay> {
  return watch.run(subject.label, async () => {
    const traces: Traces = {streams: [], debugged: [], failures: [], odd: []}
    const start = await runScenario(begins, subject, traces)
    if (start.status === 'failed') return {results: [start], streams: []}
    const results: CheckResult[] = []
    const waiting = scenarios.entries()
    const worker = async () => {
      for (const [place, scenario] of waiting) results[place] = await runScenario(scenario, subject, traces)
    }
    // The first alone: it loads what the provider loads late, which would slow down whatever is timed meanwhile.
    const [first] = scenarios
    if (first !== undefined) await runScenario(first, subject, {...traces, streams: []})
    await Promise.all(Array.from({length: AT_ONCE}, worker))
    await wait(20)
    return {results: [...results, ...(await aftermath(subject, traces, watch))], streams: traces.streams}
  })
}

function runScenario(scenario: Scenario, subject: Subject, traces: Traces): Promise<CheckResult> {
  const {id, title, mend, run} = scenario
  return judge({id: `replay/${id}`, leg: 'replay', subject: subject.label, title, mend}, async () => {
    const bench = createBench(subject, id, traces)
    try {
      await within(SCENARIO_MS, run(bench), 'an end of the scenario')
    } finally {
      await bench.close()
    }
  })
}

type Left = {written: string[]; strays: unknown[]; fetches: number}
type After = {id: string; title: string; mend: string; run: (traces: Traces, left: Left) => void}

/** What can only be said when everything is over. */
export const afterwards: readonly After[] = [
  {
    id: 'key-hidden',
    title: 'the key is in no error and in no line of the debug log',
    mend: 'Never pass the key, or headers that hold it, to context.debug or into an error.',
    run: ({debugged, failures}) => {
      const told = [...debugged, ...failures.map(describe)].find((text) => text.includes(TEST_KEY))
      demand(told === undefined, 'no text with the key', told?.replaceAll(TEST_KEY, '<the key>').slice(0, 200) ?? '')
    },
  },
  {
    id: 'known-members',
    title: 'requests hold nothing that the service does not know',
    mend: 'Spell the members and types as the API does: services ignore what they do not know, and nobody notices.',
    run: ({odd}) => {
      const [first] = odd
      demand(first === undefined, 'members and types of the protocol', first ?? '')
    },
  },
  {
    id: 'silent',
    title: 'nothing is written to the terminal',
    mend: "Use context.debug: standard output is the user's answer, and standard error is vibe's own.",
    run: (_traces, {written}) => {
      const [first] = written
      demand(first === undefined, 'no output', JSON.stringify(first?.slice(0, 120)))
    },
  },
  {
    id: 'context-fetch',
    title: "requests go through the context's fetch, not the global one",
    mend: "Call context.fetch: it has the user's proxy, certificates and offline mode, and the global one has not.",
    run: (_traces, {fetches}) => demand(fetches === 0, 'no call of the global fetch', `${fetches}`),
  },
  {
    id: 'strays',
    title: 'no error is thrown where nobody can catch it',
    mend: 'Await every promise, and listen to the error event of every stream and socket.',
    run: (_traces, {strays}) =>
      demand(strays.length === 0, 'no stray errors', strays.map(describe).join('; ').slice(0, 200)),
  },
]

function aftermath(subject: Subject, traces: Traces, watch: ProcessWatch): Promise<CheckResult[]> {
  const {label} = subject
  const left = {written: watch.written(label), strays: watch.strays(label), fetches: watch.fetches(label)}
  return Promise.all(
    afterwards.map(({id, title, mend, run}) =>
      judge({id: `replay/${id}`, leg: 'replay', subject: label, title, mend}, () => run(traces, left)),
    ),
  )
}
