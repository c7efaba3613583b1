import {appendFileSync, lstatSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {engineStatus, openEngine, searchEngine, updateEngine, type Engine} from '../src/search/engine.ts'
import {git, isCandidate, readAll, readRepository} from './search-data.ts'

/** What the index of a repository costs, beside reading its files and looking at them in the same run. */
const options = {signal: new AbortController().signal, onProgress: () => undefined}
const CHANGED = [10, 100]

for (const repository of process.argv.slice(2)) {
  const history = readRepository(repository, 60)
  const cache = mkdtempSync(join(tmpdir(), 'vibe-speed-'))
  const open = () => openEngine(cache, {root: history.root, env: {...process.env}})
  readAll(history.root)
  const read = readAll(history.root)
  const before = process.memoryUsage().rss
  const cold = await measured(() => open())
  const build = await measured(() => updateEngine(cold.value, options))
  const memory = (process.memoryUsage().rss - before) / 1e6
  const status = engineStatus(cold.value)
  say(history.name, `${status.files} files, ${mb(status.sourceBytes)} MB`)
  say('reading every file', `${read.ms.toFixed(0)} ms CPU`)
  say(
    'cold index',
    `${build.wall.toFixed(0)} ms, ${build.cpu.toFixed(0)} ms CPU (${(build.cpu / read.ms).toFixed(1)}× reading), ${memory.toFixed(0)} MB more`,
  )
  say(
    'on the disk',
    `${mb(status.bytes ?? 0)} MB, ${(((status.bytes ?? 0) / status.sourceBytes) * 100).toFixed(1)} % of the source`,
  )
  say('looking at every file', `${(await measured(() => lookAtAll(history.root))).wall.toFixed(1)} ms`)
  await updates(cold.value, open)
  await queries(
    cold.value,
    history.questions.map(({text}) => text),
  )
  cold.value.store.database.close()
  rmSync(cache, {recursive: true, force: true})
  history.remove()
}

async function updates(engine: Engine, open: () => Engine): Promise<void> {
  await new Promise((done) => setTimeout(done, 50))
  say('nothing changed', `${(await best(() => updateEngine(engine, options))).toFixed(1)} ms`)
  const files = git(engine.project.root, ['ls-files', '-z']).split('\0').filter(isCandidate)
  for (const count of CHANGED) {
    for (const file of files.slice(0, count)) appendFileSync(join(engine.project.root, file), `\n// ${count}\n`)
    await new Promise((done) => setTimeout(done, 50))
    say(
      `${count} files changed, in a session`,
      `${(await measured(() => updateEngine(engine, options))).wall.toFixed(1)} ms`,
    )
  }
  for (const file of files.slice(0, 10)) appendFileSync(join(engine.project.root, file), '\n// new process\n')
  const fresh = await measured(async () => {
    const other = open()
    await updateEngine(other, options)
    return other
  })
  say('10 files changed, opened anew', `${fresh.wall.toFixed(1)} ms`)
  fresh.value.store.database.close()
}

async function queries(engine: Engine, texts: readonly string[]): Promise<void> {
  const times: number[] = []
  for (const text of [...texts, ...texts]) {
    const {wall} = await measured(() => searchEngine(engine, {text: text.slice(0, 200), count: 10}, options))
    times.push(wall)
  }
  const sorted = times.slice(texts.length).sort((a, b) => a - b)
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1)
  say('question', `median ${at(0.5)} ms, p95 ${at(0.95)} ms`)
}

async function measured<Value>(work: () => Value | Promise<Value>): Promise<{value: Value; wall: number; cpu: number}> {
  const [started, cpu] = [performance.now(), process.cpuUsage()]
  const value = await work()
  const used = process.cpuUsage(cpu)
  return {value, wall: performance.now() - started, cpu: (used.user + used.system) / 1000}
}

async function best(work: () => Promise<unknown>): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let run = 0; run < 5; run++) least = Math.min(least, (await measured(work)).wall)
  return least
}

function lookAtAll(root: string): void {
  for (const path of git(root, ['ls-files', '-z']).split('\0')) lstatSync(join(root, path), {throwIfNoEntry: false})
}

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}

function say(what: string, figure: string): void {
  process.stdout.write(`${what.padEnd(34)} ${figure}\n`)
}
