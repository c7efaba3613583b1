import {expect} from 'chai'
import {spawn, type ChildProcess} from 'node:child_process'
import {existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import {openaiChatReply, startScriptedServer, type Answer, type ScriptedServer} from 'vibe-plugin-testkit'
import {runProgram} from '../support/program.ts'
import {createSandbox, VIBE, type Sandbox} from '../support/sandbox.ts'

const KEY = 'sk-planted/0123456789+abcdef'
const OTHER = 'planted-by-someone-else-42'

let sandbox: Sandbox
let server: ScriptedServer
let env: Record<string, string>

async function serve(answer: Answer): Promise<void> {
  server = await startScriptedServer(answer)
  env = {
    ...sandbox.env,
    VIBE_CODER_ENDPOINT: `${server.url}/v1`,
    VIBE_CODER_MODEL: 'scripted',
    VIBE_CODER_API_KEY: KEY,
    OTHER_SERVICE_TOKEN: OTHER,
  }
}

const shell = (command: string) => openaiChatReply({toolCalls: [{id: 'c', name: 'shell', input: {command}}]})
const shellThen = (command: string, text = 'ok'): Answer => {
  return (_request, index) => (index === 0 ? shell(command) : openaiChatReply({text}))
}

type Running = {child: ChildProcess; out: () => string; code: Promise<number | NodeJS.Signals | null>}

function start(args: readonly string[]): Running {
  const child = spawn(process.execPath, [VIBE, 'run', '--yes', ...args], {cwd: sandbox.project, env})
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.resume()
  child.stdin.end()
  return {
    child,
    out: () => out,
    code: new Promise((resolve) => child.on('close', (code, signal) => resolve(code ?? signal))),
  }
}

/** Through a shell, which must not hold this process up: the service lives in it. */
async function bash(command: string): Promise<string> {
  const vibe = `"${process.execPath}" "${VIBE}"`
  return (await runProgram(['bash', '-c', command.replace('vibe', vibe)], {cwd: sandbox.project, env, timeout: 20_000}))
    .stdout
}

async function appears(path: string): Promise<void> {
  for (let n = 0; n < 400 && !existsSync(path); n++) await wait(25)
  expect(existsSync(path)).to.equal(true)
}

function alive(pidFile: string): boolean {
  const pid = Number(readFileSync(join(sandbox.project, pidFile), 'utf8'))
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

const sessionFiles = () => globSync(join(sandbox.home, '.local/share/vibe-coder/sessions/*/*.jsonl'))

describe('vibe run in trouble', function () {
  this.timeout(60_000)
  beforeEach(() => {
    sandbox = createSandbox()
  })
  afterEach(async () => {
    await server.close()
    sandbox.remove()
  })

  const STUBBORN = `trap '' TERM INT HUP; echo $$ > pid; touch ready; while :; do sleep 0.2; done`

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    it(`ends on ${signal} with its result and leaves nothing running, not even what ignores TERM`, async () => {
      await serve(shellThen(STUBBORN))
      const {child, out, code} = start(['--output-format', 'stream-json', 'go'])
      await appears(join(sandbox.project, 'ready'))
      child.kill(signal)
      expect(await code).to.equal(130)
      expect(JSON.parse(out().trim().split('\n').at(-1) ?? '')).to.include({type: 'result', status: 'interrupted'})
      await wait(100)
      expect(alive('pid')).to.equal(false)
    })
  }

  it('ends at the time limit with its result and leaves nothing running', async () => {
    await serve(shellThen(STUBBORN))
    const {out, code} = start(['--json', '--timeout', '2', 'go'])
    expect(await code).to.equal(7)
    expect(JSON.parse(out())).to.include({type: 'result', status: 'limit'})
    await wait(100)
    expect(alive('pid')).to.equal(false)
  })

  it('has no key in any file of its own: not from the prompt, not from a tool, in no encoding', async () => {
    const forms = [
      KEY,
      Buffer.from(KEY).toString('base64'),
      Buffer.from(KEY).toString('hex'),
      encodeURIComponent(KEY),
      OTHER,
    ]
    writeFileSync(join(sandbox.project, 'leak.txt'), forms.join('\n'))
    await serve(shellThen('cat leak.txt', `your key is ${KEY}`))
    const {code} = start(['--debug', `my key is ${KEY} and ${OTHER}`])
    expect(await code).to.equal(0)
    const files = globSync(join(sandbox.home, '**/*')).concat(globSync(join(sandbox.home, '.*/**/*')))
    const held = files.filter(
      (path) => statSync(path).isFile() && forms.some((form) => readFileSync(path, 'utf8').includes(form)),
    )
    expect(sessionFiles()).to.have.length(1)
    expect(held).to.deep.equal([])
  })

  it('has no secret header of the configuration in a session', async () => {
    await serve(() => openaiChatReply({text: 'ok'}))
    const folder = join(sandbox.home, '.config/vibe-coder')
    mkdirSync(folder, {recursive: true})
    writeFileSync(join(folder, 'config.json'), '{"customHeaders":{"X-Api-Key":"header-secret-77"}}')
    expect((await sandbox.vibe(['run', 'is header-secret-77 safe?'], {env})).code).to.equal(0)
    const [session = ''] = sessionFiles()
    expect(readFileSync(session, 'utf8')).to.contain('is [redacted] safe?')
  })

  it('refuses a session that another vibe has open, and takes it up afterwards', async () => {
    await serve((_request, index) => (index === 0 ? shell('touch ready; sleep 20') : openaiChatReply({text: 'ok'})))
    const {child, code} = start(['go'])
    await appears(join(sandbox.project, 'ready'))
    const second = await sandbox.vibe(['run', '--continue', 'me too'], {env})
    expect(second.code).to.equal(3)
    expect(second.stderr).to.contain(`in use by another vibe (process ${child.pid})`)
    child.kill('SIGKILL')
    await code
    expect((await sandbox.vibe(['run', '--continue', 'now'], {env})).code).to.equal(0)
  })

  it('goes on in memory when the disk takes no more, says so, and still ends in its result', async () => {
    const text = 'x'.repeat(200_000)
    await serve((_request, index) =>
      openaiChatReply(index === 0 ? {text, toolCalls: [{id: 'c', name: 'list', input: {}}]} : {text: 'ok'}),
    )
    const out = await bash('ulimit -f 64; exec vibe run --output-format stream-json go')
    expect(out).to.contain('goes on in memory only')
    expect(JSON.parse(out.trim().split('\n').at(-1) ?? '')).to.include({type: 'result', status: 'ok'})
    expect(readFileSync(sessionFiles()[0] ?? '', 'utf8').endsWith('\n')).to.equal(true)
  })

  it('keeps its files private under umask 000', async () => {
    await serve(() => openaiChatReply({text: 'ok'}))
    await bash('umask 000; exec vibe run --debug go')
    const base = join(sandbox.home, '.local/share/vibe-coder')
    const open = globSync(join(base, '**/*')).filter((path) => (statSync(path).mode & 0o077) !== 0)
    expect(open).to.deep.equal([])
    expect(statSync(base).mode & 0o077).to.equal(0)
  })

  it('loses no line to a slow reader of 5 MB', async () => {
    const text = 'word '.repeat(1_000_000)
    await serve(() => openaiChatReply({text}))
    const out = await bash('vibe run --output-format stream-json go | (sleep 1.5; cat)')
    const events = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as {type: string; text?: string})
    expect(events.at(-1)?.type).to.equal('result')
    expect(events.at(-1)?.text?.length).to.equal(text.length)
  })

  it('refuses binary input, and does not wait beyond its time for one that never ends', async () => {
    await serve(() => openaiChatReply({text: 'ok'}))
    const binary = await sandbox.vibe(['run', 'what is this?'], {env, input: 'PNG\0\u0001'})
    expect(binary.code).to.equal(2)
    expect(binary.stderr).to.contain('binary')
    const endless = spawn(process.execPath, [VIBE, 'run', '--timeout', '1'], {
      cwd: sandbox.project,
      env,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    expect(await new Promise((resolve) => endless.on('close', resolve))).to.equal(7)
  })

  it('does not change what --read sent along, whatever is allowed', async () => {
    writeFileSync(join(sandbox.project, 'fixed.txt'), 'as it is\n')
    await serve((_request, index) =>
      openaiChatReply(
        index === 0
          ? {toolCalls: [{id: 'c', name: 'write', input: {path: 'fixed.txt', content: 'changed\n'}}]}
          : {text: 'ok'},
      ),
    )
    await sandbox.vibe(['run', '--yes', '--read', 'fixed.txt', 'change it'], {env})
    expect(readFileSync(join(sandbox.project, 'fixed.txt'), 'utf8')).to.equal('as it is\n')
  })

  it('spends one limit on plan and edits together', async () => {
    await serve((_request, index) =>
      openaiChatReply(
        index === 0
          ? {text: 'The plan.'}
          : {toolCalls: [{id: 'c', name: 'list', input: {path: '.', n: String(index)}}]},
      ),
    )
    const {code} = await sandbox.vibe(['run', '--yes', '--mode', 'architect', '--max-turns', '3', 'go'], {env})
    expect(code).to.equal(7)
    expect(server.requests).to.have.length(3)
  })
})
