import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {startScriptedServer, type Answer, type Reply, type ScriptedServer} from 'vibe-plugin-testkit'
import {createSandbox, type Sandbox} from './sandbox.ts'

export const REMOTE = 'http://models.example.com'

/** Two services and a vibe that knows both: `work` falls back on `spare`. */
export type Pair = {
  sandbox: Sandbox
  work: ScriptedServer
  spare: ScriptedServer
  /** Set where `spare` is reached as a service that is not local: through a proxy, since only loopback is here. */
  env: Record<string, string>
  run: (...args: string[]) => Promise<Ran>
  close: () => Promise<void>
}

export type Ran = {code: number | null; stdout: string; stderr: string; result: Result}
export type Result = {
  exit: number
  status: string
  text: string
  costUsd?: number
  answeredBy?: {provider: string; model: string}
  error?: {code: string; message: string; hint?: string}
}

/** @param spareIs `remote`: its address is no local one */
export async function startPair(work: Answer, spare: Answer, spareIs: 'local' | 'remote' = 'local'): Promise<Pair> {
  const sandbox = createSandbox()
  const servers = {work: await startScriptedServer(work), spare: await startScriptedServer(spare)}
  const proxy = {HTTP_PROXY: servers.spare.url, http_proxy: servers.spare.url, NO_PROXY: '127.0.0.1'}
  const env: Record<string, string> = {
    KEY_OF_WORK: 'sk-work-0123456789abcdef',
    KEY_OF_SPARE: 'sk-spare-0123456789abcdef',
  }
  if (spareIs === 'remote') Object.assign(env, proxy)
  const provider = (name: 'work' | 'spare', endpoint: string) => ({
    type: 'openai-compatible',
    endpoint: `${endpoint}/v1`,
    model: `${name}-model`,
    credential: {env: `KEY_OF_${name.toUpperCase()}`},
    insecure: true,
  })
  const providers = {
    spare: provider('spare', spareIs === 'remote' ? REMOTE : servers.spare.url),
    work: {...provider('work', servers.work.url), fallbacks: ['spare']},
  }
  const config = join(sandbox.home, '.config/vibe-coder')
  mkdirSync(config, {recursive: true})
  writeFileSync(join(config, 'config.json'), JSON.stringify({currentProvider: 'work', providers}), {mode: 0o600})
  return {
    sandbox,
    ...servers,
    env,
    run: async (...args) => {
      const ran = await sandbox.vibe(['run', '--json', '--yes', ...args], {env})
      return {...ran, result: JSON.parse(ran.stdout) as Result}
    },
    close: async () => {
      await Promise.all([servers.work.close(), servers.spare.close()])
      sandbox.remove()
    },
  }
}

export function status(code: number, headers: Record<string, string> = {}, more: object = {}): Reply {
  return {
    status: code,
    headers: {'content-type': 'application/json', ...headers},
    steps: [{write: JSON.stringify({error: {message: `status ${code}`, ...more}})}],
  }
}

/** What services say of a model they do not have. */
export const noSuchModel = (): Reply => status(404, {}, {message: 'The model does not exist', code: 'model_not_found'})

type Wire = {messages: Array<{role: string; content: unknown; tool_call_id?: string; tool_calls?: Array<{id: string}>}>}

/** The messages of a chat completion request. */
export function messagesOf(server: ScriptedServer, index = 0): Wire['messages'] {
  return (server.requests[index]?.json as Wire).messages
}

/** The records of the only session. */
export function sessionRecords(home: string): Array<Record<string, unknown>> {
  const sessions = join(home, '.local/share/vibe-coder/sessions')
  const files = readdirSync(sessions, {recursive: true, encoding: 'utf8'}).filter((path) => path.endsWith('.jsonl'))
  expect(files).to.have.length(1)
  const lines = readFileSync(join(sessions, files[0] ?? ''), 'utf8')
    .trim()
    .split('\n')
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}
