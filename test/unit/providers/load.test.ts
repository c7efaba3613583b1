import {expect} from 'chai'
import {execFile} from 'node:child_process'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {isProviderError, type JsonObject, type ProviderContext} from 'vibe-plugin-api'
import {VibeError} from '../../../src/errors.ts'
import {openProvider, tryEntry, type ProviderHost} from '../../../src/providers/load.ts'
import type {Registry} from '../../../src/providers/types.ts'
import {copyFixture, fixture, instanceOf, registryOf, sourceAt, temporaryFolder} from './plugin-fixtures.ts'

const run = promisify(execFile)

describe('openProvider', () => {
  let home: ReturnType<typeof temporaryFolder>
  let registry: Registry
  const notes: Array<[string, JsonObject | undefined]> = []
  const host: ProviderHost = {
    fetch: globalThis.fetch,
    userAgent: 'vibe/0.1.0',
    debug: (message, detail) => void notes.push([message, detail]),
    vibeVersion: '0.1.0',
  }
  const names = [
    'good',
    'speaks-chat',
    'data-only',
    'hangs-on-import',
    'hangs-on-create',
    'throws-on-import',
    'throws-on-create',
    'exits-on-import',
    'exits-from-timer',
    'exits-late',
    'throws-stray',
    'writes-on-import',
    'wrong-export',
    'wrong-shape',
  ]
  const open = (id: string, changes = {}, limitMs = 2_000) =>
    openProvider({instance: instanceOf(registry, id, changes), registry, host, limitMs})
  const failure = async (id: string, limitMs?: number) => {
    try {
      await open(id, {}, limitMs)
    } catch (error) {
      if (error instanceof VibeError) return error
      throw error
    }
    throw new Error('it opened')
  }
  const contextOf = ({provider}: Awaited<ReturnType<typeof open>>) =>
    (provider as unknown as {describe: () => ProviderContext}).describe()

  before(async () => {
    home = temporaryFolder()
    registry = await registryOf(
      names.map((name) => fixture(name)),
      {cacheFolder: home.path},
    )
    expect(registry.entries.every((entry) => entry.state === 'ok')).to.equal(true)
  })
  after(() => home.remove())

  it('leaves no trap behind for a plugin that vibe ships', async () => {
    const {exit} = process
    const {write} = process.stdout
    const shipped = await registryOf([fixture('good', {type: 'core'})], {cacheFolder: home.path})
    await openProvider({instance: instanceOf(shipped, 'good'), registry: shipped, host})
    expect(process.exit).to.equal(exit)
    expect(process.stdout.write).to.equal(write)
    expect(process.hasUncaughtExceptionCaptureCallback()).to.equal(false)
  })

  it('tells a provider that a key is missing in the words of the contract, so that nothing is tried again', async () => {
    const missing = new VibeError({code: 'keychain-failed', message: 'It is locked', hint: 'unlock it', exit: 4})
    const {signal} = new AbortController()
    const context = contextOf(await open('good', {credential: () => Promise.reject(missing)}))
    const error: unknown = await context.credential(signal).catch((reason: unknown) => reason)
    expect(isProviderError(error)).to.equal(true)
    expect(error).to.include({
      code: 'auth-missing',
      message: 'It is locked',
      hint: 'unlock it',
      retryable: false,
      cause: missing,
    })
    const stray = contextOf(await open('good', {credential: () => Promise.reject(new RangeError('x'))}))
    expect(await stray.credential(signal).catch((reason: unknown) => reason)).to.be.instanceOf(RangeError)
  })

  it('gives a provider its context', async () => {
    const opened = await open('good', {settings: {contextLength: 4096}})
    const context = contextOf(opened)
    expect(context).to.include({
      apiVersion: 1,
      instanceId: 'my-good',
      providerId: 'good',
      endpoint: 'https://api.example.com/v1',
      userAgent: 'vibe/0.1.0',
    })
    expect(context.settings).to.deep.equal({region: 'eu', contextLength: 4096})
    expect(Object.isFrozen(context.settings)).to.equal(true)
    expect(context.authHeader).to.deep.equal({name: 'X-Good-Key', scheme: 'none'})
    expect(context.quirks).to.deep.equal([])
    expect(context).to.not.have.property('protocol')
    expect(opened.instance.name).to.equal('my-good')
  })

  it('runs a data-only manifest on whoever speaks its protocol', async () => {
    const opened = await open('data-only')
    expect(contextOf(opened)).to.deep.include({
      providerId: 'data-only',
      protocol: 'openai-chat',
      quirks: ['max-tokens'],
      authHeader: {name: 'Authorization', scheme: 'Bearer'},
    })
  })

  it('refuses settings that do not fit before any code runs', async () => {
    const attempt = open('throws-on-import', {settings: {colour: 'red'}})
    const error = await attempt.then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(error).to.be.instanceOf(VibeError)
    expect(error).to.include({code: 'settings-invalid', exit: 3})
    expect(await failureOf(open('good', {settings: {contextLength: 7, regoin: 'us'}}))).to.deep.include({
      message:
        'The settings of "my-good" do not fit Good: unknown setting "regoin"; did you mean "region"?; contextLength must be >= 512',
      hint: 'vibe provider:update my-good --set region=VALUE',
    })
  })

  const broken: Array<[id: string, cause: RegExp, limitMs?: number]> = [
    ['throws-on-import', /failed to start: no room \[2J left$/],
    ['throws-on-create', /failed to start: it threw an object that says nothing$/],
    ['exits-on-import', /failed to start: it called process\.exit\(9\)$/],
    ['exits-from-timer', /failed to start: it called process\.exit\(9\)$/],
    ['throws-stray', /failed to start: stray$/],
    ['hangs-on-import', /failed to start: starting it took more than 0\.05 s$/, 50],
    ['hangs-on-create', /failed to start: starting it took more than 0\.05 s$/, 50],
    ['wrong-export', /does not export a function "createProvider"$/],
    ['wrong-shape', /the provider has no function "validateConnection"$/],
  ]
  for (const [id, cause, limitMs] of broken) {
    it(`survives a plugin that ${id}`, async () => {
      const exitCode = process.exitCode
      const error = await failure(id, limitMs)
      expect(error).to.include({code: 'provider-entry-failed', exit: 3})
      expect(error.message).to.include(`fixture-${id} 1.2.3`).and.to.match(cause)
      expect(error.hint).to.include('--no-plugins').and.include(`vibe plugins uninstall fixture-${id}`)
      expect(process.exitCode).to.equal(exitCode)
      expect((await open('good')).provider.id).to.equal('good')
    })
  }

  it('is not ended by a plugin that wakes up late and exits', async () => {
    await failure('exits-late', 20)
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect((await open('good')).provider.id).to.equal('good')
  })

  it('keeps several starts at once apart', async () => {
    const results = await Promise.allSettled([
      open('good'),
      open('throws-on-import'),
      open('data-only'),
      open('exits-on-import'),
    ])
    expect(results.map(({status}) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled', 'rejected'])
  })

  it('hands its own exit and output through while a plugin starts', async () => {
    const helper = new URL('plugin-fixtures.ts', import.meta.url).href
    const load = new URL('../../../src/providers/load.ts', import.meta.url).href
    const script = (then: string) => `import {fixture, instanceOf, registryOf} from ${JSON.stringify(helper)}
      import {openProvider} from ${JSON.stringify(load)}
      const registry = await registryOf([fixture('writes-on-import'), fixture('hangs-on-import')], {cacheFolder: ${JSON.stringify(home.path)}})
      const host = {fetch, userAgent: 'vibe', debug: () => {}, vibeVersion: '0.1.0'}
      const open = (id) => openProvider({instance: instanceOf(registry, id), registry, host})
      ${then}`
    const greeting = await run(process.execPath, [
      '--input-type=module',
      '-e',
      script("await open('writes-on-import'); console.log('answer')"),
    ])
    expect(greeting.stdout).to.equal('answer\n')
    expect(greeting.stderr).to.include('welcome to my plugin\nand thank you\n')
    const leaving = script("open('hangs-on-import'); setTimeout(() => { console.log('ours'); process.exit(3) }, 30)")
    const left = await run(process.execPath, ['--input-type=module', '-e', leaving]).catch((error: unknown) => error)
    expect(left).to.include({code: 3, stdout: 'ours\n'})
    const failing = script(`process.on('uncaughtException', () => process.exit(4))
      open('hangs-on-import'); setTimeout(() => { throw new Error('our own') }, 30)`)
    const failed = await run(process.execPath, ['--input-type=module', '-e', failing]).catch((error: unknown) => error)
    expect(failed).to.include({code: 4})
  })

  it('tells doctor which entries fail', async () => {
    const entries = await Promise.all(
      registry.entries
        .filter(({id}) => ['good', 'data-only', 'throws-on-import'].includes(id))
        .map((entry) => tryEntry(entry)),
    )
    expect(entries.map(({id, state}) => [id, state])).to.deep.equal([
      ['good', 'ok'],
      ['data-only', 'ok'],
      ['throws-on-import', 'entry-failed'],
    ])
  })

  it('says so when an entry has gone since the registry was read', async () => {
    const root = copyFixture('good', join(home.path, 'good'))
    const own = await registryOf([sourceAt(root)], {cacheFolder: home.path})
    const {rmSync} = await import('node:fs')
    rmSync(join(root, 'index.js'))
    const error = await failureOf(openProvider({instance: instanceOf(own, 'good'), registry: own, host}))
    expect(error).to.have.property('message').that.includes('./index.js does not exist')
  })

  async function failureOf(attempt: Promise<unknown>): Promise<unknown> {
    return attempt.then(
      () => undefined,
      (error: unknown) => error,
    )
  }
})
