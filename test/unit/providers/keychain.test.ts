import {expect} from 'chai'
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {createServer, type Server} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {StoreChoice} from '../../../src/config/values.ts'
import {VibeError} from '../../../src/errors.ts'
import {removeCredential, resolveCredential, storeCredential} from '../../../src/providers/credentials.ts'
import {systemKeychain} from '../../../src/providers/keychain-platform.ts'
import {hasSecretService, startSecretService, type SecretService} from '../../support/secret-service.ts'

const key = 'secret-key-0123456789'
const fromKeychain = {store: 'work', in: 'keychain'} as const
const NO_BUS = {PATH: process.env['PATH'] ?? ''}

describe('the keychain', function () {
  this.timeout(20_000)
  let folder = ''
  let dataFolder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vibe-keychain-'))
    dataFolder = join(folder, 'data')
  })
  afterEach(() => rmSync(folder, {recursive: true, force: true}))

  type More = {
    env?: Record<string, string>
    prefer?: StoreChoice
    signal?: AbortSignal
    keychain?: {platform?: NodeJS.Platform; library?: string; timeoutMs?: number}
  }
  const place = (more: More = {}) => ({
    dataFolder,
    env: NO_BUS,
    prefer: 'auto' as const,
    signal: new AbortController().signal,
    ...more,
  })
  const store = (more?: More) => storeCredential('work', key, place(more))
  const read = (more?: More) => resolveCredential({reference: fromKeychain, instance: 'work', ...place(more)})
  const caught = async (promise: Promise<unknown>) => {
    const error = await promise.then(
      () => undefined,
      (reason: unknown) => reason,
    )
    if (!(error instanceof VibeError)) throw new Error(`no VibeError: ${String(error)}`)
    expect(error.message + (error.hint ?? '')).not.to.contain('secret-key')
    return error
  }
  const inFile = () => existsSync(join(dataFolder, 'credentials.json'))

  it('has the name that its users know, and needs a session bus on Linux', () => {
    expect(systemKeychain('darwin', {})).to.deep.equal({name: 'the macOS Keychain'})
    expect(systemKeychain('win32', {})).to.deep.equal({name: 'the Windows Credential Manager'})
    for (const variable of ['DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR'])
      expect(systemKeychain('linux', {[variable]: '/x'})).to.deep.equal({name: 'the Secret Service'})
    expect(systemKeychain('linux', {})).to.have.property('reason')
    expect(systemKeychain('aix', {})).to.have.property('reason')
  })

  describe('with a real Secret Service', () => {
    if (!hasSecretService()) {
      it.skip('keeps and gives keys (skipped: no secret service here)')
      return
    }
    let service: SecretService | undefined
    before(async () => {
      service = await startSecretService()
    })
    after(() => service?.stop())
    const real = (more: More = {}) => ({...more, env: service?.env ?? {}})

    it('keeps, gives, replaces and removes a key, and writes it into no file', async () => {
      expect(await store(real())).to.deep.equal({reference: fromKeychain, place: 'the Secret Service'})
      expect(await read(real())).to.deep.equal({kind: 'api-key', value: key})
      await storeCredential('work', `${key}-new`, place(real()))
      expect(await read(real())).to.have.property('value', `${key}-new`)
      expect(inFile()).to.equal(false)
      expect(await removeCredential(fromKeychain, place(real()))).to.equal(true)
      expect(await removeCredential(fromKeychain, place(real()))).to.equal(false)
      expect(await caught(read(real()))).to.include({code: 'auth-missing', exit: 4, origin: 'the Secret Service'})
    })

    it('keeps the keys of two configurations apart', async () => {
      await store(real())
      const elsewhere = {...place(real()), dataFolder: join(folder, 'other')}
      await storeCredential('work', `${key}-other`, elsewhere)
      expect(await read(real())).to.have.property('value', key)
      expect(await removeCredential(fromKeychain, elsewhere)).to.equal(true)
      expect(await read(real())).to.have.property('value', key)
    })

    it('loses no key of six that are stored at once', async () => {
      const names = Array.from({length: 6}, (_, index) => `p${index}`)
      await Promise.all(names.map((name) => storeCredential(name, `${key}-${name}`, place(real()))))
      const keys = await Promise.all(
        names.map((name) => resolveCredential({reference: {store: name, in: 'keychain'}, ...place(real())})),
      )
      expect(keys).to.deep.equal(names.map((name) => ({kind: 'api-key', value: `${key}-${name}`})))
    })

    it('is left alone when the file is preferred', async () => {
      expect(await store(real({prefer: 'file'}))).to.deep.equal({
        reference: {store: 'work'},
        place: join(dataFolder, 'credentials.json'),
      })
      expect(await caught(read(real()))).to.have.property('code', 'auth-missing')
    })

    it('that is locked ends in an error on reading, and in the file on storing', async () => {
      await store(real())
      service?.lock()
      const started = performance.now()
      expect(await caught(read(real()))).to.include({code: 'keychain-failed', exit: 4})
      const kept = await storeCredential('work', `${key}-file`, place(real()))
      expect(kept.reference).to.deep.equal({store: 'work'})
      expect(kept.note).to.match(/^The Secret Service cannot be used: .+\.$/)
      expect(performance.now() - started).to.be.below(9_000)
      expect(await caught(removeCredential(fromKeychain, place(real())))).to.have.property('code', 'keychain-failed')
    })
  })

  it('that is not there means the file, said in one line', async () => {
    const started = performance.now()
    const kept = await store({keychain: {platform: 'linux'}})
    expect(performance.now() - started).to.be.below(1_000)
    expect(kept).to.deep.include({reference: {store: 'work'}, place: join(dataFolder, 'credentials.json')})
    expect(kept.note).to.equal('The keychain cannot be used: no Secret Service runs in this session.')
  })

  it('that nobody answers for is an error, not the memory of the kernel', async () => {
    const env = {...NO_BUS, DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(folder, 'nothing')}`}
    const more: More = {env, keychain: {platform: 'linux'}}
    expect((await store(more)).reference).to.deep.equal({store: 'work'})
    expect(await caught(read(more))).to.include({code: 'keychain-failed', origin: 'the Secret Service'})
  })

  it('that cannot be asked, since no process starts, means the file', async () => {
    const env = {...NO_BUS, DBUS_SESSION_BUS_ADDRESS: 'unix:path=x', HUGE: 'x'.repeat(3_000_000)}
    const kept = await store({env, keychain: {platform: 'linux'}})
    expect(kept.reference).to.deep.equal({store: 'work'})
    expect(kept.note).to.match(/cannot be started \(E2BIG\)\.$/)
  })

  it('is wanted alone with "keychain": then no file is written', async () => {
    const error = await caught(store({prefer: 'keychain', keychain: {platform: 'aix'}}))
    expect(error).to.include({code: 'keychain-failed', exit: 4, hint: 'vibe config:set credentialStore auto'})
    expect(inFile()).to.equal(false)
  })

  describe('on a bus that is silent', () => {
    let server: Server
    let env: Record<string, string>
    beforeEach(async () => {
      const path = join(folder, 'bus')
      server = createServer()
      await new Promise<void>((resolve) => server.listen(path, resolve))
      env = {...NO_BUS, DBUS_SESSION_BUS_ADDRESS: `unix:path=${path}`}
    })
    afterEach(() => server.close())

    it('is waited for three seconds, while the process goes on', async () => {
      let ticks = 0
      const ticking = setInterval(() => ticks++, 20)
      const started = performance.now()
      const kept = await store({env, keychain: {platform: 'linux'}})
      clearInterval(ticking)
      expect(performance.now() - started).to.be.within(2_900, 6_000)
      expect(ticks).to.be.greaterThan(50)
      expect(kept.note).to.contain('no answer within 3 s; it may be locked')
    })

    it('is given up at once when told', async () => {
      const signal = AbortSignal.timeout(300)
      const started = performance.now()
      const error: unknown = await store({env, signal, keychain: {platform: 'linux'}}).catch(
        (reason: unknown) => reason,
      )
      expect(performance.now() - started).to.be.below(1_500)
      expect(error).to.have.property('name', 'TimeoutError')
      expect(inFile()).to.equal(false)
    })
  })

  describe('behind a library that is broken', () => {
    const good = `async setSecret(bytes) { write(bytes) }, async getSecret() { return read() }, async deleteCredential() { return true }`
    const entry = (body: string) => `exports.AsyncEntry = class { constructor() { return {${body}} } }`
    const cases: Array<[name: string, source: string, reason: RegExp]> = [
      ['is no JavaScript', 'this is not', /cannot be used: ./],
      [
        'throws when it is loaded',
        `throw new Error('cannot open shared object\\nmore')`,
        /cannot open shared object\.$/,
      ],
      ['offers something else', 'exports.Entry = 1', /not a constructor/],
      ['ends the process', 'process.exit(7)', /ended its process \(code 7\)/],
      ['crashes', 'process.abort()', /ended its process \(SIGABRT\)/],
      ['hangs', 'for (;;);', /no answer within 1\.5 s/],
      ['prints something', `console.log('[]')`, /cannot be read/],
      ['forgets', entry(good.replace('write(bytes)', '').replace('read()', 'null')), /did not give back/],
      [
        'keeps something else',
        entry(good.replace('write(bytes)', '').replace('read()', '[1, 2]')),
        /did not give back/,
      ],
      ['repeats the key', entry(`async setSecret(bytes) { throw Error('bad ' + bytes) }`), /bad …/],
      ['throws no error', entry(`async setSecret() { throw undefined }`), /undefined/],
    ]
    for (const [name, source, reason] of cases) {
      it(`${name}: the key goes into the file, and one line says why`, async () => {
        const library = join(folder, 'library.cjs')
        writeFileSync(library, source)
        const kept = await store({keychain: {platform: 'darwin', library, timeoutMs: name === 'hangs' ? 1_500 : 8_000}})
        expect(kept.reference).to.deep.equal({store: 'work'})
        expect(kept.note)
          .to.match(reason)
          .and.match(/^The macOS Keychain cannot be used: /)
        expect(kept.note).not.to.contain('secret-key').and.not.to.contain('\n')
        expect(JSON.parse(readFileSync(join(dataFolder, 'credentials.json'), 'utf8'))).to.have.nested.property(
          'credentials.work.key',
          key,
        )
      })
    }

    it('is missing: the same', async () => {
      const kept = await store({keychain: {platform: 'darwin', library: join(folder, 'absent.cjs')}})
      expect(kept.reference).to.deep.equal({store: 'work'})
      expect(kept.note).to.match(/Cannot find module/)
    })

    it('gets the key through its input, never as an argument or variable', async () => {
      const seen = join(folder, 'seen')
      const library = join(folder, 'library.cjs')
      const spy = `require('fs').writeFileSync(${JSON.stringify(seen)}, JSON.stringify([process.argv, process.execArgv, process.env]));`
      writeFileSync(
        library,
        `${spy} let kept = null; const write = (b) => { kept = b }, read = () => kept; ${entry(good)}`,
      )
      const kept = await store({keychain: {platform: 'darwin', library, timeoutMs: 8_000}})
      expect(kept).to.deep.equal({reference: fromKeychain, place: 'the macOS Keychain'})
      expect(readFileSync(seen, 'utf8')).to.contain('PATH').and.not.to.contain(key)
    })
  })

  it('refuses what is no key before it is asked', async () => {
    expect(await caught(storeCredential('work', 'short', place()))).to.include({code: 'key-invalid', exit: 4})
  })
})
