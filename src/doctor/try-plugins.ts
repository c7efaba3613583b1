import {pathToFileURL} from 'node:url'
import {join} from 'node:path'
import {tryEntry} from '../providers/load.ts'
import {isForeign} from '../providers/plugin-facts.ts'
import type {ProviderEntry} from '../providers/types.ts'

/** As long as a chat would wait for it. */
const IMPORT_MS = 5_000
const AT_ONCE = 4

/**
 * Imports the code of each provider: first of all in a process of its own, since code that blocks can only be ended from
 * outside, and then here under traps, which tell what it did.
 * @returns the entries in their order, those that fail with the state `entry-failed`
 */
export async function tryPlugins(entries: readonly ProviderEntry[], signal: AbortSignal): Promise<ProviderEntry[]> {
  const tried = [...entries]
  const waiting = [...entries.entries()]
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined && !signal.aborted; next = waiting.shift())
      tried[next[0]] = await tryOne(next[1], signal)
  }
  await Promise.all(Array.from({length: AT_ONCE}, worker))
  return tried
}

async function tryOne(entry: ProviderEntry, signal: AbortSignal): Promise<ProviderEntry> {
  const module = entry.manifest?.entry?.module
  if (entry.state !== 'ok' || module === undefined) return entry
  if (isForeign(entry.plugin) && !(await endsApart(join(entry.plugin.root, module), signal)))
    return {
      ...entry,
      state: 'entry-failed',
      problems: [`importing ${entry.plugin.name} took more than ${IMPORT_MS / 1000} s`],
    }
  return tryEntry(entry)
}

/**
 * No code that is only imported has a reason to connect, and offline it must not: this process has a guard for that, the
 * other one gets a shorter one.
 */
const NO_NETWORK = `
const refuse = () => { throw new Error('no network while a plugin is tried') }
require('node:net').Socket.prototype.connect = refuse
require('node:dgram').Socket.prototype.send = refuse
const dns = require('node:dns')
for (const names of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype])
  for (const name of Object.getOwnPropertyNames(names)) if (/^(lookup|resolve|reverse)/.test(name)) names[name] = refuse
require('node:module').syncBuiltinESMExports()
`

/** Whether importing a file comes to an end, whatever that is. */
function endsApart(file: string, signal: AbortSignal): Promise<boolean> {
  const {spawn} = process.getBuiltinModule('node:child_process')
  const code = `${NO_NETWORK}\nimport(${JSON.stringify(pathToFileURL(file).href)}).then(() => process.exit(), () => process.exit(1))`
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['-e', code], {stdio: 'ignore', windowsHide: true})
    const stop = () => child.kill('SIGKILL')
    const timer = setTimeout(() => {
      stop()
      resolve(false)
    }, IMPORT_MS)
    signal.addEventListener('abort', stop, {once: true})
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      resolve(true)
    }
    child.on('exit', end)
    child.on('error', end)
  })
}
