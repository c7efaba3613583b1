import {createRequire} from 'node:module'
import {pathToFileURL} from 'node:url'
import {systemCode, VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import type {Environment} from '../paths.ts'
import type {CredentialStore} from './credential-store.ts'
import {keychainChild, type KeychainReply, type KeychainRequest} from './keychain-child.ts'
import {systemKeychain} from './keychain-platform.ts'

export type KeychainPlace = {
  dataFolder: string
  env: Environment
  platform?: NodeJS.Platform
  /** The file of the library; by default the installed `@napi-rs/keyring`. */
  library?: string
  /** 3 s when absent. */
  timeoutMs?: number
}

const PACKAGE = '@napi-rs/keyring'
const SERVICE = 'vibe-coder'
/** A locked keychain asks a person, who may not be there. */
const TIMER_MS = 3_000
const LARGEST_REPLY = 1_000_000

/**
 * The keychain of the system. It is asked by a child process: the library blocks its process while a bus is silent or a
 * prompt is open, and only another process can end that.
 * All functions throw VibeError `keychain-failed` (exit 4) when it is missing, locked, silent or broken.
 */
export function keychainStore(place: KeychainPlace): CredentialStore {
  const system = systemKeychain(place.platform ?? process.platform, place.env)
  const name = 'name' in system ? system.name : 'the keychain'
  const ask = async (account: string, action: Action, signal: AbortSignal) => {
    const reply = 'reason' in system ? system : await replyTo(account, action, {...place, signal})
    if ('reason' in reply) throw failed(name, reply.reason, account)
    return reply
  }
  return {
    place: name,
    get: async (account, signal) => {
      const reply = await ask(account, {action: 'get'}, signal)
      return 'key' in reply ? reply.key : undefined
    },
    set: async (account, key, signal) => {
      const reply = await ask(account, {action: 'set', key}, signal)
      if (!('stored' in reply)) throw failed(name, 'it did not say that it stored the key', account)
      return undefined
    },
    remove: async (account, signal) => {
      const reply = await ask(account, {action: 'remove'}, signal)
      return 'removed' in reply && reply.removed
    },
  }
}

type Action = {action: 'get' | 'remove'} | {action: 'set'; key: string}

async function replyTo(
  account: string,
  action: Action,
  place: KeychainPlace & {signal: AbortSignal},
): Promise<KeychainReply> {
  place.signal.throwIfAborted()
  const library = place.library ?? installedLibrary()
  if (library === undefined) return {reason: `${PACKAGE} is not installed`}
  const request: KeychainRequest = {
    library: pathToFileURL(library).href,
    service: SERVICE,
    // Two configurations on one machine may use the same name.
    account: `${account} (${place.dataFolder})`,
    ...action,
  }
  const reply = await askChild(request, place).catch(notStarted)
  place.signal.throwIfAborted()
  return reply
}

function installedLibrary(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(PACKAGE)
  } catch {
    return undefined // It is optional: nothing was built for this system, or it was left out.
  }
}

function askChild(
  request: KeychainRequest,
  {env, signal, timeoutMs = TIMER_MS}: KeychainPlace & {signal: AbortSignal},
): Promise<KeychainReply> {
  return new Promise((resolve) => {
    const child = startChild(env)
    if (child.pid === undefined) {
      child.on('error', (error) => resolve(notStarted(error)))
      return
    }
    const finish = (reply: KeychainReply) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      child.kill('SIGKILL')
      child.stdout.destroy()
      resolve(reply)
    }
    const onAbort = () => finish({reason: 'it was stopped'})
    const timer = setTimeout(
      () => finish({reason: `no answer within ${timeoutMs / 1000} s; it may be locked`}),
      timeoutMs,
    )
    signal.addEventListener('abort', onAbort, {once: true})
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
      if (output.includes('\n') || output.length > LARGEST_REPLY) finish(replyIn(output))
    })
    child.on('error', (error) => finish(notStarted(error)))
    child.on('close', (code, killer) => finish({reason: `the library ended its process (${killer ?? `code ${code}`})`}))
    child.stdin.on('error', () => undefined) // It ended before it read; "close" tells.
    child.stdin.end(JSON.stringify(request))
  })
}

function startChild(env: Environment) {
  const {spawn} = process.getBuiltinModule('node:child_process')
  return spawn(process.execPath, ['-e', `(${keychainChild.toString()})()`], {
    env: {...env, NODE_OPTIONS: undefined},
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
  })
}

function notStarted(error: unknown): KeychainReply {
  return {reason: `the process that asks it cannot be started (${systemCode(error) ?? 'unknown reason'})`}
}

function replyIn(output: string): KeychainReply {
  try {
    const reply: unknown = JSON.parse(output.split('\n', 1)[0] ?? '')
    if (typeof reply === 'object' && reply !== null && !Array.isArray(reply)) return reply
  } catch {
    // Said below: what it printed may hold a key.
  }
  return {reason: 'the library printed what cannot be read'}
}

function failed(name: string, reason: string, account: string): VibeError {
  return new VibeError({
    code: 'keychain-failed',
    message: `${name[0]?.toUpperCase()}${name.slice(1)} cannot be used: ${reason}`,
    origin: name,
    hint: `unlock it and try again, or: vibe provider:update ${account} --key-stdin`,
    exit: ExitCode.authentication,
  })
}
