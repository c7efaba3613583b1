import {spawn} from 'node:child_process'
import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

export type Program = {argv: readonly string[]; env?: NodeJS.ProcessEnv; cwd?: string}

export type Usage = {wallMs: number; cpuMs: number; peakMb: number}

/** Runs a Node program once. @returns milliseconds from its start to its end */
export async function wall({argv, env, cwd}: Program): Promise<number> {
  const started = performance.now()
  const child = spawn(process.execPath, argv, {cwd, env: {...process.env, ...env}, stdio: ['ignore', 'pipe', 'pipe']})
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString().slice(0, 1000)))
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString().slice(0, 1000)))
  const code = await new Promise((resolve) => child.on('close', resolve))
  // A program that fails at once would look fast.
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${String(code)}: ${said}`)
  return performance.now() - started
}

/** The same, with the processor time and the peak memory that the program itself reports when it ends. */
export async function usage(program: Program): Promise<Usage> {
  const folder = await mkdtemp(join(tmpdir(), 'vibe-bench-'))
  const report = join(folder, 'usage.json')
  const preload = `--require=${join(import.meta.dirname, 'report-usage.cjs')}`
  const wallMs = await wall({...program, env: {...program.env, NODE_OPTIONS: preload, VIBE_BENCH_USAGE: report}})
  const {cpuMs, peakMb} = JSON.parse(await readFile(report, 'utf8')) as Usage
  await rm(folder, {recursive: true, force: true})
  return {wallMs, cpuMs, peakMb}
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2
}

/** What a program needs when nothing else disturbs it: for comparisons of a few percent, which a busy machine drowns. */
export function quickest(values: readonly number[]): number {
  return Math.min(...values)
}

/**
 * Runs several measurements by turns, so that whatever else the machine does meets all of them alike.
 * @param once each returns one figure
 * @param pick what stands for all the figures of one measurement
 */
export async function byTurns<Name extends string>(
  runs: number,
  once: Record<Name, () => Promise<number>>,
  pick: (values: readonly number[]) => number = median,
): Promise<Record<Name, number>> {
  const names = Object.keys(once) as Name[]
  const figures = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  for (const name of names) await once[name]()
  for (let run = 0; run < runs; run++) for (const name of names) figures[name].push(await once[name]())
  return Object.fromEntries(names.map((name) => [name, pick(figures[name])])) as Record<Name, number>
}
