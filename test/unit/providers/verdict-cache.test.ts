import {expect} from 'chai'
import {execFile} from 'node:child_process'
import {existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {openVerdictCache} from '../../../src/providers/verdict-cache.ts'
import {copyFixture, fixture, registryOf, sourceAt, temporaryFolder} from './plugin-fixtures.ts'

const run = promisify(execFile)

describe('openVerdictCache', () => {
  let home: ReturnType<typeof temporaryFolder>
  let folder: string
  const file = () => join(folder, 'providers.json')
  const stored = () => (JSON.parse(readFileSync(file(), 'utf8')) as {verdicts: Record<string, string[]>}).verdicts

  beforeEach(() => {
    home = temporaryFolder()
    folder = join(home.path, 'cache')
  })
  afterEach(() => home.remove())

  it('remembers verdicts, good and bad, in a private file', async () => {
    const cache = openVerdictCache(folder, '0.1.0')
    cache.set('a@1', [])
    cache.set('b@1', ['one', 'two', 'three', 'four'])
    await cache.save()
    expect(statSync(file()).mode & 0o777).to.equal(0o600)
    const again = openVerdictCache(folder, '0.1.0')
    expect(again.get('a@1')).to.deep.equal([])
    expect(again.get('b@1')).to.deep.equal(['one', 'two', 'three'])
    expect(again.get('c@1')).to.equal(undefined)
    for (const key of ['__proto__', 'constructor']) expect(again.get(key)).to.equal(undefined)
  })

  it('does not believe another version of vibe', async () => {
    const cache = openVerdictCache(folder, '0.1.0')
    cache.set('a@1', [])
    await cache.save()
    expect(openVerdictCache(folder, '0.2.0').get('a@1')).to.equal(undefined)
  })

  const damaged = [
    '',
    '{',
    'null',
    '[]',
    '{"format":1,"vibe":"0.1.0"}',
    '{"format":1,"vibe":"0.1.0","verdicts":7}',
    '{"format":1,"vibe":"0.1.0","verdicts":{"a@1":"ok","b@1":[7]}}',
    '{"format":2,"vibe":"0.1.0","verdicts":{"a@1":[]}}',
    '{"format":1,"vibe":"0.1.0","verdicts":{"a@1":[]}',
    '\0'.repeat(2_000_000),
  ]
  for (const [index, text] of damaged.entries()) {
    it(`takes a damaged file for an empty one (${index})`, async () => {
      mkdirSync(folder)
      writeFileSync(file(), text)
      const cache = openVerdictCache(folder, '0.1.0')
      expect(cache.get('a@1')).to.equal(undefined)
      expect(cache.get('b@1')).to.equal(undefined)
      cache.set('a@1', [])
      await cache.save()
      expect(openVerdictCache(folder, '0.1.0').get('a@1')).to.deep.equal([])
    })
  }

  it('goes on when nothing can be written', async () => {
    writeFileSync(folder, 'a file where the folder should be')
    const registry = await registryOf([fixture('good')], {cacheFolder: folder})
    expect(registry.get('good').state).to.equal('ok')
  })

  it('keeps what another process has written meanwhile, and a bounded number', async () => {
    const mine = openVerdictCache(folder, '0.1.0')
    const theirs = openVerdictCache(folder, '0.1.0')
    theirs.set('theirs', [])
    await theirs.save()
    for (let index = 0; index < 199; index++) mine.set(`mine ${index}`, [])
    await mine.save()
    expect(Object.keys(stored())).to.have.length(200).and.include('theirs')
    mine.set('one more', [])
    await mine.save()
    expect(Object.keys(stored())).to.have.length(200).and.not.include('theirs')
  })

  it('is whole after eight processes wrote at once', async function () {
    this.timeout(20_000)
    const source = new URL('../../../src/providers/verdict-cache.ts', import.meta.url).href
    const script = `import {openVerdictCache} from ${JSON.stringify(source)}
      for (let round = 0; round < 20; round++) {
        const cache = openVerdictCache(${JSON.stringify(folder)}, '0.1.0')
        cache.set(process.argv[1] + ' ' + round, [])
        await cache.save()
      }`
    await Promise.all(
      Array.from({length: 8}, (_, index) =>
        run(process.execPath, ['--input-type=module', '-e', script, String(index)]),
      ),
    )
    expect(Object.keys(stored()).length).to.be.within(20, 160)
  })

  describe('in the registry', () => {
    it('is used for an unchanged manifest and not for a changed one', async () => {
      const root = copyFixture('good', join(home.path, 'good'))
      const manifest = join(root, 'vibe.provider.json')
      const read = () => registryOf([sourceAt(root)], {cacheFolder: folder})
      expect((await read()).entries[0]?.state).to.equal('ok')
      const before = statSync(manifest)
      writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"Good"', '7     '))
      utimesSync(manifest, before.atime, before.mtime)
      expect(statSync(manifest).size).to.equal(before.size)
      expect((await read()).entries[0]?.problems).to.deep.equal(['name must be string'])
      expect((await read()).entries[0]?.problems).to.deep.equal(['name must be string'])
    })

    it('reads a known manifest only when it is asked for, and not one that has changed since', async () => {
      const root = copyFixture('good', join(home.path, 'good'))
      const manifest = join(root, 'vibe.provider.json')
      const read = () => registryOf([sourceAt(root)], {cacheFolder: folder})
      const outline = (await read()).entries[0]?.outline
      const text = readFileSync(manifest, 'utf8')
      const known = await read()
      expect(known.entries[0]?.outline).to.deep.equal(outline)
      writeFileSync(manifest, text.replace('"Good"', '"Evil"'))
      expect(known.entries[0]?.state).to.equal('ok')
      expect(() => known.get('good')).to.throw('changed while vibe started')
      expect((await read()).get('good').manifest.name).to.equal('Evil')
      expect((await read()).get('good').manifest.name).to.equal('Evil')
    })

    it('does not believe an outline without the members that are weighed', async () => {
      const root = copyFixture('good', join(home.path, 'good'))
      const read = () => registryOf([sourceAt(root)], {cacheFolder: folder})
      await read()
      const whole = JSON.parse(readFileSync(file(), 'utf8')) as {outlines: Record<string, object>}
      for (const wrong of [
        null,
        7,
        {},
        {id: 'evil'},
        {id: 'evil', implements: [1], keyVariables: [], settingVariables: []},
      ]) {
        const outlines = Object.fromEntries(Object.keys(whole.outlines).map((key) => [key, wrong]))
        writeFileSync(file(), JSON.stringify({...whole, outlines}))
        expect((await read()).entries.map(({id, state}) => [id, state])).to.deep.equal([['good', 'ok']])
      }
    })

    it('never holds verdicts on linked plugins', async () => {
      await registryOf([fixture('good', {type: 'link'})], {cacheFolder: folder})
      expect(existsSync(file())).to.equal(false)
    })

    it('notices an entry that has gone since', async () => {
      const root = copyFixture('good', join(home.path, 'good'))
      const read = () => registryOf([sourceAt(root)], {cacheFolder: folder})
      await read()
      rmSync(join(root, 'index.js'))
      expect((await read()).entries[0]?.problems).to.deep.equal(['entry.module: ./index.js does not exist'])
    })

    it('keeps the validator out of a warm start', async () => {
      const helper = new URL('plugin-fixtures.ts', import.meta.url).href
      const script = `import {createRequire} from 'node:module'
        import {fixture, registryOf} from ${JSON.stringify(helper)}
        const registry = await registryOf([fixture('good'), fixture('schema-invalid')], {cacheFolder: ${JSON.stringify(folder)}})
        const loaded = Object.keys(createRequire(import.meta.url).cache).filter((path) => /validator|ajv/.test(path))
        console.log(JSON.stringify([registry.entries.map((entry) => entry.state), loaded.length]))`
      const start = async () =>
        JSON.parse((await run(process.execPath, ['--input-type=module', '-e', script])).stdout) as unknown
      expect(await start()).to.deep.equal([['ok', 'manifest-invalid'], 1])
      expect(await start()).to.deep.equal([['ok', 'manifest-invalid'], 0])
    })
  })
})
