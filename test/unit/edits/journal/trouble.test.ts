import {spawnSync} from 'node:child_process'
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'

const journal = new URL('../../../../src/edits/journal/', import.meta.url).href

describe('a change of one file in trouble', () => {
  let base = ''
  let data = ''
  beforeEach(() => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'vibe-trouble-')))
    data = realpathSync(mkdtempSync(join(tmpdir(), 'vibe-trouble-data-')))
    chmodSync(base, 0o755)
    chmodSync(data, 0o777)
  })
  afterEach(() => {
    for (const folder of [base, data]) rmSync(folder, {recursive: true, force: true})
  })

  /** Replaces "old" by `size` characters in a process of its own. @returns the refusal's code, or "written" */
  const write = (path: string, size: number, {before = '', limit = ''} = {}) => {
    const script = `
      const {applyChanges} = await import(${JSON.stringify(`${journal}apply.ts`)})
      const {journalPlace} = await import(${JSON.stringify(`${journal}store.ts`)})
      ${before}
      const change = {path: ${JSON.stringify(path)}, before: {bytes: Buffer.from('old')}, after: {bytes: Buffer.from('n'.repeat(${size}))}}
      const place = journalPlace(${JSON.stringify(data)} + '/' + process.geteuid(), ${JSON.stringify(base)})
      const label = {kind: 'change', title: 'a test'}
      console.log(await applyChanges({place, changes: [change], label, signal: new AbortController().signal}).then(() => 'written', (error) => error.code + ' ' + error.message))`
    const run = spawnSync('bash', ['-c', `${limit}exec "$0" --input-type=module -e "$1"`, process.execPath, script], {
      encoding: 'utf8',
    })
    return run.stdout.trim() || run.stderr
  }

  it('leaves the file whole and nothing beside it when the disk takes no more', () => {
    const path = join(base, 'a')
    writeFileSync(path, 'old')
    expect(write(path, 100_000, {limit: 'ulimit -f 8; '})).to.match(/^(cannot-write|write-failed) /)
    expect([readFileSync(path, 'utf8'), readdirSync(base)]).to.deep.equal(['old', ['a']])
  })

  it('puts a hard-linked file back when the disk takes no more', () => {
    const path = join(base, 'a')
    writeFileSync(path, 'old')
    linkSync(path, join(base, 'b'))
    expect(write(path, 100_000, {limit: 'ulimit -f 8; '})).to.match(/^(cannot-write|write-failed) /)
    expect([readFileSync(path, 'utf8'), readdirSync(base)]).to.deep.equal(['old', ['a', 'b']])
  })

  const asOrdinaryUser = 'if (process.getuid() === 0) process.seteuid(65534)'

  it('writes in place where the folder takes no new file', () => {
    const folder = join(base, 'folder')
    mkdirSync(folder)
    const path = join(folder, 'a')
    writeFileSync(path, 'old')
    chmodSync(path, 0o666)
    const {ino} = statSync(path)
    chmodSync(folder, 0o555)
    expect(write(path, 2, {before: asOrdinaryUser})).to.equal('written')
    chmodSync(folder, 0o755)
    expect([readFileSync(path, 'utf8'), statSync(path).ino, readdirSync(folder)]).to.deep.equal(['nn', ino, ['a']])
  })

  it("keeps somebody else's file theirs", () => {
    const folder = join(base, 'shared')
    mkdirSync(folder)
    chmodSync(folder, 0o777)
    const path = join(folder, 'a')
    writeFileSync(path, 'old')
    chmodSync(path, 0o666)
    const {uid, gid, mode} = statSync(path)
    expect(write(path, 2, {before: asOrdinaryUser})).to.equal('written')
    const now = statSync(path)
    expect([readFileSync(path, 'utf8'), now.uid, now.gid, now.mode, readdirSync(folder)]).to.deep.equal([
      'nn',
      uid,
      gid,
      mode,
      ['a'],
    ])
  })

  it('says so when a file may not be written', () => {
    const path = join(base, 'a')
    writeFileSync(path, 'old')
    chmodSync(path, 0o444)
    expect(write(path, 2, {before: asOrdinaryUser})).to.match(/^cannot-open .*permission denied/)
    expect(readFileSync(path, 'utf8')).to.equal('old')
  })

  it('is killed at any moment without harm', function () {
    this.timeout(20_000)
    const path = join(base, 'a')
    for (let when = 0; when < 12; when++) {
      writeFileSync(path, 'old')
      const kill = `setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${when / 4})`
      write(path, 3_000_000, {before: kill})
      const text = readFileSync(path, 'utf8')
      expect(text === 'old' || text === 'n'.repeat(3_000_000), `killed at ${when}`).to.equal(true)
    }
  })
})
