import {firstSteps, refusal, rewritten, torn, type Reply, type Step} from 'vibe-plugin-testkit'
import type {Dialect} from './hostile-dialects.ts'

export const KEY = 'sk-hostile-0123456789abcdef'

/** What must come of one fault. */
export type Fault = {
  name: string
  /** @param index how many requests came before in this run, from 0 */
  answer: (dialect: Dialect, index: number) => Reply
  exit: number
  /** The code of the one error event; absent when the run succeeds. */
  code?: string | RegExp
  /** The whole text of the result. */
  text: string | RegExp
  requests: number
  /** Seconds of `--timeout`. */
  seconds?: number
  /** Files that the model's calls must have made; no others may be there. */
  files?: readonly string[]
  /** Which protocols know it; absent: all. */
  only?: (dialect: Dialect) => boolean
}

const SAID = 'Grüße, 世界 🌍 from a model'
const said = ({reply}: Dialect) => reply({text: SAID, usage: {input: 5, output: 5}})
const touch = (id: string, file: string) => ({id, name: 'shell', input: {command: `touch ${file}`}})

/** The answer up to where its text is half said. */
function half(dialect: Dialect): Step[] {
  return firstSteps(dialect.reply({text: 'Half a sentence'}), 'a sen')
}
const HALF = 'Half a sen'

const streamHead = {'content-type': 'text/event-stream'}
const stream = (steps: Step[]): Reply => ({status: 200, headers: streamHead, steps})

/** The same answer with the JSON of its tool call broken off. */
function cutCall(dialect: Dialect): Step[] {
  const {steps} = dialect.reply({toolCalls: [touch('call_1', 'canary')], stop: dialect.cut})
  const whole = String.raw`{\"command\":\"touch canary\"}`
  const last = String.raw`canary\"}`
  return steps.flatMap((step): Step[] => {
    if (!('write' in step)) return [step]
    const text = String(step.write)
    if (!text.includes(whole) && /arguments_delta|arguments.delta|input_json_delta|"arguments":/.test(text))
      return text.includes(String.raw`\"}`) ? [] : [step]
    return [{write: text.replaceAll(whole, whole.slice(0, -last.length))}]
  })
}

function refused(status: number, headers: Record<string, string> = {}) {
  // Some services repeat the key they refuse.
  const message = `Told to answer ${status} to ${KEY}`
  return (dialect: Dialect): Reply => refusal(dialect, {status, message, headers})
}

/** First the fault, then a good answer. */
function once(fault: (dialect: Dialect) => Reply) {
  return (dialect: Dialect, index: number) => (index === 0 ? fault(dialect) : said(dialect))
}

const overflow = (dialect: Dialect): Reply =>
  refusal(dialect, {status: 400, message: 'prompt is too long: 250000 tokens > 200000 maximum context length'})

const good = {exit: 0, text: SAID, requests: 1}
const recovers = {exit: 0, text: SAID, requests: 2}

