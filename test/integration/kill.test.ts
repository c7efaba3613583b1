import {expect} from 'chai'
import {spawn} from 'node:child_process'
import {globSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import {openaiChatReply, startScriptedServer, type ScriptedServer} from 'vibe-plugin-testkit'
import {readSessionFile} from '../../src/sessions/read.ts'
import {messagesOf} from '../../src/sessions/resume.ts'
import {createSandbox, VIBE, type Sandbox} from '../support/sandbox.ts'

const KILLS = 60
/** On a busy machine fewer kills must do. */
const BUDGET_MS = 25_000

type Sent = {role: string; content?: unknown; tool_calls?: Array<{id: string}>; tool_call_id?: string}

/** What every service demands: each call answered once, directly after its message, and no role twice in a row. */
function expectAcceptable(messages: Sent[]): void {
  for (let at = 0; at < messages.length; at++) {
    const {role, tool_calls: calls = []} = messages[at] ?? {role: ''}
    const results = messages.slice(at + 1, at + 1 + calls.length).map((message) => message.tool_call_id)
    expect(results).to.deep.equal(calls.map((call) => call.id))
    if (role !== 'tool') expect(messages[at + 1]?.role).not.to.equal(role)
    at += calls.length
  }
}

describe('a session whose vibe was killed at any moment', function () {
  this.timeout(90_000)
  let sandbox: Sandbox
  let server: ScriptedServer
  before(async () => {
    sandbox = createSandbox()
    let calls = 0
    server = await startScriptedServer((request) => {
      const {messages} = request.json as {messages: Sent[]}
      expectAcceptable(messages)
      if (JSON.stringify(messages.at(-1)).includes('go on now')) return openaiChatReply({text: 'gone on'})
      calls++
      return openaiChatReply({
        text: 'Working.',
        toolCalls: [
          {id: `a${calls}`, name: 'shell', input: {command: `echo ${calls}`}},
          {id: `b${calls}`, name: 'write', input: {path: `file-${calls}.txt`, content: 'x\n'}},
        ],
      })
    })
  })
  after(async () => {
    await server.close()
    sandbox.remove()
  })

  const env = () => ({
    VIBE_CODER_ENDPOINT: `${server.url}/v1`,
    VIBE_CODER_MODEL: 'scripted',
    VIBE_CODER_API_KEY: 'sk-test-0123456789abcdef',
  })

  async function runAndKill(afterMs: number): Promise<void> {
    const child = spawn(process.execPath, [VIBE, 'run', '--yes', 'work'], {
      cwd: sandbox.project,
      env: {...sandbox.env, ...env()},
      stdio: 'ignore',
    })
    const ended = new Promise((resolve) => child.on('close', resolve))
    await wait(afterMs)
    child.kill('SIGKILL')
    await ended
  }

  it('resumes, and its next request is one that services accept', async () => {
    const until = Date.now() + BUDGET_MS
    const sessions = () => globSync(join(sandbox.home, '.local/share/vibe-coder/sessions/*/*.jsonl'))
    let resumed = 0
    let kills = 0
    for (; kills < KILLS && Date.now() < until; kills++) {
      await runAndKill(90 + Math.random() * 250)
      if (sessions().length === 0 || kills % 6 !== 0) continue
      const {code, stdout, stderr} = await sandbox.vibe(['run', '--continue', 'go on now'], {env: env()})
      expect({code, stdout}, stderr).to.deep.equal({code: 0, stdout: 'gone on\n'})
      resumed++
    }
    expect(kills).to.be.above(10)
    expect(resumed).to.be.above(1)
    for (const path of sessions()) {
      const {records, setAside} = readSessionFile(path)
      const text = readFileSync(path, 'utf8')
      expect(setAside).to.be.at.most(text.endsWith('\n') ? 0 : 1)
      const messages = messagesOf(records)
      const roles = messages.map((message) => message.role)
      for (const [at, message] of messages.entries()) {
        if (message.role !== 'assistant' || !message.content.some((part) => part.type === 'tool-call')) continue
        expect(roles[at + 1]).to.equal('tool')
      }
    }
  })
})
