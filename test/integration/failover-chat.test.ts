import {expect} from 'chai'
import {setTimeout as wait} from 'node:timers/promises'
import {openaiChatReply, type Reply} from 'vibe-plugin-testkit'
import {noSuchModel, startPair, type Pair} from '../support/failing-over.ts'
import {KEYS, startPty, type Pty} from '../support/pty.ts'
import {VIBE} from '../support/sandbox.ts'

let pair: Pair | undefined
let pty: Pty | undefined

const done = () => openaiChatReply({text: 'Done by the spare one.'})
const stalls = (): Reply => ({status: 200, headers: {'content-type': 'text/event-stream'}, steps: [{stall: true}]})

function chat({sandbox, env}: Pair, ...args: string[]): Pty {
  const all = {...sandbox.env, ...env}
  pty = startPty(process.execPath, [VIBE, 'chat', ...args], {cwd: sandbox.project, env: all, columns: 100, rows: 40})
  return pty
}

describe('a fallback in a chat', function () {
  this.timeout(60_000)
  afterEach(async () => {
    pty?.close()
    await pair?.close()
    pair = undefined
  })

  it('asks once before anything leaves for a service that is not local, and names what and where', async () => {
    pair = await startPair(noSuchModel, done, 'remote')
    const screen = chat(pair, 'first question')
    await screen.see('Send it there? y / N')
    expect(screen.text())
      .to.contain('http://models.example.com/v1')
      .and.match(/1 message, about \d+ tokens/)
    expect(pair.spare.requests).to.have.length(0)
    await wait(700)
    screen.type(`y${KEYS.enter}`)
    await screen.see('Done by the spare one.')
    screen.type(`second question${KEYS.enter}`)
    await screen.see(/Done by the spare one\.[^]*second question[^]*Done by the spare one\./)
    expect(pair.spare.requests).to.have.length(2)
    // The fallback stays: the provider that failed is not asked again for a while.
    expect(pair.work.requests).to.have.length(1)
    expect(screen.text().split('Send it there?')).to.have.length(2)
  })

  it('sends nothing on Enter alone, says why, and does not ask again', async () => {
    pair = await startPair(noSuchModel, done, 'remote')
    const screen = chat(pair, 'first question')
    await screen.see('Send it there? y / N')
    await wait(700)
    screen.type(KEYS.enter)
    await screen.see('✗')
    expect(screen.text()).to.contain('passed over')
    screen.type(`second question${KEYS.enter}`)
    await screen.see(/second question[^]*✗/)
    expect(screen.text().split('Send it there?')).to.have.length(2)
    expect(pair.spare.requests).to.have.length(0)
  })

  it('stops at Ctrl-C while the fallback answers, and at the question', async () => {
    pair = await startPair(noSuchModel, stalls)
    const screen = chat(pair, 'go')
    await screen.see(/Going\s+on\s+with\s+spare/)
    await wait(200)
    screen.type(KEYS.controlC)
    await screen.see('stopped')
    await screen.see(/› go\nwork-model/)
    screen.type(`${KEYS.controlC}${KEYS.controlD}`)
    expect(await screen.exit()).to.equal(0)
    await pair.close()
    pair = await startPair(noSuchModel, done, 'remote')
    const asking = chat(pair, 'go')
    await asking.see('Send it there? y / N')
    asking.type(KEYS.controlC)
    await asking.see('stopped')
    expect(pair.spare.requests).to.have.length(0)
  })
})
