import {execFileSync} from 'node:child_process'
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {expect} from 'chai'
import {openaiChatReply, startScriptedServer, type ScriptedAnswer} from 'vibe-plugin-testkit'
import {createSandbox, type Sandbox} from './sandbox.ts'

const call = (name: string, input: Record<string, string>, id: string) => ({toolCalls: [{id, name, input}]})

export const shell = (command: string) => call('shell', {command}, 'c1')
export const write = (path: string, content: string) => call('write', {path, content}, `w-${path}`)
export const edit = (path: string, old_string: string, new_string: string) => [
  call('read', {path}, `r-${path}`),
  call('edit', {path, old_string, new_string}, `e-${path}`),
]

export type TurnEvent = {
  type: string
  message?: string
  commit?: string
  files?: string[]
  leftOut?: unknown[]
  subject?: string
  commits?: Array<{commit: string; subject: string}>
}

/** A project in which the built vibe commits what it changes, with a model that does as it is told. */
export type Committing = Pick<Sandbox, 'home' | 'project' | 'env' | 'vibe' | 'remove'> & {
  path: (name: string) => string
  put: (name: string, text: string) => void
  read: (name: string) => string
  git: (...args: string[]) => string
  gitIn: (folder: string, ...args: string[]) => string
  /** Makes a repository with these files in its first commit. */
  start: (files: Record<string, string>) => void
  /** Sets the group `git` of the user's configuration. */
  configure: (values: Record<string, unknown>) => void
  /** One turn whose model gives these answers, one a request. */
  work: (
    answers: readonly ScriptedAnswer[],
    how?: {cwd?: string; prompt?: string; fail?: boolean},
  ) => Promise<TurnEvent[]>
  /** What was sent for the messages of the last turn. */
  asked: () => string
}

export function createCommitting(): Committing {
  const {home, project, env, vibe, remove} = createSandbox()
  let asked: string[] = []
  const path = (name: string) => join(project, name)
  const put = (name: string, text: string) => {
    mkdirSync(dirname(path(name)), {recursive: true})
    writeFileSync(path(name), text)
  }
  const configure = (values: Record<string, unknown>) => {
    const folder = join(home, '.config', 'vibe-coder')
    mkdirSync(folder, {recursive: true})
    writeFileSync(join(folder, 'config.json'), JSON.stringify({git: values}))
  }
  const gitIn = (cwd: string, ...args: string[]) => {
    const options = {cwd, env: {...env, GIT_ALLOW_PROTOCOL: 'file'}, encoding: 'utf8' as const, stdio: 'pipe' as const}
    return execFileSync('git', args, options).replace(/\n$/, '')
  }
  const git = (...args: string[]) => gitIn(project, ...args)
  git('config', '--global', 'user.name', 'Ada')
  git('config', '--global', 'user.email', 'ada@example.com')
  configure({autoCommit: true, attribution: 'none'})
  return {
    home,
    project,
    env,
    vibe,
    remove,
    path,
    put,
    read: (name) => readFileSync(path(name), 'utf8'),
    git,
    gitIn,
    configure,
    asked: () => asked.join('\n'),
    start(files) {
      git('init', '-q', '-b', 'main')
      for (const [name, text] of Object.entries(files)) put(name, text)
      git('add', '.')
      git('commit', '-q', '-m', 'start')
    },
    async work(answers, {cwd, prompt = 'do it', fail = false} = {}) {
      asked = []
      const server = await startScriptedServer((request, index) => {
        const body = JSON.stringify(request)
        const isMessage = body.includes('message of a git commit')
        if (isMessage) asked.push(body)
        if (isMessage) return openaiChatReply({text: fail ? '' : 'Message 1'})
        return openaiChatReply(answers[index] ?? {text: 'done'})
      })
      try {
        const provider = {
          VIBE_CODER_ENDPOINT: `${server.url}/v1`,
          VIBE_CODER_MODEL: 'scripted',
          VIBE_CODER_API_KEY: 'sk-scripted-1',
        }
        const words = ['run', prompt, '--yes', '--allow', 'edit:.env', '--output-format', 'stream-json']
        const run = await vibe(words, {env: provider, ...(cwd === undefined ? {} : {cwd})})
        expect(run.code, run.stderr + run.stdout).to.equal(0)
        const events = run.stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as TurnEvent)
        expect(events.at(-1)?.type).to.equal('result')
        return events
      } finally {
        await server.close()
      }
    },
  }
}
