import {spawn} from 'node:child_process'
import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

export type Tally = {passed: number; failed: number}

type Options = {root: string; files: string[]; jobs: number}

/** mocha's machine-readable report, as far as it is counted here. */
type Report = {stats: {passes: number; failures: number; tests: number}; pending: Array<{fullTitle: string}>}

/** A file that takes longer hangs; it is ended and counts as failed. */
const FILE_MS = 300_000

/** A skipped test is accepted only when its title says why. */
const REASON = /\(skipped: [^)]+\)/

/**
 * Runs each test file in a process of its own, so that none sees another's environment, folder or leftovers.
 * @param options.jobs how many files at once
 */
export async function runSuites(options: Options): Promise<Tally> {
  const tally: Tally = {passed: 0, failed: 0}
  const waiting = [...options.files]
  const reports = await mkdtemp(join(tmpdir(), 'vibe-reports-'))
  const worker = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const one = await runFile(options.root, file, join(reports, `${waiting.length}.json`))
      tally.passed += one.passed
      tally.failed += one.failed
    }
  }
  await Promise.all(Array.from({length: options.jobs}, worker))
  await rm(reports, {recursive: true, force: true})
  return tally
}

async function runFile(root: string, file: string, report: string): Promise<Tally> {
  const output = await mocha(root, file, report)
  const counted = await readReport(report, output)
  const silent = counted.skipped.filter((title) => !REASON.test(title))
  const failed = counted.failed + silent.length
  process.stdout.write(`${failed === 0 ? '✓' : '✗'} ${file} (${counted.passed} tests)\n`)
  if (failed > 0) process.stdout.write(`${output.text}\n`)
  for (const title of silent) process.stdout.write(`  skipped without a reason: ${title}\n`)
  return {passed: counted.passed, failed}
}

type Output = {text: string; code: number | null}

function mocha(root: string, file: string, report: string): Promise<Output> {
  const program = join(root, 'node_modules/mocha/bin/mocha.js')
  const reporter = join(root, 'test/support/spec-and-json.cjs')
  const options = [
    program,
    '--forbid-only',
    '--exit',
    '--reporter',
    reporter,
    '--reporter-option',
    `file=${report}`,
    file,
  ]
  return new Promise((resolve) => {
    const child = spawn(process.execPath, options, {cwd: root, stdio: ['ignore', 'pipe', 'pipe']})
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()))
    const timer = setTimeout(() => {
      text += `ended after ${FILE_MS / 1000} seconds\n`
      child.kill('SIGKILL')
    }, FILE_MS)
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve({text, code})
    })
  })
}

async function readReport(path: string, {code}: Output): Promise<Tally & {skipped: string[]}> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return {passed: 0, failed: 1, skipped: []}
  const {stats, pending} = JSON.parse(text) as Report
  // A file without tests, or a crash after the last one, must not look like success.
  const broken = stats.failures === 0 && (code !== 0 || stats.tests === 0) ? 1 : 0
  return {passed: stats.passes, failed: stats.failures + broken, skipped: pending.map((test) => test.fullTitle)}
}
