import {expect} from 'chai'
import {closeSync, openSync, readFileSync, writeFileSync, writeSync} from 'node:fs'
import {join} from 'node:path'
import {openaiChatReply, startScriptedServer, type ScriptedServer} from 'vibe-plugin-testkit'
import {KEYS, startPty, type Pty} from '../support/pty.ts'
import {createSandbox, ROOT, VIBE, type Sandbox} from '../support/sandbox.ts'
import {
  answered,
  called,
  damagedFiles,
  linesOf,
  resulted,
  said,
  sessionFiles,
  timeOf,
} from '../support/session-files.ts'

type Sent = {messages: Array<{role: string; content?: unknown}>}

describe('sessions of the built vibe', function () {
  this.timeout(90_000)
  let box: Sandbox
  let files: ReturnType<typeof sessionFiles>
  let server: ScriptedServer
  let env: Record<string, string>
  before(async () => {
    server = await startScriptedServer(() => openaiChatReply({text: 'gone on', usage: {input: 9, output: 2}}))
    env = {VIBE_CODER_ENDPOINT: `${server.url}/v1`, VIBE_CODER_MODEL: 'scripted'}
  })
  after(() => server.close())
  beforeEach(() => {
    box = createSandbox()
    files = sessionFiles(box)
  })
  afterEach(() => box.remove())

  const lastSent = () => JSON.stringify((server.requests.at(-1)?.json as Sent).messages)

  it('are listed, shown, exported and counted as vibe itself writes them', async () => {
    expect((await box.vibe(['run', 'hello there'], {env})).code).to.equal(0)
    expect((await box.vibe(['run', '--continue', 'and again'], {env})).code).to.equal(0)
    const {sessions} = JSON.parse((await box.vibe(['session:list', '--json'])).stdout) as {
      sessions: Array<{id: string}>
    }
    expect(sessions).to.have.length(1)
    expect(sessions[0]).to.include({
      title: 'hello there',
      turns: 2,
      model: 'scripted',
      unpriced: 2,
      inUse: false,
      project: box.project,
    })
    const fork = JSON.parse(
      (await box.vibe(['session:fork', sessions[0]?.id ?? '', '--at', '1', '--json'])).stdout,
    ) as {id: string}
    expect((await box.vibe(['run', '--resume', fork.id, 'another way'], {env})).code).to.equal(0)
    expect(lastSent()).to.contain('hello there').and.to.contain('another way').and.not.to.contain('and again')
    const usage = JSON.parse((await box.vibe(['usage', '--json'])).stdout) as {total: object}
    expect(usage.total).to.include({answers: 3, input: 27, output: 6, unpriced: 3}).and.not.have.property('costUsd')
    expect((await box.vibe(['session:rename', fork.id, 'the other way'])).code).to.equal(0)
    expect((await box.vibe(['run', '--resume', 'the other way', 'on'], {env})).code).to.equal(0)
    expect(lastSent()).to.contain('another way')
    expect(server.requests, 'no title is asked for').to.have.length(4)
  })

  for (const [name, content] of Object.entries(damagedFiles())) {
    it(`go on after damage, or say why not: ${name}`, async () => {
      files.raw({id: 'aaaa11112222'}, content)
      const run = await box.vibe(['run', '--resume', 'aaaa', 'go on'], {env})
      if (name === 'no bytes') {
        expect(run.code).to.equal(3)
        expect(run.stderr).to.contain('nothing that could be continued')
        expect((await box.vibe(['run', '--continue', 'go on'], {env})).stderr).to.contain('no session of this project')
        return
      }
      expect(run.code, run.stderr).to.equal(0)
      expect(lastSent()).to.contain('the damage').and.to.contain('go on')
    })
  }

  it('of 200 MB are listed, shown and opened in seconds and little memory', async () => {
    const path = files.raw({id: 'b16000000000'}, '')
    const turn = linesOf([
      said(`please ${'x'.repeat(500)}`),
      answered('y'.repeat(3000), {
        content: [{type: 'text', text: 'y'.repeat(3000)}, called('c', 'read', {path: 'a'})],
        costUsd: 0.001,
      }),
      resulted('c', 'read', 'z'.repeat(6000)),
      {type: 'turn-end', at: timeOf(0), status: 'ok'},
    ])
    const block = Buffer.from(turn.repeat(100))
    const descriptor = openSync(path, 'w')
    writeSync(descriptor, linesOf([{type: 'session', v: 1, id: 'b16', at: timeOf(0), cwd: box.project, vibe: '1'}]))
    for (let size = 0; size < 200e6; size += block.length) writeSync(descriptor, block)
    closeSync(descriptor)
    const memory = join(box.home, 'memory')
    const measured = {
      ...env,
      VIBE_TEST_MEMORY: memory,
      NODE_OPTIONS: `--import=${join(ROOT, 'test/support/record-memory.mjs')}`,
    }
    for (const line of [
      'session:list --json',
      'session:list --json',
      'session:show b16',
      'usage',
      'run --resume b16 on',
    ]) {
      const started = performance.now()
      const run = await box.vibe(line.split(' '), {env: measured})
      expect(run.code, run.stderr).to.equal(0)
      // Two seconds on a machine that does nothing else.
      expect(performance.now() - started, line).to.be.below(line.startsWith('run') ? 10_000 : 6000)
      if (!line.startsWith('run')) expect(Number(readFileSync(memory, 'utf8')), line).to.be.below(300 * 1024)
      if (line.startsWith('session:list'))
        expect(JSON.parse(run.stdout)).to.have.nested.property('sessions[0].costUsd').that.is.greaterThan(10)
    }
  })

  describe('in a terminal', () => {
    let pty: Pty | undefined
    afterEach(() => pty?.close())
    const start = (args: string[], columns = 100) => {
      pty = startPty(process.execPath, [VIBE, ...args], {cwd: box.project, env: {...box.env, ...env}, columns})
      return pty
    }
    const some = () => {
      files.write({id: 'aaaa11112222', age: 2}, [said('mend the parser'), answered('yes')])
      files.write({id: 'bbbb11112222', age: 1}, [said('日本語の題名'), answered('yes', {costUsd: 0.5})])
      files.write({id: 'cccc11112222'}, [said(`a very long title ${'that goes on '.repeat(9)}`), answered('yes')])
    }

    for (const columns of [40, 100]) {
      it(`--resume alone lets one search and choose, at ${columns} columns`, async () => {
        some()
        const screen = start(['chat', '--resume'], columns)
        await screen.see('Which session?')
        expect(
          screen
            .text()
            .split('\n')
            .filter((line) => line.trim() !== ''),
        ).to.have.length(4)
        screen.type('parser')
        await screen.see(/❯ mend the parser/)
        screen.type(KEYS.enter)
        await screen.see('code mode')
        screen.type('what now\r')
        await screen.see(/gone on[^]*›\s*\nscripted · code/)
        expect(lastSent()).to.contain('mend the parser').and.to.contain('what now')
        screen.type(KEYS.controlD)
        expect(await screen.exit()).to.equal(0)
      })
    }

    it('--resume alone takes the only one, and says so where there is none or nobody to ask', async () => {
      files.write({id: 'aaaa11112222'}, [said('the only one'), answered('yes')])
      const screen = start(['--resume'])
      await screen.see('code mode')
      screen.type('on\r')
      await screen.see('gone on')
      expect(lastSent()).to.contain('the only one')
      screen.close()
      writeFileSync(files.pathOf('aaaa11112222'), '')
      const none = start(['--resume'])
      await none.see('There is no session of this project to continue')
      expect(await none.exit()).to.equal(3)
      expect((await box.vibe(['chat', '--resume'], {env})).code).to.equal(2)
    })

    it('the choice can be left', async () => {
      some()
      for (const key of [KEYS.controlC, KEYS.escape]) {
        const screen = start(['--resume'])
        await screen.see('Which session?')
        screen.type(key)
        expect(await screen.exit()).to.equal(130)
        expect(screen.cursorVisible()).to.equal(true)
        screen.close()
      }
    })

    it('delete asks, and "no" is the answer of Enter', async () => {
      some()
      const screen = start(['session:delete', 'aaaa', 'bbbb'])
      await screen.see('It cannot be taken back')
      expect(screen.text()).to.contain('mend the parser')
      screen.type(KEYS.enter)
      expect(await screen.exit()).to.equal(0)
      expect(readFileSync(files.pathOf('aaaa11112222'), 'utf8')).to.contain('mend')
      screen.close()
      const again = start(['session:delete', 'aaaa', 'bbbb'])
      await again.see('It cannot be taken back')
      again.type('y')
      await again.see('Deleted 2 sessions')
      expect(await again.exit()).to.equal(0)
    })

    it('lists fit from 40 to 200 columns, and a page goes to a file', async () => {
      some()
      for (const columns of [40, 80, 200]) {
        for (const args of [['session:list'], ['session:list', '--all'], ['session:show', 'cccc'], ['usage']]) {
          const screen = start(args, columns)
          expect(await screen.exit()).to.equal(0)
          expect(screen.text()).to.match(/a very|Last 7 days/)
          const wrapped = screen
            .raw()
            .replaceAll(/\u001b\[[0-9;?]*[a-zA-Z]/g, '')
            .split(/\r?\n/)
          if (args[0] !== 'session:show') for (const line of wrapped) expect(line.length, line).to.be.at.most(columns)
          screen.close()
        }
      }
      const page = start(['session:export', 'aaaa'])
      await page.see('Wrote vibe-session-aaaa11112222.html')
      expect(readFileSync(join(box.project, 'vibe-session-aaaa11112222.html'), 'utf8')).to.contain('mend the parser')
    })
  })
})