export const faults: readonly Fault[] = [
  {name: 'torn into single bytes', ...good, answer: (dialect) => torn(said(dialect), 1)},
  {name: 'torn into sevens', ...good, answer: (dialect) => torn(said(dialect), 7)},
  {
    name: 'lines that end in CRLF',
    ...good,
    answer: (dialect) =>
      torn(
        rewritten(said(dialect), (body) => body.replaceAll('\n', '\r\n')),
        5,
      ),
  },
  {
    name: 'comments between events',
    ...good,
    answer: (dialect) =>
      rewritten(said(dialect), (body) => `: hello\n\n${body.replaceAll('\n\n', '\n: ping\n\n: x\n\n')}`),
  },
  {
    name: 'silence after the headers',
    answer: () => stream([{stall: true}]),
    exit: 7,
    code: 'limit-reached',
    text: '',
    requests: 1,
    seconds: 2,
  },
  {
    name: 'silence in the middle',
    answer: (dialect) => stream([...half(dialect), {stall: true}]),
    exit: 7,
    code: 'limit-reached',
    text: HALF,
    requests: 1,
    seconds: 2,
  },
  {name: 'a connection cut before the answer', ...recovers, answer: once(() => stream([{destroy: true}]))},
  {
    name: 'a connection cut in the middle',
    answer: (dialect) => stream([...half(dialect), {waitMs: 20}, {destroy: true}]),
    exit: 5,
    code: 'stream-interrupted',
    text: HALF,
    requests: 1,
  },
  {
    name: 'an end without the last event',
    answer: (dialect) => stream(half(dialect)),
    exit: 5,
    code: 'stream-interrupted',
    text: HALF,
    requests: 1,
  },
  {
    name: 'HTML with 200',
    answer: () => ({
      status: 200,
      headers: {'content-type': 'text/html'},
      steps: [{write: '<!doctype html><html><body><h1>Sign in</h1></body></html>'}],
    }),
    exit: 5,
    code: 'bad-response',
    text: '',
    requests: 1,
  },
  {name: '401', answer: refused(401), exit: 4, code: 'auth-invalid', text: '', requests: 1},
  {name: '403', answer: refused(403), exit: 4, code: 'permission-denied', text: '', requests: 1},
  {name: '404', answer: refused(404), exit: 3, code: 'model-not-found', text: '', requests: 1},
  {name: '413', answer: refused(413), exit: 7, code: 'context-overflow', text: '', requests: 1},
  {name: '429 with seconds', ...recovers, answer: once(refused(429, {'retry-after': '1'}))},
  {
    name: '429 with a date',
    ...recovers,
    answer: once((dialect) => refused(429, {'retry-after': new Date(Date.now() + 2000).toUTCString()})(dialect)),
  },
  {
    name: '429 for an hour',
    answer: refused(429, {'retry-after': '3600'}),
    exit: 5,
    code: 'rate-limited',
    text: '',
    requests: 1,
  },
  {name: '500', ...recovers, answer: once(refused(500))},
  {name: '502', ...recovers, answer: once(refused(502))},
  {name: '529', ...recovers, answer: once(refused(529))},
  {name: '529 for ever', answer: refused(529), exit: 5, code: 'overloaded', text: '', requests: 4},
  {
    name: 'an error event before the answer',
    ...recovers,
    answer: once(({errorEvent}) => stream([{write: errorEvent(`Broke on ${KEY}`)}])),
  },
  {
    name: 'an error event in the middle',
    answer: (dialect) => stream([...half(dialect), {write: dialect.errorEvent(`Broke on ${KEY}`)}]),
    exit: 5,
    code: /^(server-error|stream-interrupted)$/,
    text: HALF,
    requests: 1,
  },
  {
    name: 'an answer without choices',
    ...recovers,
    only: ({nothing}) => nothing !== undefined,
    answer: once(({nothing}) => nothing ?? stream([])),
  },
  {
    name: 'an answer without content',
    answer: ({reply}) => reply({}),
    exit: 5,
    code: 'bad-response',
    text: '',
    requests: 1,
  },
  {
    name: 'tool JSON cut by the output limit',
    ...recovers,
    answer: once((dialect) => stream(cutCall(dialect))),
    files: [],
  },
  {
    name: 'tool JSON cut with the connection',
    answer: (dialect) => stream([...cutCall(dialect).slice(0, -3), {waitMs: 20}, {destroy: true}]),
    exit: 5,
    code: 'stream-interrupted',
    text: '',
    requests: 1,
    files: [],
  },
  {
    name: 'two tool calls with one id',
    ...recovers,
    answer: once(({reply}) => reply({toolCalls: [touch('same', 'one'), touch('same', 'two')]})),
    files: ['one', 'two'],
  },
  {
    name: 'a content filter',
    answer: ({reply, filtered}) => reply({text: 'Half a sentence', stop: filtered}),
    exit: 5,
    code: 'content-blocked',
    text: 'Half a sentence',
    requests: 1,
  },
  {name: 'a context overflow', answer: overflow, exit: 7, code: 'context-overflow', text: '', requests: 1},
]
