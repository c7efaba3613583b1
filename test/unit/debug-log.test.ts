import {execFile} from 'node:child_process'
import {chmod, mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {expect} from 'chai'
import {openDebugLog} from '../../src/debug-log.ts'

const KEY = 'k"e/y+with odd\\characters-9Qf4'

describe('openDebugLog', () => {
  let home = ''
  let folder = ''
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'vibe-log-'))
    folder = join(home, 'data', 'logs')
  })
  afterEach(() => rm(home, {recursive: true, force: true}))

  it('makes nothing before the first line', async () => {
    const log = openDebugLog({folder, secrets: []})
    log.close()
    expect(log.path).to.equal(undefined)
    expect(await readdir(home)).to.deep.equal([])
  })

  it('writes one JSON line a call, for its user only, whatever the umask', async () => {
    const former = process.umask(0)
    const log = openDebugLog({folder, secrets: []})
    log.write('first', {n: 1})
    log.write('two\nlines \u2028 \ud800')
    process.umask(former)
    log.close()
    log.write('after the end')
    const lines = await linesOf(log.path)
    expect(lines.map(({message, detail}) => ({message, detail}))).to.deep.equal([
      {message: 'first', detail: {n: 1}},
      {message: 'two\nlines \u2028 \ufffd', detail: undefined},
    ])
    expect(((await stat(log.path ?? '')).mode & 0o777).toString(8)).to.equal('600')
    expect(((await stat(folder)).mode & 0o777).toString(8)).to.equal('700')
  })

  it('lets no secret through in any place or encoding, also one that is found later', async () => {
    const secrets = new Set<string>()
    const log = openDebugLog({folder, secrets})
    secrets.add(KEY)
    const cause = Object.assign(new Error(`refused ${KEY}`), {headers: {Authorization: `Bearer ${KEY}`}})
    log.write(`key ${KEY}`, {
      body: JSON.stringify({key: KEY, inner: JSON.stringify({key: KEY})}),
      url: `https://x/?k=${encodeURIComponent(KEY)}`,
      basic: Buffer.from(`user:${KEY}`).toString('base64'),
      [KEY]: [KEY, new Error('outer', {cause})],
      headers: new Headers({'x-api-key': 'unknown-1', cookie: 'unknown-2'}),
      map: new Map([['Set-Cookie', 'unknown-3']]),
    })
    log.close()
    const text = await readFile(log.path ?? '', 'utf8')
    expect(JSON.parse(text)).to.be.an('object')
    for (const part of [
      KEY,
      JSON.stringify(KEY).slice(1, -1),
      encodeURIComponent(KEY),
      Buffer.from(KEY).toString('base64'),
      '9Qf4',
      'unknown-',
    ])
      expect(text).to.not.contain(part)
  })

  it('survives every odd detail', async () => {
    const log = openDebugLog({folder, secrets: []})
    const circle: Record<string, unknown> = {}
    circle['self'] = circle
    const throwing = {
      get x() {
        throw new Error('no')
      },
    }
    for (const detail of [
      circle,
      throwing,
      10n,
      Symbol('s'),
      () => 1,
      undefined,
      null,
      new Uint8Array(5),
      'x'.repeat(1_000_000),
      Number.NaN,
      Object.create(null),
    ])
      log.write('odd', detail)
    log.close()
    const lines = await linesOf(log.path)
    expect(lines).to.have.length(11)
    expect((await stat(log.path ?? '')).size).to.be.below(100_000)
  })

  it('begins a new file at the size limit and keeps the newest ten, and nothing of others', async () => {
    const log = openDebugLog({folder, secrets: [], maxFileBytes: 400})
    log.write('first')
    await writeFile(join(folder, 'notes.txt'), 'mine')
    for (let line = 0; line < 60; line++) log.write(`line ${line}`, {fill: 'x'.repeat(100)})
    log.close()
    const names = (await readdir(folder)).filter((name) => name.endsWith('.jsonl'))
    expect(names).to.have.length(10)
    expect(await readFile(join(folder, 'notes.txt'), 'utf8')).to.equal('mine')
    for (const name of names) expect((await stat(join(folder, name))).size).to.be.at.most(400)
    expect(await readFile(log.path ?? '', 'utf8')).to.contain('line 59')
  })

  it('stops once and says so once when it cannot be written', async () => {
    await writeFile(join(home, 'data'), 'a file where the folder should be')
    const said: string[] = []
    const log = openDebugLog({folder, secrets: [], onStop: (message) => said.push(message)})
    log.write('one')
    log.write('two')
    log.close()
    expect(said).to.have.length(1)
    expect(said[0]).to.contain(folder)
    await chmod(home, 0o700)
  })

  it('goes on with the program when the disk takes no more', async () => {
    const script = `
      const {openDebugLog} = await import('${new URL('../../src/debug-log.ts', import.meta.url).href}')
      let said = 0
      const log = openDebugLog({folder: ${JSON.stringify(folder)}, secrets: [], onStop: () => said++})
      for (let line = 0; line < 100; line++) log.write('line', {fill: 'x'.repeat(200)})
      console.log(said)`
    const limited = `ulimit -f 4; exec "${process.execPath}" --input-type=module -e "$SCRIPT"`
    const {stdout} = await promisify(execFile)('bash', ['-c', limited], {
      env: {...process.env, SCRIPT: script},
      timeout: 8000,
    })
    expect(stdout).to.equal('1\n')
  }).timeout(10_000)
})

async function linesOf(path: string | undefined): Promise<Array<{message: string; detail?: unknown}>> {
  const text = await readFile(path ?? '', 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as {message: string})
}
