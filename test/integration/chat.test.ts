import {expect} from 'chai'
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import {openaiChatReply, startScriptedServer, type Answer, type ScriptedServer} from 'vibe-plugin-testkit'
import {KEYS, startPty, type Pty} from '../support/pty.ts'
import {createSandbox, VIBE, type Sandbox} from '../support/sandbox.ts'

let sandbox: Sandbox
let server: ScriptedServer
let pty: Pty | undefined

async function chat(answer: Answer, ...args: string[]): Promise<Pty> {
  return chatIn({}, answer, ...args)
}

async function chatIn(more: Record<string, string>, answer: Answer, ...args: string[]): Promise<Pty> {
  server = await startScriptedServer(answer)
  const env = {
    ...sandbox.env,
    VIBE_CODER_ENDPOINT: `${server.url}/v1`,
    VIBE_CODER_MODEL: 'scripted',
    VIBE_CODER_API_KEY: 'sk-test-0123456789',
    ...more,
  }
  pty = startPty(process.execPath, [VIBE, 'chat', ...args], {cwd: sandbox.project, env, columns: 100, rows: 30})
  return pty
}

const writeCall = (id: string) =>
  openaiChatReply({toolCalls: [{id, name: 'write', input: {path: 'new.txt', content: 'hello\n'}}]})

