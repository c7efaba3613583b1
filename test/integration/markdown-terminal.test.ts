import {expect} from 'chai'
import {setTimeout as wait} from 'node:timers/promises'
import {openaiChatReply, startScriptedServer, type Answer, type ScriptedServer} from 'vibe-plugin-testkit'
import {KEYS, startPty, type Pty} from '../support/pty.ts'
import {createSandbox, VIBE, type Sandbox} from '../support/sandbox.ts'

const ANSWER = [
  '# The plan',
  '',
  'Do **this** with `care`, as [the guide](https://example.com/guide) says. \u001B[2J\u001B]0;owned\u0007',
  '',
  '1. Install',
  '   ```ts',
  "   const answer: string = 'yes' // sure",
  '   ```',
  '',
  '| Name | Size |',
  '|------|-----:|',
  '| 日本 | 12 |',
  '',
].join('\n')

let sandbox: Sandbox
let server: ScriptedServer
let pty: Pty

/** Runs vibe in a terminal that answers with some text. */
async function start(args: string[], env: Record<string, string> = {}, answer?: Answer): Promise<Pty> {
  server = await startScriptedServer(answer ?? (() => openaiChatReply({text: ANSWER})))
  const all = {
    ...sandbox.env,
    VIBE_CODER_ENDPOINT: `${server.url}/v1`,
    VIBE_CODER_MODEL: 'scripted',
    VIBE_CODER_API_KEY: 'sk-test-0123456789',
    ...env,
  }
  pty = startPty(process.execPath, [VIBE, ...args], {cwd: sandbox.project, env: all, columns: 80, rows: 40})
  return pty
}

describe('Markdown on a real terminal', function () {
  this.timeout(60_000)
  beforeEach(() => {
    sandbox = createSandbox()
  })
  afterEach(async () => {
    pty.close()
    await server.close()
    sandbox.remove()
  })

  it('is shown as it is meant, code at the margin and in colours, and obeys nothing foreign', async () => {
    for (const args of [
      ['chat', 'plan'],
      ['run', 'plan'],
    ]) {
      const screen = await start(args, {NO_COLOR: ''})
      await screen.see('日本')
      await screen.see(/cost unknown/)
      const shown = screen.text()
      expect(shown).to.contain('The plan\n\nDo this with care, as the guide says. ␛[2J␛]0;owned␇\n\n1. Install\nts\n')
      expect(shown).to.contain("\nconst answer: string = 'yes' // sure\n\nName  Size\n────  ────\n日本    12\n")
      expect(screen.raw()).to.contain('\u001B[35mconst\u001B[39m')
      expect(screen.raw()).to.contain('\u001B]8;;https://example.com/guide\u001B\\')
      // oxlint-disable-next-line no-control-regex
      expect(screen.raw()).to.not.match(/\u001B\[[23]J|\u001B\]0|\u001B\[\?1049/)
      pty.close()
      await server.close()
    }
  })

  it('says with signs what NO_COLOR leaves out, and where links lead', async () => {
    const screen = await start(['chat', 'plan'], {NO_COLOR: '1', FORCE_HYPERLINK: '0'})
    await screen.see(/cost unknown/)
    expect(screen.text()).to.contain(
      '# The plan\n\nDo **this** with `care`, as the guide (https://example.com/guide) says.',
    )
    // oxlint-disable-next-line no-control-regex
    expect(screen.raw()).to.not.match(/\u001B\[[0-9;]*m/)
  })

  it('stays as the model wrote it with TERM=dumb and ACCESSIBLE', async () => {
    for (const env of [{TERM: 'dumb'}, {ACCESSIBLE: '1'}]) {
      const screen = await start(['chat', 'plan'], env as Record<string, string>)
      await screen.see(/cost unknown/)
      expect(screen.text()).to.contain('Do **this** with `care`, as [the guide](https://example.com/guide) says.')
      expect(screen.text()).to.contain('| 日本 | 12 |')
      pty.close()
      await server.close()
    }
  })

  it('shows a line that does not go on for a while, once, also where the answer is stopped', async () => {
    const part = (content: string) => `data: ${JSON.stringify({choices: [{index: 0, delta: {content}}]})}\n\n`
    const screen = await start(['chat', 'plan'], {}, () => ({
      headers: {'content-type': 'text/event-stream'},
      steps: [{write: part('first line\n\nhalf a **sen')}, {stall: true}],
    }))
    await screen.see(/first line\n\nhalf a sen/)
    screen.type(KEYS.controlC)
    await screen.see('stopped')
    await wait(150)
    expect(screen.text().match(/half a/g)).to.have.length(1)
    expect(screen.text()).to.contain('first line\n\nhalf a **sen\nstopped')
  })
})
