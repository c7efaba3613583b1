import {expect} from 'chai'
import {chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {maskKey, removeCredential, resolveCredential, storeCredential} from '../../../src/providers/credentials.ts'
import type {CredentialReference} from '../../../src/config/values.ts'
import {runCredentialCommand} from '../../../src/providers/credential-command.ts'
import {fileCredentialStore} from '../../../src/providers/credential-store.ts'

const key = 'secret-key-0123456789'
const signal = new AbortController().signal

describe('credentials', function () {
  this.timeout(15_000)
  let dataFolder = ''
  beforeEach(() => {
    dataFolder = join(mkdtempSync(join(tmpdir(), 'vibe-keys-')), 'data')
  })
  const where = () => ({dataFolder, signal, env: {}, prefer: 'file'}) as const
  const resolve = (reference: CredentialReference, more: {env?: Record<string, string>; signal?: AbortSignal} = {}) =>
    resolveCredential({
      reference,
      instance: 'work',
      env: {PATH: process.env['PATH'] ?? '', ...more.env},
      dataFolder,
      signal: more.signal ?? signal,
    })
  const failure = async (reference: CredentialReference, more = {}) =>
    resolve(reference, more).catch((error: unknown) => error)
  const node = (script: string): CredentialReference => ({command: [process.execPath, '-e', script]})

  it('reads a variable, cleaned, and none', async () => {
    expect(await resolve({env: 'MY_KEY'}, {env: {MY_KEY: `"${key}"\n`}})).to.deep.equal({kind: 'api-key', value: key})
    expect(await resolve({none: true})).to.deep.equal({kind: 'none'})
  })

  it('names where it looked when there is none, with what mends it', async () => {
    expect(await failure({env: 'MY_KEY'})).to.include({
      code: 'auth-missing',
      exit: 4,
      origin: 'MY_KEY',
      message: 'There is no key for work: the variable MY_KEY is not set',
    })
    expect(await failure({store: 'work'})).to.include({
      code: 'auth-missing',
      exit: 4,
      origin: join(dataFolder, 'credentials.json'),
      hint: 'vibe provider:update work --key-stdin',
    })
    const bad = await failure({env: 'MY_KEY'}, {env: {MY_KEY: 'secret with space'}})
    expect(bad).to.include({code: 'key-invalid', exit: 4, origin: 'MY_KEY'})
    expect(String(bad)).to.not.contain('secret')
  })

  it('stores, finds and removes keys in a private file, under any umask', async () => {
    for (const umask of [0o000, 0o022, 0o077]) {
      const before = process.umask(umask)
      try {
        await storeCredential('work', `export X_KEY="${key}"`, where())
      } finally {
        process.umask(before)
      }
      expect([
        statSync(dataFolder).mode & 0o777,
        statSync(join(dataFolder, 'credentials.json')).mode & 0o777,
      ]).to.deep.equal([0o700, 0o600])
    }
    await storeCredential('__proto__', `${key}-other`, where())
    expect(await resolve({store: 'work'})).to.deep.equal({kind: 'api-key', value: key})
    expect(await resolve({store: 'toString'}).catch((error: unknown) => error)).to.have.property('code', 'auth-missing')
    expect(await removeCredential({store: 'work'}, where())).to.equal(true)
    expect(await removeCredential({store: 'work'}, where())).to.equal(false)
    expect(await failure({store: 'work'})).to.have.property('code', 'auth-missing')
  })

  it('refuses to store what is no key', async () => {
    const error = await storeCredential('work', 'short', where()).catch((caught: unknown) => caught)
    expect(error).to.include({code: 'key-invalid', exit: 4})
    expect(existsSync(dataFolder)).to.equal(false)
  })

  it('loses no key of twenty that are stored at once, and tightens a file that is wider', async () => {
    const names = Array.from({length: 20}, (_, index) => `p${index}`)
    await Promise.all(names.map((name) => storeCredential(name, `${key}-${name}`, where())))
    expect((await fileCredentialStore(dataFolder).names()).sort()).to.deep.equal(names.sort())
    const place = join(dataFolder, 'credentials.json')
    chmodSync(place, 0o644)
    await resolve({store: 'p1'})
    expect(statSync(place).mode & 0o777).to.equal(0o600)
  })

  it('says that a store is damaged without what it holds, and keeps it aside before writing', async () => {
    await storeCredential('work', key, where())
    const place = join(dataFolder, 'credentials.json')
    const torn = readFileSync(place, 'utf8').slice(0, -9)
    writeFileSync(place, torn)
    const error = await failure({store: 'work'})
    expect(error).to.include({code: 'credentials-corrupt', exit: 4})
    expect(String(error)).to.not.contain('secret')
    const {keptCopy} = await storeCredential('other', key, where())
    expect(readFileSync(keptCopy ?? '', 'utf8')).to.equal(torn)
    expect(statSync(keptCopy ?? '').mode & 0o777).to.equal(0o600)
    expect(await resolve({store: 'other'})).to.have.property('value', key)
    expect(readdirSync(dataFolder)).to.have.length(2)
  })

  it('takes the first line that a command prints', async () => {
    expect(await resolve(node(`console.log('\\n${key}\\nuser: me')`))).to.deep.equal({kind: 'api-key', value: key})
  })

  it('runs a command as words, without a shell', async () => {
    const canary = join(dataFolder, '..', 'canary')
    const error = await failure({command: ['echo', `$(touch ${canary})`]})
    expect(error).to.have.property('code', 'key-invalid')
    expect(existsSync(canary)).to.equal(false)
  })

  for (const [name, script, reason] of [
    ['fails', `console.error('${key}'); process.exit(3)`, 'exit code 3'],
    ['prints nothing', '', 'printed nothing'],
    ['floods', `for (;;) require('fs').writeSync(1, 'x'.repeat(65536))`, 'more than a key'],
  ] as const) {
    it(`says that a command ${name}, not what it said`, async () => {
      const error = await failure(node(script))
      expect(error).to.include({code: 'auth-missing', exit: 4})
      expect(String(error)).to.contain(reason).and.not.contain('secret')
    })
  }

  it('says that a command cannot be started', async () => {
    expect(String(await failure({command: ['/no/such/program']}))).to.contain('ENOENT')
    expect(String(await failure({command: ['']}))).to.contain('empty')
  })

  it('stops a command and its children at once when told, and by its timer otherwise', async () => {
    const before = performance.now()
    const error = await failure({command: ['sh', '-c', 'sleep 30 & sleep 30']}, {signal: AbortSignal.timeout(100)})
    expect(error).to.be.instanceOf(Error)
    expect(performance.now() - before).to.be.below(1_000)
    const slow = await runCredentialCommand(['sleep', '30'], {env: process.env, signal, timeoutMs: 100})
    expect(slow).to.deep.equal({reason: 'it did not end within 0.1 s'})
  })

  it('does not wait for a grandchild that keeps the output open', async () => {
    const before = performance.now()
    expect(await resolve({command: ['sh', '-c', `sleep 20 & echo ${key}`]})).to.have.property('value', key)
    expect(performance.now() - before).to.be.below(3_000)
  })

  it('shows the last four characters of a key at most', () => {
    expect(maskKey(key)).to.equal('…6789')
    expect(maskKey('0123456789')).to.equal('…')
  })
})
