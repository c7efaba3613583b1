import {writeSync} from 'node:fs'
import {Socket} from 'node:net'
import {pathToFileURL} from 'node:url'
import {watchGlobals} from '#vibe-rules'

const REPORT_FD = 3

/**
 * The child process in which an entry is imported: tells on its fourth pipe how that went, and then has nothing more to
 * do, so that it ends unless the module left something running.
 */
async function probe(file: string, name: string): Promise<void> {
  const connections: string[] = []
  const connect = Socket.prototype.connect
  Socket.prototype.connect = function watched(this: Socket, ...args: unknown[]) {
    connections.push(JSON.stringify(args[0]))
    return Reflect.apply(connect, this, args) as Socket
  }
  const changesOf = watchShared()
  const started = performance.now()
  let problem: string | undefined
  try {
    const exports = (await import(pathToFileURL(file).href)) as Record<string, unknown>
    if (typeof exports[name] !== 'function') problem = `no exported function "${name}"`
  } catch (error) {
    problem = String(error instanceof Error ? error.message : error)
  }
  const ms = performance.now() - started
  const changed = changesOf()
  await new Promise((resolve) => setImmediate(resolve))
  const left = process.getActiveResourcesInfo().filter((kind) => !/^(Pipe|TTY|FSReq|Immediate)/.test(kind))
  writeSync(REPORT_FD, JSON.stringify({ms, problem, connections, left, changed}))
}

/** @returns what has been changed since of what all code of a process shares */
function watchShared(): () => string[] {
  const damageOf = watchGlobals()
  const env = {...process.env}
  const listeners = listenersNow()
  return () => {
    const {language, process: own} = damageOf()
    const names = new Set([...Object.keys(env), ...Object.keys(process.env)])
    const variables = [...names].filter((one) => env[one] !== process.env[one]).map((one) => `process.env.${one}`)
    const now = listenersNow()
    const heard = Object.keys(now).filter((event) => (now[event] ?? 0) > (listeners[event] ?? 0))
    // Node marks the process by symbols of its own when it is first asked about it.
    const named = own.filter((one) => !one.includes('Symbol('))
    return [...language, ...named, ...variables, ...heard.map((event) => `process.on('${event}')`)]
  }
}

function listenersNow(): Record<string, number> {
  return Object.fromEntries(process.eventNames().map((event) => [String(event), process.listenerCount(event)]))
}

const [, , file = '', name = ''] = process.argv
await probe(file, name)
