import {expect} from 'chai'
import {createServer, type Server} from 'node:http'
import {existsSync, readFileSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {startChatService, type ChatService} from '../support/chat-service.ts'
import {KEYS, startPty, type Pty} from '../support/pty.ts'
import {createSandbox, VIBE, type Sandbox} from '../support/sandbox.ts'

const KEY = 'sk-test-0123456789-wxyz'

describe('vibe setup in a terminal', function () {
  this.timeout(60_000)
  let box: Sandbox
  let service: ChatService
  let pty: Pty
  beforeEach(async () => {
    box = createSandbox()
    service = await startChatService({key: KEY})
  })
  afterEach(async () => {
    pty.close()
    await service.close()
    box.remove()
  })

  const file = () => join(box.home, '.config/vibe-coder/config.json')
  const saved = () =>
    JSON.parse(readFileSync(file(), 'utf8')) as {
      currentProvider?: string
      providers: Record<string, Record<string, unknown>>
    }

  function start(env: Record<string, string> = {}) {
    pty = startPty(process.execPath, [VIBE, 'setup'], {cwd: box.project, env: {...box.env, ...env}})
    return pty
  }

  /** The last offer is always "Another": up from the first row wraps to it. */
  async function chooseAnother() {
    await pty.see('Which model service')
    pty.type(KEYS.up)
    await pty.see('❯ Another')
    pty.type(KEYS.enter)
    await pty.see('? Address')
    pty.type(`${service.url}/v1\r`)
    await pty.see('Does it need a key?')
    pty.type('y')
    await pty.see('hidden')
  }

  /** A key that is in the environment, for a service whose address the environment moves to loopback. */
  const found = () => ({OPENAI_API_KEY: KEY, OPENAI_BASE_URL: `${service.url}/v1`})

  it('goes from a pasted key to a tried, saved, current provider', async () => {
    start()
    await chooseAnother()
    pty.type(`export THE_KEY="${KEY}"\r`)
    await pty.see('❯ alpha')
    expect(pty.text()).to.contain('price unknown')
    pty.type(KEYS.down)
    await pty.see('❯ beta')
    pty.type(KEYS.enter)
    await pty.see(/trying beta with one short question … works \(\d\.\d s, price unknown\)/)
    expect(await pty.exit()).to.equal(0)
    expect(pty.text()).to.contain('(only you can read it)').and.to.contain('Ready. Start with: vibe')
    expect(saved()).to.deep.include({currentProvider: 'custom'})
    expect(saved().providers['custom']).to.deep.include({
      endpoint: `${service.url}/v1`,
      model: 'beta',
      credential: {store: 'custom'},
    })
    expect(statSync(file()).mode & 0o777).to.equal(0o600)
    expect(pty.raw()).not.to.contain(KEY)
    // One question, then the few that measure what the model can do.
    expect(service.requests.filter(({path}) => path.endsWith('/chat/completions')).length).to.be.within(4, 7)
    expect(pty.cursorVisible()).to.equal(true)
  })

  it('offers a key of the environment first, by its name and its end', async () => {
    start(found())
    await pty.see('❯ OpenAI')
    expect(pty.text()).to.match(/❯ OpenAI +key found in OPENAI_API_KEY \(…wxyz\)/)
    expect(pty.raw()).not.to.contain(KEY)
    pty.type(KEYS.controlC)
    expect(await pty.exit()).to.equal(130)
  })

  it('offers a server that runs here', async function () {
    const server = await listenOn8080()
    if (!server) return void expect(true, 'something else listens on 8080 here').to.equal(true)
    try {
      start()
      await pty.see('running here, 1 model, free')
      pty.type(KEYS.controlC)
      expect(await pty.exit()).to.equal(130)
    } finally {
      await new Promise((resolve) => server.close(resolve))
    }
  })

  it('lets a refused key be entered again', async () => {
    start()
    await chooseAnother()
    pty.type('sk-not-the-right-one\r')
    await pty.see('What now?')
    expect(pty.text()).to.contain('refused the key')
    await pty.see('❯ Enter another key')
    pty.type(KEYS.enter)
    await pty.see(/hidden[^]*hidden/)
    pty.type(`${KEY}\r`)
    await pty.see('❯ alpha')
    pty.type(KEYS.enter)
    expect(await pty.exit()).to.equal(0)
    expect(saved().currentProvider).to.equal('custom')
  })

  it('saves anyway when told to, and says what is wrong when not', async () => {
    service.behave({key: KEY, chatStatus: 500})
    start()
    await chooseAnother()
    pty.type(`${KEY}\r`)
    await pty.see('❯ alpha')
    pty.type(KEYS.enter)
    await pty.see('What now?')
    expect(pty.text()).to.match(/failed/)
    pty.type(KEYS.up)
    await pty.see('❯ Save it anyway')
    pty.type(KEYS.enter)
    expect(await pty.exit()).to.equal(0)
    expect(saved().providers['custom']).to.include({model: 'alpha'})
  })

  it('goes back to the services on Esc and on "another service"', async () => {
    start()
    await chooseAnother()
    pty.type(KEYS.escape)
    await pty.see(/Which model service[^]*Which model service/)
    pty.type(KEYS.controlC)
    expect(await pty.exit()).to.equal(130)
    expect(existsSync(file())).to.equal(false)
  })

  describe('Ctrl-C saves nothing and leaves a sane terminal', () => {
    async function leave() {
      pty.type(KEYS.controlC)
      expect(await pty.exit(3_000)).to.equal(130)
      expect(pty.text()).to.contain('Nothing was saved.')
      expect(pty.text()).not.to.match(/ERR_|Error|    at /)
      expect(pty.cursorVisible()).to.equal(true)
      expect(existsSync(file())).to.equal(false)
      expect(existsSync(join(box.home, '.local/share/vibe-coder/credentials.json'))).to.equal(false)
    }
    it('at the service', async () => {
      start()
      await pty.see('Which model service')
      await leave()
    })
    it('at the key', async () => {
      start()
      await chooseAnother()
      await leave()
    })
    it('at the model', async () => {
      start()
      await chooseAnother()
      pty.type(`${KEY}\r`)
      await pty.see('❯ alpha')
      await leave()
    })
    it('while the service is tried', async () => {
      service.behave({key: KEY, stall: true})
      start()
      await chooseAnother()
      pty.type(`${KEY}\r`)
      await pty.see('❯ alpha')
      pty.type(KEYS.enter)
      await pty.see('trying alpha')
      await leave()
    })
  })
})

async function listenOn8080(): Promise<Server | undefined> {
  const server = createServer((_, response) =>
    response.setHeader('content-type', 'application/json').end('{"data":[{"id":"tiny"}]}'),
  )
  return new Promise((resolve) => {
    server.on('error', () => resolve(undefined))
    server.listen(8080, '127.0.0.1', () => resolve(server))
  })
}
