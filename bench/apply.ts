import {mkdir, mkdtemp, open, realpath, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {applyChanges} from '../src/edits/journal/apply.ts'
import {journalPlace} from '../src/edits/journal/store.ts'
import type {Figure} from './figures.ts'
import {byTurns} from './measure.ts'

const FILES = 100
const old = Buffer.from('what stood there before\n'.repeat(400))
const fresh = Buffer.from('what stands there now\n'.repeat(400))

/** A change of a hundred files with its journal, against writing and syncing the same bytes plainly. */
export async function measureApply(runs: number): Promise<Figure[]> {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'vibe-bench-apply-')))
  let round = 0
  const lay = async () => {
    const root = join(base, `project-${round++}`)
    await mkdir(root)
    const paths = Array.from({length: FILES}, (_, index) => join(root, `file-${index}`))
    for (const path of paths) await writeFile(path, old)
    return {root, paths}
  }
  const got = await byTurns(runs, {
    plain: async () => {
      const {paths} = await lay()
      return timed(() => writePlainly(paths))
    },
    journal: async () => {
      const {root, paths} = await lay()
      const changes = paths.map((path) => ({path, before: {bytes: old}, after: {bytes: fresh}}))
      const place = journalPlace(join(base, 'data'), root)
      const label = {kind: 'change' as const, title: 'bench'}
      return timed(() => applyChanges({place, changes, label, signal: new AbortController().signal}))
    },
  })
  await rm(base, {recursive: true, force: true})
  const floor = {what: 'write and fsync each', value: got.plain}
  return [
    {
      name: 'change of 100 files with its journal',
      value: got.journal,
      unit: 'ms',
      floor,
      limit: {of: 'ratio', most: 3},
    },
  ]
}

async function writePlainly(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const file = await open(path, 'w')
    await file.writeFile(fresh)
    await file.sync()
    await file.close()
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}
