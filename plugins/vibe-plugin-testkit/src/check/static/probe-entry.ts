import {spawn} from 'node:child_process'
import {join} from 'node:path'
import type {Readable} from 'node:stream'

/** What happened when an entry was imported in a process of its own. */
export type EntryReport = {
  /** Milliseconds until the import was done. */
  ms: number
  problem?: string
  /** Where it tried to connect to. */
  connections: string[]
  /** What it changed of what all code of a process shares, by name. */
  changed: string[]
  /** What was still running after the import, in Node's words. */
  left: string[]
  /** What it wrote. */
  stdout: string
  stderr: string
  /** Whether the process ended by itself. */
  ended: boolean
}

/** An import may read, and start nothing: no program, and no file is written. */
const LIMITS = ['--permission', '--allow-fs-read=*', '--allow-addons', '--allow-worker']
/** What Node says about these flags is not the module's. */
const HUSHED = ['--disable-warning=SecurityWarning', '--disable-warning=ExperimentalWarning']
const IMPORT_MS = 10_000
const LINGER_MS = 1_000

/** Imports a module in a child process that ends when the module leaves nothing running. */
export function probeEntry(file: string, exportName: string): Promise<EntryReport> {
  return new Promise((resolve, reject) => {
    const script = join(import.meta.dirname, 'entry-probe.js')
    const args = [...LIMITS, ...HUSHED, script, file, exportName]
    const child = spawn(process.execPath, args, {stdio: ['ignore', 'pipe', 'pipe', 'pipe']})
    let timer = setTimeout(() => child.kill('SIGKILL'), IMPORT_MS)
    const text = {stdout: '', stderr: '', report: ''}
    child.stdout?.on('data', (chunk: Buffer) => (text.stdout += chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => (text.stderr += chunk.toString()))
    const pipe = child.stdio[3] as Readable
    pipe.on('data', (chunk: Buffer) => {
      text.report += chunk.toString()
      clearTimeout(timer)
      timer = setTimeout(() => child.kill('SIGKILL'), LINGER_MS)
    })
    child.on('error', reject)
    child.on('close', (_code, signal) => {
      clearTimeout(timer)
      const {stdout, stderr} = text
      const silent = {ms: 0, problem: 'the process ended while it was imported', connections: [], left: [], changed: []}
      const report = text.report === '' ? silent : (JSON.parse(text.report) as Partial<EntryReport>)
      resolve({...silent, problem: undefined, ...report, stdout, stderr, ended: signal === null} as EntryReport)
    })
  })
}
