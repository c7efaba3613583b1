import {expect} from 'chai'
import {startChatService} from '../support/chat-service.ts'
import {KEYS, startPty} from '../support/pty.ts'
import {createSandbox, VIBE} from '../support/sandbox.ts'

describe('the first start', function () {
  this.timeout(60_000)

  it('goes from nothing through the wizard into a talk', async () => {
    const box = createSandbox()
    const service = await startChatService({})
    const env = {...box.env, OPENAI_API_KEY: 'sk-0123456789-wxyz', OPENAI_BASE_URL: `${service.url}/v1`}
    const pty = startPty(process.execPath, [VIBE], {cwd: box.project, env})
    try {
      await pty.see('❯ OpenAI')
      pty.type(KEYS.enter)
      await pty.see('❯ alpha')
      pty.type(KEYS.enter)
      await pty.see('Type to ask')
      pty.type('hello\r')
      await pty.see(/in, \d+ out/)
      pty.type(KEYS.controlD)
      expect(await pty.exit()).to.equal(0)
      expect(pty.text()).to.contain('openai · alpha · code mode')
    } finally {
      pty.close()
      await service.close()
      box.remove()
    }
  })
})