describe('vibe chat in a terminal', function () {
  this.timeout(60_000)
  beforeEach(() => {
    sandbox = createSandbox()
  })
  afterEach(async () => {
    pty?.close()
    await server.close()
    sandbox.remove()
  })

  it('streams answers, keeps the talk on the screen and says how to go on', async () => {
    const screen = await chat((_request, index) => openaiChatReply({text: `Answer number ${index}.`}))
    await screen.see('›')
    screen.type(`first question${KEYS.enter}`)
    await screen.see('Answer number 0.')
    await screen.see(/cost unknown/)
    screen.type(`second question${KEYS.enter}`)
    await screen.see('Answer number 1.')
    expect(server.requests[1]?.body).to.contain('first question').and.contain('Answer number 0.')
    await wait(100)
    screen.type(KEYS.controlD)
    expect(await screen.exit()).to.equal(0)
    expect(screen.text()).to.match(/vibe chat --resume [0-9a-f]{12}/)
    expect(screen.text()).to.contain('Answer number 0.')
  })

  it('shows the whole change and writes only after a yes', async () => {
    const screen = await chat(
      (_request, index) => (index === 0 ? writeCall('c') : openaiChatReply({text: 'Written.'})),
      'make a file',
    )
    await screen.see('Allow? y / n')
    expect(screen.text()).to.contain('+hello')
    expect(existsSync(join(sandbox.project, 'new.txt'))).to.equal(false)
    await wait(700)
    screen.type(`y${KEYS.enter}`)
    await screen.see('Written.')
    expect(readFileSync(join(sandbox.project, 'new.txt'), 'utf8')).to.equal('hello\n')
  })

  it('takes a sentence as a no with a reason, and Enter alone as nothing', async () => {
    const screen = await chat(
      (_request, index) => (index === 0 ? writeCall('c') : openaiChatReply({text: 'Understood.'})),
      'make a file',
    )
    await screen.see('Allow? y / n')
    await wait(700)
    screen.type(KEYS.enter)
    await wait(100)
    screen.type(`use another name${KEYS.enter}`)
    await screen.see('Understood.')
    expect(existsSync(join(sandbox.project, 'new.txt'))).to.equal(false)
    expect(server.requests[1]?.body).to.contain('use another name')
  })

  it('lets nothing that was typed ahead approve', async () => {
    const screen = await chat(
      (_request, index) => (index === 0 ? writeCall('c') : openaiChatReply({text: 'End.'})),
      'make a file',
    )
    screen.type(`y${KEYS.enter}y${KEYS.enter}`)
    await screen.see('Allow? y / n')
    await wait(600)
    expect(existsSync(join(sandbox.project, 'new.txt'))).to.equal(false)
  })

  it('stops an answer on Ctrl-C, keeps what came, and goes on', async () => {
    const partial = `data: ${JSON.stringify({choices: [{index: 0, delta: {content: 'half a sentence'}}]})}\n\n`
    const screen = await chat((_request, index) =>
      index === 0
        ? {headers: {'content-type': 'text/event-stream'}, steps: [{write: partial}, {stall: true}]}
        : openaiChatReply({text: 'Going on.'}),
    )
    await screen.see('›')
    screen.type(`question${KEYS.enter}`)
    await screen.see('half a sentence')
    const started = performance.now()
    screen.type(KEYS.controlC)
    await screen.see('stopped')
    expect(performance.now() - started).to.be.below(400)
    screen.type(`again${KEYS.enter}`)
    await screen.see('Going on.')
    expect(server.requests[1]?.body).to.contain('half a sentence')
  })

  it('sends no slash command to the model', async () => {
    writeFileSync(join(sandbox.project, 'a.txt'), '')
    const screen = await chat(() => openaiChatReply({text: 'x'}))
    await screen.see('›')
    screen.type(`/hlep${KEYS.enter}`)
    await screen.see('Did you mean /help?')
    screen.type(`/mode ask${KEYS.enter}`)
    await screen.see('ask mode')
    screen.type(`/exit${KEYS.enter}`)
    expect(await screen.exit()).to.equal(0)
    expect(server.requests).to.have.length(0)
  })

  it('takes Ctrl-C at a question for the whole turn, and Ctrl-D for a no', async () => {
    const screen = await chat(
      (_request, index) => (index < 2 ? writeCall(`c${index}`) : openaiChatReply({text: 'Understood.'})),
      'make a file',
    )
    await screen.see('Allow? y / n')
    await wait(100)
    screen.type(KEYS.controlC)
    await screen.see('stopped')
    expect(server.requests).to.have.length(1)
    await screen.see(/›\s*\nscripted · code/)
    screen.type(`again${KEYS.enter}`)
    await screen.see('Allow? y / n')
    await wait(100)
    screen.type(KEYS.controlD)
    await screen.see('Understood.')
    expect(existsSync(join(sandbox.project, 'new.txt'))).to.equal(false)
  })

  it('loses no line of a paste', async () => {
    const screen = await chat((_request, index) => openaiChatReply({text: `Answer number ${index}.`}))
    await screen.see('›')
    screen.type('first line\rsecond line\rbegun')
    await screen.see('Answer number 1.')
    await screen.see(/› begun/)
    expect(server.requests[1]?.body).to.contain('second line')
  })

  it('queues what is sent while it answers, and sends it next', async () => {
    const partial = `data: ${JSON.stringify({choices: [{index: 0, delta: {content: 'half a sentence'}}]})}\n\n`
    const screen = await chat((_request, index) =>
      index === 0
        ? {headers: {'content-type': 'text/event-stream'}, steps: [{write: partial}, {stall: true}]}
        : openaiChatReply({text: 'Going on.'}),
    )
    await screen.see('›')
    screen.type(`question${KEYS.enter}`)
    await screen.see('half a sentence')
    screen.type(`and another${KEYS.enter}begun`)
    await screen.see('next: and another')
    screen.type(KEYS.escape)
    await screen.see('Going on.')
    expect(server.requests[1]?.body).to.contain('and another')
    expect(await screen.see(/› begun/)).not.to.contain('next:')
  })

  it('keeps every paragraph once when the window changes its width while it answers', async () => {
    const paragraph = (n: number) => `Paragraph-${n}. ${'some words of an answer '.repeat(9)}end-${n}.\n\n`
    const pieces = Array.from({length: 40}, (_, n) => paragraph(n + 1).match(/[^]{1,23}/g) ?? []).flat()
    const steps = pieces.flatMap((content) => [
      {write: `data: ${JSON.stringify({choices: [{index: 0, delta: {content}}]})}\n\n`},
      {waitMs: 3},
    ])
    const end = {write: 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'}
    const screen = await chat(() => ({headers: {'content-type': 'text/event-stream'}, steps: [...steps, end]}))
    await screen.see('›')
    screen.type(`tell me${KEYS.enter}`)
    await screen.see('Paragraph-2.')
    for (const columns of [40, 200, 60, 120, 80]) {
      screen.resize(columns, 30)
      await wait(150)
    }
    await screen.see('cost unknown', 30_000)
    // Wide enough that no line is broken by the terminal.
    screen.resize(200, 30)
    await wait(200)
    const text = screen.text().replaceAll('\n', ' ')
    for (let n = 1; n <= 40; n++) {
      expect(text.split(`Paragraph-${n}.`), `paragraph ${n}\n${screen.text()}`).to.have.length(2)
      expect(text.split(`end-${n}.`), `end of paragraph ${n}\n${screen.text()}`).to.have.length(2)
    }
  })

  it('runs a command of the user in their terminal, and tells the model nothing of it', async () => {
    const screen = await chat(() => openaiChatReply({text: 'Well.'}))
    await screen.see('›')
    screen.type(`!echo out$((40 + 2)); tty -s && echo sane; exit 3${KEYS.enter}`)
    await screen.see(/out42\nsane\n! ended with 3/)
    screen.type(`!${KEYS.enter}`)
    await screen.see('runs a command of your own')
    screen.type(`hello${KEYS.enter}`)
    await screen.see('Well.')
    expect(server.requests).to.have.length(1)
    expect(server.requests[0]?.body).not.to.contain('out42')
  })

  it('tells a person who looks elsewhere that they are asked', async () => {
    const screen = await chat((_request, index) => (index === 0 ? writeCall('c') : openaiChatReply({text: 'End.'})))
    await screen.see('›')
    screen.type(`\u001B[Omake a file${KEYS.enter}`)
    await screen.see('Allow? y / n')
    expect(screen.raw()).to.contain('\u0007\u001B]9;Your permission is needed\u0007')
  })

  it('brings the message back when nothing could be answered', async () => {
    const screen = await chat(() => ({status: 401, steps: [{write: '{"error":{"message":"no"}}'}]}))
    await screen.see('›')
    screen.type(`a long question${KEYS.enter}`)
    await screen.see('✗')
    await screen.see(/› a long question\nscripted/)
    expect(server.requests).to.have.length(1)
  })

  for (const more of [{TERM: 'dumb'}, {CI: '1'}, {ACCESSIBLE: '1'}]) {
    it(`only adds lines with ${JSON.stringify(more)}`, async () => {
      const screen = await chatIn(more, () => openaiChatReply({text: 'The answer.'}))
      await screen.see('›')
      screen.type(`question${KEYS.enter}`)
      await screen.see(/The answer\.[^]*\n›/)
      await wait(100)
      screen.type(KEYS.controlD)
      expect(await screen.exit()).to.equal(0)
      if ('ACCESSIBLE' in more) expect(screen.text()).to.contain('Answer finished, 2 words.')
      expect(screen.raw()).not.to.contain('\u001B[?2026h').and.not.to.contain('\u001B[?2004h')
    })
  }

  it('shows no colour with NO_COLOR, and gives the terminal back', async () => {
    const screen = await chatIn({NO_COLOR: '1'}, () => openaiChatReply({text: '# Title\n\n- **one**\n'}))
    await screen.see('›')
    screen.type(`question${KEYS.enter}`)
    await screen.see('cost unknown')
    screen.type('/')
    await screen.see('❯ /help')
    screen.type('\u0015\u0004')
    expect(await screen.exit()).to.equal(0)
    // oxlint-disable-next-line no-control-regex
    expect(
      screen
        .raw()
        .match(/\u001B\[[0-9;]*m/g)
        ?.filter((code) => code !== '\u001B[0m') ?? [],
    ).to.deep.equal([])
    expect(screen.raw()).to.contain('\u001B[?2004l')
  })

  for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
    it(`leaves nothing running on ${signal}`, async () => {
      const command = "trap '' TERM HUP; echo $$ > pid; touch ready; while :; do sleep 0.2; done"
      const screen = await chat(
        () =>
          openaiChatReply({toolCalls: [{id: 'c', name: 'shell', input: {command: `echo $PPID > vibe; ${command}`}}]}),
        '--yes',
        'run it',
      )
      for (let n = 0; n < 400 && !existsSync(join(sandbox.project, 'ready')); n++) await wait(25)
      const pid = (name: string) => Number(readFileSync(join(sandbox.project, name), 'utf8'))
      process.kill(pid('vibe'), signal)
      expect(await screen.exit()).to.equal(130)
      await wait(100)
      expect(existsSync(`/proc/${pid('pid')}/cwd`)).to.equal(false)
    })
  }
})
