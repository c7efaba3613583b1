import {expect} from 'chai'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import {resetConfig, setValue, unsetValue} from '../../../src/config/write.ts'
import {VibeError} from '../../../src/errors.ts'
import {makePlace, writeUser} from './place.ts'
import type {Place} from './place.ts'

const signal = new AbortController().signal

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8)
}

describe('writing configuration', function () {
  this.timeout(60_000)
  let place: Place
  beforeEach(() => {
    place = makePlace()
  })
  const parsed = () => JSON.parse(readFileSync(place.user, 'utf8')) as Record<string, unknown>
  const beside = () =>
    readdirSync(dirname(place.user))
      .filter((name) => name !== 'config.schema.json')
      .sort()

  it('loses none of 800 writes of 8 processes, and is valid JSON at every moment', async () => {
    writeUser(place, {unknown: {kept: true}})
    const worker = join(import.meta.dirname, 'write-worker.ts')
    const children = Array.from({length: 8}, (_, index) =>
      spawn(process.execPath, [worker, place.user, String(index), '100'], {stdio: ['ignore', 'ignore', 'inherit']}),
    )
    const watching = setInterval(() => parsed(), 5)
    const exits = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0] as number))
    clearInterval(watching)
    expect(exits).to.deep.equal(Array.from({length: 8}, () => 0))
    expect(Object.keys(parsed()['customHeaders'] as object)).to.have.length(800)
    expect(parsed()['unknown']).to.deep.equal({kept: true})
    expect(beside()).to.deep.equal(['config.json'])
  })

  it('survives being killed at any moment: valid JSON, everything acknowledged is there, the next write goes on', async () => {
    const worker = join(import.meta.dirname, 'write-worker.ts')
    for (let round = 0; round < 12; round++) {
      const child = spawn(process.execPath, [worker, place.user, String(round), '1000'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let acknowledged = ''
      child.stdout.on('data', (chunk: Buffer) => (acknowledged += chunk.toString()))
      await once(child.stdout, 'data')
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 40))
      child.kill('SIGKILL')
      await once(child, 'close')
      const headers = parsed()['customHeaders'] as object
      // The last line may have been cut by the kill.
      for (const name of acknowledged.split('\n').slice(0, -1)) expect(headers).to.have.property(name)
    }
    const before = performance.now()
    await setValue(place.user, {path: ['defaultModel'], value: 'm'}, signal)
    expect(performance.now() - before).to.be.below(2_000)
  })

  it('makes file 0600 and folder 0700 whatever the umask, with the schema beside', async () => {
    for (const umask of [0o000, 0o022, 0o077]) {
      const file = join(place.home, `made-${umask}`, 'vibe-coder', 'config.json')
      const before = process.umask(umask)
      await setValue(file, {path: ['defaultModel'], value: 'm'}, signal).finally(() => process.umask(before))
      expect([
        modeOf(dirname(dirname(file))),
        modeOf(dirname(file)),
        modeOf(file),
        modeOf(join(dirname(file), 'config.schema.json')),
      ]).to.deep.equal(['700', '700', '600', '600'])
      expect(JSON.parse(readFileSync(file, 'utf8'))).to.deep.equal({$schema: './config.schema.json', defaultModel: 'm'})
    }
  })

  it('tightens a file that was readable for others', async () => {
    writeUser(place, {})
    chmodSync(place.user, 0o644)
    await setValue(place.user, {path: ['defaultModel'], value: 'm'}, signal)
    expect(modeOf(place.user)).to.equal('600')
  })

  it('keeps unknown keys, the order of keys and the indentation', async () => {
    writeUser(
      place,
      '{\n\t"future": {"deep": [1, {"a": null}]},\n\t"defaultModel": "a",\n\t"__proto__": {"kept": 1}\n}',
    )
    await setValue(place.user, {path: ['defaultModel'], value: 'b'}, signal)
    await setValue(place.user, {path: ['defaultMaxTokens'], value: 5}, signal)
    await unsetValue(place.user, ['defaultMaxTokens'], signal)
    const text = readFileSync(place.user, 'utf8')
    expect(text).to.match(/^\{\n\t"\$schema"/)
    expect(text.match(/"(?:future|defaultModel|__proto__)"/g)).to.deep.equal([
      '"future"',
      '"defaultModel"',
      '"__proto__"',
    ])
    expect(parsed()['future']).to.deep.equal({deep: [1, {a: null}]})
    expect(text).to.contain('"kept": 1').and.contain('"b"')
  })

  it('refuses a value that the schema does not allow, and writes nothing', async () => {
    writeUser(place, {defaultModel: 'm', defaultTemperature: 99})
    for (const [path, value] of [
      [['defaultTemperature'], 3],
      [['defaultMaxTokens'], 0],
      [['providers', 'x', 'endpoint'], 'https://x.test'],
      [['npm', 'registry'], 'ftp://x'],
    ] as const) {
      const before = readFileSync(place.user, 'utf8')
      const error = await setValue(place.user, {path, value}, signal).catch((caught: unknown) => caught)
      expect(error).to.be.instanceOf(VibeError).with.property('exit', 2)
      expect(readFileSync(place.user, 'utf8')).to.equal(before)
    }
    await setValue(place.user, {path: ['defaultModel'], value: 'other'}, signal)
    expect(parsed()).to.include({defaultModel: 'other', defaultTemperature: 99})
  })

  for (const [name, text] of [
    ['cut off', '{"defaultModel": "a"'],
    ['with a key set twice', '{"defaultModel": "a", "defaultModel": "b", "smallModel": "c"}'],
  ] as const) {
    it(`keeps a copy of a file that is ${name} before it writes`, async () => {
      writeUser(place, text)
      const {keptCopy} = await setValue(place.user, {path: ['smallModel'], value: 'm'}, signal)
      expect(readFileSync(keptCopy ?? '', 'utf8')).to.equal(text)
      expect(basename(keptCopy ?? '')).to.match(/^config\.json\.corrupt-\d{4}-/)
      expect(modeOf(keptCopy ?? '')).to.equal('600')
      expect(parsed()['smallModel']).to.equal('m')
      expect((await setValue(place.user, {path: ['smallModel'], value: 'n'}, signal)).keptCopy).to.equal(undefined)
    })
  }

  it('keeps a broken file in place when the new value is refused', async () => {
    writeUser(place, '{')
    await setValue(place.user, {path: ['defaultTemperature'], value: 9}, signal).catch(() => undefined)
    expect(readFileSync(place.user, 'utf8')).to.equal('{')
    expect(beside()).to.deep.equal(['config.json'])
  })

  it('keeps a backup on every reset, also of a broken file', async () => {
    const copies: Array<string | undefined> = []
    for (const text of ['{"defaultModel": "a"}', '{broken', '{"b": 1}']) {
      writeUser(place, text)
      const {keptCopy} = await resetConfig(place.user, signal)
      copies.push(keptCopy === undefined ? undefined : readFileSync(keptCopy, 'utf8'))
      expect(parsed()).to.deep.equal({$schema: './config.schema.json'})
    }
    expect(copies).to.deep.equal(['{"defaultModel": "a"}', '{broken', '{"b": 1}'])
    expect(beside()).to.have.length(4)
  })

  it('writes through a link to where the file really is', async () => {
    const dotfiles = join(place.home, 'dotfiles')
    mkdirSync(dotfiles)
    writeUser(place, {defaultModel: 'a'})
    renameSync(place.user, join(dotfiles, 'vibe.json'))
    symlinkSync(join(dotfiles, 'vibe.json'), place.user)
    await setValue(place.user, {path: ['defaultModel'], value: 'b'}, signal)
    expect(lstatSync(place.user).isSymbolicLink()).to.equal(true)
    expect(JSON.parse(readFileSync(join(dotfiles, 'vibe.json'), 'utf8'))).to.include({defaultModel: 'b'})
  })

  it('leaves the old file when it cannot write', async () => {
    const error = await setValue('/dev/null/vibe/config.json', {path: ['defaultModel'], value: 'b'}, signal).catch(
      (caught: unknown) => caught,
    )
    expect(error).to.be.instanceOf(VibeError).with.property('code', 'folder-unusable')
    writeFileSync(`${place.user}.lock`, '')
    const stopped = await setValue(place.user, {path: ['defaultModel'], value: 'b'}, AbortSignal.timeout(100)).catch(
      (caught: unknown) => caught,
    )
    expect(stopped).to.be.instanceOf(Error)
    expect(readdirSync(dirname(place.user))).to.not.include('config.json')
  })
})
