import {spawn, spawnSync} from 'node:child_process'
import {mkdir, mkdtemp, realpath, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join, resolve} from 'node:path'
import {layProject, pictureOf} from './ten-changes.ts'

const program = resolve(import.meta.dirname, 'ten-changes.ts')

export const hasStrace = spawnSync('strace', ['-V']).error === undefined
/** For the title of a suite that needs it. */
export const becauseOfStrace = hasStrace ? '' : ' (skipped: strace is not installed)'

export type Place = {root: string; data: string; remove: () => Promise<void>}
export type Ended = {code: number | null; output: string}
export type Tracing = {options: string[]; trace: string}

/** Folders in which ten changes are applied under faults, and how the project looks before and after. */
export type Workbench = {
  base: string
  old: Record<string, string>
  fresh: Record<string, string>
  lay: (name: string) => Promise<Place>
  remove: () => Promise<void>
}

export async function openWorkbench(): Promise<Workbench> {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'vibe-faults-')))
  const lay = async (name: string): Promise<Place> => {
    const place = {root: join(base, name, 'project'), data: join(base, name, 'data')}
    await mkdir(place.data, {recursive: true, mode: 0o700})
    await layProject(place.root)
    return {...place, remove: () => rm(join(base, name), {recursive: true, force: true})}
  }
  const whole = await lay('whole')
  const old = await pictureOf(whole.root)
  const {code, output} = await runTen('apply', whole)
  if (code !== 0) throw new Error(`the ten changes do not apply: ${output}`)
  const fresh = await pictureOf(whole.root)
  return {base, old, fresh, lay, remove: () => rm(base, {recursive: true, force: true})}
}

/** @param fault as strace writes it: `signal=SIGKILL:when=3`, `error=EIO:when=7` */
export function inject(call: string, fault: string): Tracing {
  return {options: ['-e', `trace=${call}`, '-e', `inject=${call}:${fault}`], trace: '/dev/null'}
}

/** One thread does all file work, so that the n-th call is the same in every run. */
export function runTen(action: 'apply' | 'recover', place: Place, tracing?: Tracing): Promise<Ended> {
  const node = [process.execPath, '--no-warnings', program, action, place.data, place.root]
  const command = tracing ? ['strace', '-f', '-qqq', '-o', tracing.trace, ...tracing.options, ...node] : node
  const [file = '', ...args] = command
  return new Promise((done, failed) => {
    const env = {...process.env, UV_THREADPOOL_SIZE: '1'}
    const child = spawn(file, args, {stdio: ['ignore', 'pipe', 'pipe'], env})
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')))
    child.on('error', failed)
    child.on('close', (code, signal) => done({code: signal === null ? code : 137, output}))
  })
}

/** Runs `attempt` for 1, 2, 3, … until one says that there is nothing more to try; a few at once. */
export async function eachPoint(attempt: (nth: number) => Promise<boolean>): Promise<void> {
  let next = 1
  let more = true
  const worker = async () => {
    while (more) {
      const nth = next++
      if (!(await attempt(nth))) more = false
    }
  }
  const ended = await Promise.allSettled([worker(), worker(), worker()])
  for (const one of ended) if (one.status === 'rejected') throw one.reason
}
