import {textOf} from '../../collect.ts'
import {rewritten} from '../../faults.ts'
import type {Reply} from '../../scripted-server.ts'
import {demand, Skip} from '../check.ts'
import {SAID} from './answers.ts'
import type {Bench} from './bench.ts'
import {same, whole} from './demands.ts'
import type {Scenario} from './scenario.ts'

const MEND = 'Read server-sent events as their specification says, or with a library that does (eventsource-parser).'
const PIECES = 8_000
const WORD = 'a line of words, and one more '
/** Less than this nobody notices, and it cannot be told from noise. */
const NOTICED_MS = 1_000

/** Every form that a stream of events may take. */
const FORMS: ReadonlyArray<[string, string, (body: string) => string]> = [
  ['sse-no-space', 'no space after the colon of data', (body) => body.replaceAll(/^(data|event): /gm, '$1:')],
  [
    'sse-fields',
    'ids, retry times, comments and unknown fields between',
    (body) => body.replaceAll(/^data: /gm, ': a comment\nid: 7\nretry: 3000\nodd: field\ndata: '),
  ],
  [
    'sse-many-lines',
    'data of several lines',
    (body) => body.replaceAll(/^data: \{"(\w+)":/gm, 'data: {\ndata:  "$1":'),
  ],
  ['sse-mark', 'a byte order mark at the beginning', (body) => `\uFEFF${body}`],
]

/** How an answer may be laid out in bytes. */
export const eventStream: readonly Scenario[] = [
  ...FORMS.map(([id, form, change]): Scenario => ({
    id,
    title: `events with ${form} are the same events`,
    mend: MEND,
    run: async (bench) => {
      const reply = rewritten(events(bench), change)
      const {ask} = await bench.serve(() => reply)
      const told = await ask({served: {text: SAID}})
      whole(told)
      same(textOf(told.events), SAID, 'the text')
    },
  })),
  {
    id: 'blank-text',
    title: 'deltas of nothing but spaces and line ends are text',
    mend: 'Leave out a delta only when it is empty; never trim: code is made of spaces and line ends.',
    run: async ({hear}) => {
      const text = 'one  \n\n\n\n  two'
      const told = await hear({text})
      whole(told)
      same(textOf(told.events), text, 'the text')
    },
  },
  {
    id: 'long-answer',
    title: 'a long answer takes no longer for each of its deltas',
    mend: 'Do not go over all that has come so far for each piece: an answer of twice the length would take four times as long.',
    run: async (bench) => {
      const few = await workFor(bench, PIECES / 8)
      const many = await workFor(bench, PIECES)
      const times = Math.round(many / Math.max(few, 1))
      demand(
        many < NOTICED_MS || times < 24,
        'eight times the work for eight times the length',
        `${times} times the work`,
      )
    },
  },
]

function events({dialect}: Bench): Reply {
  const reply = dialect().reply({text: SAID})
  if (reply.headers?.['content-type']?.includes('event-stream') !== true)
    throw new Skip('it sends no server-sent events')
  return reply
}

/** @returns milliseconds of work for an answer of so many deltas */
async function workFor({dialect, serve}: Bench, deltas: number): Promise<number> {
  const reply = longReply(dialect().reply({text: '@@@'}), deltas)
  const {ask} = await serve(() => reply)
  const started = process.cpuUsage()
  const told = await ask()
  const {user, system} = process.cpuUsage(started)
  whole(told)
  demand(textOf(told.events).length >= deltas * WORD.length, 'all of the text', 'some of it')
  return (user + system) / 1000
}

/** The first delta of the text, many times over. */
function longReply(reply: Reply, deltas: number): Reply {
  const {steps} = reply
  const isDelta = (write: string) => write.includes('@') && !write.includes('@@@') && !/\.(?:added|done)/.test(write)
  const first = steps.findIndex((step) => 'write' in step && isDelta(String(step.write)))
  const delta = steps[first]
  if (delta === undefined || !('write' in delta)) throw new Skip('it sends its text in one piece')
  const many = {write: String(delta.write).replace('@', WORD).repeat(deltas)}
  return {...reply, steps: [...steps.slice(0, first), many, ...steps.slice(first)]}
}
