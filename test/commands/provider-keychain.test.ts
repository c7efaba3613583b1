import {expect} from 'chai'
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {openaiChatReply, startScriptedServer} from 'vibe-plugin-testkit'
import {startChatService, type ChatService} from '../support/chat-service.ts'
import {createSandbox, type Sandbox} from '../support/sandbox.ts'
import {hasSecretService, startSecretService, type SecretService} from '../support/secret-service.ts'
import {makeVibeHome} from '../support/vibe.ts'

const KEY = 'sk-test-0123456789-wxyz'
const NEW_KEY = 'sk-test-9876543210-abcd'

describe('a key in the keychain', function () {
  this.timeout(90_000)
  let box: Sandbox
  let gate: ChatService
  let env: Record<string, string>
  beforeEach(async () => {
    box = createSandbox()
    gate = await startChatService({key: KEY})
    // Never the keychain of whoever runs the tests.
    env = {VIBE_CODER_CREDENTIAL_STORE: 'auto', DBUS_SESSION_BUS_ADDRESS: `unix:path=${box.home}/no-bus`}
  })
  afterEach(async () => {
    await gate.close()
    box.remove()
  })

  const vibe = async (args: string[], input?: string) => {
    const run = await box.vibe(args, {env, ...(input === undefined ? {} : {input})})
    expect(run.stdout + run.stderr).not.to.contain(KEY)
    return run
  }
  const add = (more: string[] = []) =>
    vibe(
      ['provider:add', 'work', '--type', 'openai-compatible', '--endpoint', `${gate.url}/v1`, '--key-stdin']
        .concat(['--model', 'alpha'])
        .concat(more),
      KEY,
    )
  const credential = () => {
    const text = readFileSync(join(box.home, '.config/vibe-coder/config.json'), 'utf8')
    const {providers} = JSON.parse(text) as {providers?: Record<string, {credential?: unknown}>}
    return providers?.['work']?.credential
  }
  const file = () => join(box.home, '.local/share/vibe-coder/credentials.json')

  describe('of a real Secret Service', () => {
    if (!hasSecretService()) {
      it.skip('is added, shown, used, changed and removed (skipped: no secret service here)')
      return
    }
    let service: SecretService | undefined
    beforeEach(async () => {
      service = await startSecretService()
      env = {...env, DBUS_SESSION_BUS_ADDRESS: service.env['DBUS_SESSION_BUS_ADDRESS'] ?? ''}
    })
    afterEach(() => service?.stop())

    it('is added, shown, used, changed and removed, and is in no file', async () => {
      const added = await add()
      expect(added.code, added.stderr).to.equal(0)
      expect(added.stdout).to.contain('The key is in the Secret Service.').and.not.to.contain('cannot be used')
      expect(credential()).to.deep.equal({store: 'work', in: 'keychain'})

      const shown = await vibe(['provider:show', 'work'])
      expect(shown.stdout).to.match(/key\s+…wxyz\s+stored in the keychain/)
      const answer = await vibe(['run', 'say hello'])
      expect(answer.code, answer.stderr).to.equal(0)

      const updated = await vibe(['provider:update', 'work', '--key-stdin', '--no-validate'], NEW_KEY)
      expect(updated.stdout).to.contain('The key is in the Secret Service.')
      expect((await vibe(['provider:show', 'work'])).stdout).to.contain('…abcd')
      const folder = join(box.home, '.local/share/vibe-coder')
      const kept = existsSync(folder) ? readdirSync(folder, {recursive: true, encoding: 'utf8'}) : []
      expect(kept.filter((name) => name.includes('credentials'))).to.deep.equal([])

      const removed = await vibe(['provider:remove', 'work'])
      expect(removed.stdout).to.contain('Removed "work" and its stored key.')
    })

    it('moves with the setting, and leaves nothing behind', async () => {
      await add(['--no-validate'])
      await vibe(['config:set', 'credentialStore', 'file'])
      env = {...env, VIBE_CODER_CREDENTIAL_STORE: ''}
      const toFile = await vibe(['provider:update', 'work', '--key-stdin', '--no-validate'], KEY)
      expect(toFile.code, toFile.stderr).to.equal(0)
      expect(credential()).to.deep.equal({store: 'work'})
      expect(readFileSync(file(), 'utf8')).to.contain(KEY)
      await vibe(['config:set', 'credentialStore', 'keychain'])
      await vibe(['provider:update', 'work', '--key-stdin', '--no-validate'], KEY)
      expect(credential()).to.deep.equal({store: 'work', in: 'keychain'})
      expect(readFileSync(file(), 'utf8')).not.to.contain(KEY)
    })

    it('that gets locked stops a run with one clear error, and a new key goes into the file', async () => {
      await add()
      service?.lock()
      const run = await vibe(['run', 'say hello'])
      expect(run.code).to.equal(4)
      expect(run.stderr)
        .to.contain('The Secret Service cannot be used')
        .and.contain('provider:update work --key-stdin')
        .and.not.contain('trying again')
      const updated = await vibe(['provider:update', 'work', '--key-stdin'], KEY)
      expect(updated.code, updated.stderr).to.equal(0)
      expect(updated.stdout)
        .to.contain('The Secret Service cannot be used')
        .and.contain('The old key was not taken out')
      expect((await vibe(['run', 'say hello'])).code).to.equal(0)
    })

    it('that gets locked does not keep a provider from being removed', async () => {
      await add(['--no-validate'])
      service?.lock()
      const removed = await vibe(['provider:remove', 'work'])
      expect(removed.code).to.equal(0)
      expect(removed.stdout).to.match(/^Removed "work"\.\nThe old key was not taken out of the keychain\./)
    })
  })

  // Other systems always have a keychain, which is not the test's.
  if (process.platform !== 'linux') {
    it.skip('goes into the file where nothing answers (skipped: only Linux can be without a keychain)')
    return
  }

  it('goes into the file where nothing answers, and one line says why', async () => {
    const added = await add()
    expect(added.code, added.stderr).to.equal(0)
    expect(added.stdout).to.match(/The key is in .*credentials\.json\.\n/)
    expect(added.stdout).to.match(/\nThe Secret Service cannot be used: .+\.\n/)
    expect(credential()).to.deep.equal({store: 'work'})
    expect((await vibe(['run', 'say hello'])).code).to.equal(0)
  })

  it('is refused with "keychain" where nothing answers, and the provider is not saved', async () => {
    env = {...env, VIBE_CODER_CREDENTIAL_STORE: 'keychain'}
    const added = await add(['--no-validate'])
    expect(added.code).to.equal(4)
    expect(added.stderr).to.contain('vibe config:set credentialStore auto')
    expect(credential()).to.equal(undefined)
    expect(existsSync(file())).to.equal(false)
  })
})

describe('a run with a key from the environment', function () {
  this.timeout(60_000)
  it('loads nothing of the keychain', async () => {
    const home = await makeVibeHome()
    const server = await startScriptedServer(() => openaiChatReply({text: 'Hello.'}))
    const env = {
      VIBE_CODER_ENDPOINT: `${server.url}/v1`,
      VIBE_CODER_MODEL: 'scripted',
      VIBE_CODER_API_KEY: KEY,
      VIBE_CODER_CREDENTIAL_STORE: 'auto',
    }
    const run = await home.runRecorded(['run', 'say hello'], {env})
    await server.close()
    await home.remove()
    expect(run.code, run.stderr).to.equal(0)
    expect(run.files.filter((path) => /keychain|keyring/.test(path))).to.deep.equal([])
  })
})
