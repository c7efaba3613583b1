import {writeSync} from 'node:fs'
import {Socket} from 'node:net'
import {pathToFileURL} from 'node:url'

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
  const started = performance.now()
  let problem: string | undefined
  try {
    const exports = (await import(pathToFileURL(file).href)) as Record<string, unknown>
    if (typeof exports[name] !== 'function') problem = `no exported function "${name}"`
  } catch (error) {
    problem = String(error instanceof Error ? error.message : error)
  }
  const ms = performance.now() - started
  await new Promise((resolve) => setImmediate(resolve))
  const left = process.getActiveResourcesInfo().filter((kind) => !/^(Pipe|TTY|FSReq|Immediate)/.test(kind))
  writeSync(REPORT_FD, JSON.stringify({ms, problem, connections, left}))
}

const [, , file = '', name = ''] = process.argv
await probe(file, name)
