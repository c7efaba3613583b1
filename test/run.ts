import {glob} from 'node:fs/promises'
import {join} from 'node:path'
import {checks} from '../src/build/checks.ts'
import {runSuites, type Tally} from './support/suites.ts'

const root = join(import.meta.dirname, '..')

/** Suites that measure time or own a whole registry; they get the machine to themselves. */
const ALONE = /^test\/(packaging|integration|bench)\/|\.alone\.test\.ts$/

async function testFiles(): Promise<string[]> {
  const files: string[] = []
  for await (const path of glob(['test/**/*.test.ts', 'plugins/*/test/**/*.test.ts'], {cwd: root})) files.push(path)
  return files.filter((path) => !path.includes('node_modules')).sort()
}

async function runChecks(): Promise<Tally> {
  const tally: Tally = {passed: 0, failed: 0}
  for (const {name, run} of checks) {
    const {ok, output, ms} = await run(root)
    process.stdout.write(`${ok ? '✓' : '✗'} ${name} (${(ms / 1000).toFixed(1)} s)\n${ok ? '' : output}`)
    tally[ok ? 'passed' : 'failed']++
  }
  return tally
}

async function main(): Promise<void> {
  const files = await testFiles()
  const together = files.filter((path) => !ALONE.test(path))
  const alone = files.filter((path) => ALONE.test(path))
  const tallies = [
    await runChecks(),
    await runSuites({root, files: together, jobs: 2}),
    await runSuites({root, files: alone, jobs: 1}),
  ]
  const sum = (part: keyof Tally) => tallies.reduce((total, tally) => total + tally[part], 0)
  const nothingRan = files.length === 0 ? 1 : 0
  process.exitCode = sum('failed') + nothingRan > 0 ? 1 : 0
  process.stdout.write(`${sum('passed')} passed, ${sum('failed') + nothingRan} failed\n`)
}

await main()
