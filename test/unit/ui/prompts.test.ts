import {expect} from 'chai'
import {tmpdir} from 'node:os'
import {fileURLToPath} from 'node:url'
import {KEYS, startPty, type Pty} from '../../support/pty.ts'

const program = fileURLToPath(new URL('../../support/ask.ts', import.meta.url))
const PATH = process.env['PATH'] ?? ''
const COLOUR = /\x1b\[(?:3\d|9\d|4\d)m/

describe('prompts in a terminal', function () {
  this.timeout(60_000)
  let pty: Pty
  afterEach(() => pty.close())

  function start(env: Record<string, string> = {}, columns = 80) {
    pty = startPty(process.execPath, [program], {cwd: tmpdir(), env: {PATH, ...env}, columns})
    return pty
  }

  async function upTo(question: 'Which?' | 'Name' | '? Key' | 'Sure?') {
    await pty.see('Which?')
    if (question === 'Which?') return
    pty.type(KEYS.enter)
    await pty.see('? Name')
    if (question === 'Name') return
    pty.type(KEYS.enter)
    await pty.see('? Key')
    if (question === '? Key') return
    pty.type('abcdefghijklm\r')
    await pty.see('Sure?')
  }

  it('takes a choice, a text, a secret and a yes', async () => {
    start()
    await pty.see('❯ Alpha')
    pty.type(KEYS.down)
    await pty.see('❯ Beta')
    pty.type(KEYS.enter)
    await pty.see('? Name')
    pty.type('bad\r')
    await pty.see('Not that one.')
    pty.type('\x7f\x7f\x7fjoe\r')
    await pty.see('? Key')
    pty.type('short\r')
    await pty.see('Too short.')
    pty.type('-and-longer\r')
    await pty.see('Sure?')
    pty.type('n')
    expect(await pty.exit()).to.equal(0)
    expect(pty.text()).to.contain('{"service":"b","name":"joe","key":16,"sure":false}')
  })

  it('never shows a secret, and draws one question line whatever its length', async () => {
    start()
    await upTo('? Key')
    const key = `sk-${'q7w8e9r0t1'.repeat(16)}`
    for (const part of key.match(/.{1,40}/g) ?? []) pty.type(part)
    await pty.see(`${key.length} characters`)
    expect(pty.text().match(/\? Key/g)).to.have.length(1)
    pty.type(KEYS.enter)
    await pty.see('Sure?')
    expect(pty.raw()).not.to.contain('q7w8')
  })

  it('shows eight rows and scrolls to the rest', async () => {
    start()
    await upTo('Which?')
    expect(pty.text()).not.to.contain('Number 6')
    for (let step = 0; step < 9; step++) pty.type(KEYS.down)
    await pty.see('❯ Number 7')
    pty.type(KEYS.enter)
    await pty.see('Which? · Number 7')
  })

  for (const question of ['Which?', 'Name', '? Key', 'Sure?'] as const) {
    for (const [name, keys] of [
      ['Ctrl-C', KEYS.controlC],
      ['Ctrl-D', KEYS.controlD],
    ] as const) {
      it(`${name} at "${question}" leaves with 130 and a sane terminal`, async () => {
        start()
        await upTo(question)
        pty.type(keys)
        expect(await pty.exit()).to.equal(130)
        expect(pty.text()).to.contain('left: interrupted')
        expect(pty.text()).not.to.match(/ERR_|at .*\.js/)
        expect(pty.cursorVisible()).to.equal(true)
      })
    }
  }

  it('tells Esc from Ctrl-C', async () => {
    start()
    await upTo('Name')
    pty.type(KEYS.escape)
    expect(await pty.exit()).to.equal(130)
    expect(pty.text()).to.contain('left: step-back')
  })

  it('obeys NO_COLOR and still shows the pointer', async () => {
    start({NO_COLOR: '1'})
    await pty.see('❯ Alpha')
    pty.type(KEYS.down)
    await pty.see('❯ Beta')
    expect(pty.raw()).not.to.match(COLOUR)
  })

  it('uses colour otherwise', async () => {
    start()
    await pty.see('❯ Alpha')
    expect(pty.raw()).to.match(COLOUR)
  })

  it('stays readable in 40 columns', async () => {
    start({}, 40)
    await pty.see('❯ Alpha')
    pty.type(KEYS.down)
    await pty.see('❯ Beta')
    expect(pty.text().match(/Which\?/g)).to.have.length(1)
  })
})

describe('prompts without a terminal', function () {
  this.timeout(60_000)
  it('refuse instead of waiting', async () => {
    const {execFile} = await import('node:child_process')
    const result = await new Promise<{code: unknown; stdout: string}>((resolve) => {
      const child = execFile(process.execPath, [program], (error, stdout) => resolve({code: error?.code ?? 0, stdout}))
      child.stdin?.end()
    })
    expect(result.code).to.equal(3)
    expect(result.stdout).to.contain('left: no-terminal')
  })
})
