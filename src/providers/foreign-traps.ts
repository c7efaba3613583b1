import type {AsyncLocalStorage} from 'node:async_hooks'

/** One start of a plugin's code, and how to report a failure that nobody awaits. */
export type ForeignStart = {
  /** The folder of its package; a stray error whose stack names it is the package's own. An empty one claims every error. */
  root: string
  fail: (error: unknown) => void
}

export type Traps = {
  context: AsyncLocalStorage<ForeignStart>
  release: () => void
}

type Installed = {context: AsyncLocalStorage<ForeignStart>; starts: Set<ForeignStart>; restore: () => void}

/** Thrown into a plugin that calls `process.exit`. */
export class ExitAttempt extends Error {
  readonly start: ForeignStart

  constructor(start: ForeignStart, name: string, code?: unknown) {
    super(`it called process.${name}(${code === undefined ? '' : String(code)})`)
    this.name = 'ExitAttempt'
    this.start = start
  }
}

const INSTALLED = Symbol('vibe.foreign-traps')

/**
 * Puts the process's doors under guard for code that runs in the returned context; all other code passes unhindered.
 * Several plugins may start at once: they share one set of traps, which goes when the last one is released.
 */
export function setTraps(start: ForeignStart): Traps {
  const present = Reflect.get(process.exit, INSTALLED) as Installed | undefined
  const installed = present ?? install()
  installed.starts.add(start)
  return {
    context: installed.context,
    release: () => {
      if (installed.starts.delete(start) && installed.starts.size === 0) installed.restore()
    },
  }
}

function install(): Installed {
  const {AsyncLocalStorage: Storage} = process.getBuiltinModule('node:async_hooks')
  const context = new Storage<ForeignStart>()
  const starts = new Set<ForeignStart>()
  const restorers = [trapExit(context), trapDeath(context), trapOutput(context), trapStrayErrors(context, starts)]
  const installed = {
    context,
    starts,
    restore: () => {
      for (const restore of restorers) restore()
      context.disable()
    },
  }
  Reflect.set(process.exit, INSTALLED, installed)
  return installed
}

function trapExit(context: AsyncLocalStorage<ForeignStart>): () => void {
  const before = process.exit
  // Without an argument it keeps `process.exitCode`, with one that is undefined it does not.
  process.exit = (...codes: Parameters<typeof process.exit>): never => {
    const start = context.getStore()
    if (start !== undefined) throw new ExitAttempt(start, 'exit', codes[0])
    return before.apply(process, codes)
  }
  return () => void (process.exit = before)
}

/** The other ways to end a process from inside. */
function trapDeath(context: AsyncLocalStorage<ForeignStart>): () => void {
  const {abort, kill} = process
  process.abort = (): never => {
    const start = context.getStore()
    if (start !== undefined) throw new ExitAttempt(start, 'abort')
    return abort.call(process)
  }
  process.kill = (pid, signal) => {
    const start = context.getStore()
    const isDeadly = signal !== 0 && (pid === process.pid || pid === 0)
    if (start !== undefined && isDeadly) throw new ExitAttempt(start, 'kill', `${pid}, ${signal ?? 'SIGTERM'}`)
    return kill.call(process, pid, signal)
  }
  return () => void Object.assign(process, {abort, kill})
}

function trapOutput(context: AsyncLocalStorage<ForeignStart>): () => void {
  const {stdout} = process
  const before = stdout.write
  const isOwn = Object.hasOwn(stdout, 'write')
  stdout.write = function write(...values: Parameters<NodeJS.WriteStream['write']>): boolean {
    return context.getStore() === undefined ? before.apply(stdout, values) : process.stderr.write(...values)
  } as NodeJS.WriteStream['write']
  return () => {
    if (isOwn) stdout.write = before
    else Reflect.deleteProperty(stdout, 'write')
  }
}

/** Errors that nobody awaits arrive at the process as a whole; those of other code go on their usual way. */
function trapStrayErrors(context: AsyncLocalStorage<ForeignStart>, starts: ReadonlySet<ForeignStart>): () => void {
  if (process.hasUncaughtExceptionCaptureCallback()) return () => undefined
  const release = () => process.setUncaughtExceptionCaptureCallback(null)
  process.setUncaughtExceptionCaptureCallback((error) => {
    const start = context.getStore() ?? [...starts].find((candidate) => isFrom(candidate, error))
    if (start !== undefined) return start.fail(error)
    const usual: NodeJS.EventEmitter = process
    // Outside the plugin's context: the usual listener ends the process, and may.
    if (context.exit(() => usual.emit('uncaughtException', error, 'uncaughtException'))) return
    release()
    throw error
  })
  return release
}

function isFrom(start: ForeignStart, error: unknown): boolean {
  if (error instanceof ExitAttempt) return error.start === start
  return error instanceof Error && (error.stack ?? '').includes(start.root)
}
