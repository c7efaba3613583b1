import {spawn, type IPty} from '@lydell/node-pty'
import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {PassThrough} from 'node:stream'
import {openChatScreen} from '../src/ui/screen/chat-screen.ts'
import {styleFor} from '../src/ui/style.ts'
import type {Figure} from './figures.ts'
import {byTurns, median, wall, type Program, type Usage} from './measure.ts'
import {emptyNode, makePlace} from './vibe.ts'

const KEYS = 300
const MESSAGES = 500
const LINES = 70

/** How soon a chat can be typed in, what an answer costs on its screen, and what a key costs late in a long talk. */
export async function measureChat(runs: number): Promise<Figure[]> {
  const place = await makePlace()
  const got = await byTurns(runs, {
    node: () => wall(emptyNode),
    chat: () => firstPaint(place.chat('http://127.0.0.1:9/v1')),
  })
  await place.remove()
  // Twenty seconds each, as fast as a fast service writes.
  const raw = await streamCpu('raw')
  const screen = await streamCpu('screen')
  const keys = await keyCosts()
  return [
    {
      name: 'first paint of vibe chat',
      value: got.chat,
      unit: 'ms',
      floor: {what: 'node -e 0', value: got.node},
      limit: {of: 'ratio', most: 6},
    },
    {
      name: '20,000 tokens on the screen',
      value: screen,
      unit: 's CPU',
      floor: {what: 'written raw', value: raw},
      limit: {of: 'ratio', most: 3},
    },
    {
      name: `a key after ${MESSAGES} messages`,
      value: keys.late,
      unit: 'ms',
      floor: {what: 'after one', value: keys.early},
      limit: {of: 'ratio', most: 1.5},
    },
  ]
}

function inPty({argv, env, cwd}: Program): IPty {
  return spawn(process.execPath, [...argv], {
    ...(cwd === undefined ? {} : {cwd}),
    env: {...process.env, CI: '', TERM: 'xterm-256color', ...env},
    cols: 100,
    rows: 30,
  })
}

async function firstPaint(program: Program): Promise<number> {
  const started = performance.now()
  const child = inPty(program)
  let said = ''
  const found = await new Promise<number>((resolve, reject) => {
    child.onData((data) => {
      said += data
      if (said.includes('›')) resolve(performance.now() - started)
    })
    child.onExit(() => reject(new Error(`vibe chat ended: ${said}`)))
  })
  const ended = new Promise((resolve) => child.onExit(resolve))
  child.kill('SIGKILL')
  await ended
  return found
}

/** Seconds of processor time of a whole process that shows an answer. */
async function streamCpu(how: 'raw' | 'screen'): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'vibe-bench-'))
  const report = join(folder, 'usage.json')
  const preload = `--require=${join(import.meta.dirname, 'report-usage.cjs')}`
  const argv = [join(import.meta.dirname, 'stream-program.ts'), how]
  const child = inPty({argv, env: {NODE_OPTIONS: preload, VIBE_BENCH_USAGE: report}})
  child.onData(() => undefined)
  await new Promise((resolve) => child.onExit(resolve))
  const {cpuMs} = JSON.parse(await readFile(report, 'utf8')) as Usage
  await rm(folder, {recursive: true, force: true})
  return cpuMs / 1000
}

/** Milliseconds from a key's bytes to its frame, without the wait for the next frame. */
async function keyCosts(): Promise<{early: number; late: number}> {
  const input = Object.assign(new PassThrough(), {setRawMode: () => undefined})
  const output = Object.assign(new PassThrough(), {columns: 100, rows: 30})
  output.resume()
  const screen = openChatScreen({
    input,
    output,
    fd: -1,
    env: {TERM: 'xterm'},
    style: styleFor({isTTY: true, write: () => 0}, {}),
    history: {entries: [], add: () => undefined},
    candidates: () => [],
    onStop: () => undefined,
  })
  const cost = async () => {
    const times: number[] = []
    for (let n = 0; n < KEYS; n++) {
      const started = performance.now()
      input.emit('data', Buffer.from(n % 20 === 19 ? '\u0015' : 'a'))
      screen.flush()
      times.push(performance.now() - started)
    }
    return median(times)
  }
  await cost()
  screen.print(['a message'])
  const early = await cost()
  for (let n = 0; n < MESSAGES; n++) screen.print(Array<string>(LINES).fill(`line of message ${n}`))
  screen.flush()
  const late = await cost()
  screen.close()
  return {early, late}
}
