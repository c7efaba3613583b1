import {expect} from 'chai'
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {writeFileAtomic} from '../../../src/files/atomic-write.ts'
import {ensurePrivateFolder} from '../../../src/files/private-folder.ts'
import {VibeError} from '../../../src/errors.ts'

function modeOf(path: string): string {
  return (statSync(path).mode & 0o7777).toString(8)
}

describe('private files', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vibe-files-'))
  })

  for (const umask of [0o000, 0o022, 0o077, 0o777]) {
    it(`makes folders 0700 and files of the exact mode under umask ${umask.toString(8)}`, async () => {
      const before = process.umask(umask)
      try {
        await ensurePrivateFolder(join(folder, 'a', 'b'))
        await writeFileAtomic(join(folder, 'a', 'b', 'secret'), 'x', {mode: 0o600})
        await writeFileAtomic(join(folder, 'a', 'b', 'shared'), 'x', {mode: 0o644})
      } finally {
        process.umask(before)
      }
      expect([modeOf(join(folder, 'a')), modeOf(join(folder, 'a', 'b'))]).to.deep.equal(['700', '700'])
      expect([modeOf(join(folder, 'a', 'b', 'secret')), modeOf(join(folder, 'a', 'b', 'shared'))]).to.deep.equal([
        '600',
        '644',
      ])
    })
  }

  it('tightens a folder that is wider, and leaves its parent', async () => {
    mkdirSync(join(folder, 'wide', 'ours'), {recursive: true})
    chmodSync(join(folder, 'wide'), 0o755)
    chmodSync(join(folder, 'wide', 'ours'), 0o777)
    await ensurePrivateFolder(join(folder, 'wide', 'ours'))
    expect([modeOf(join(folder, 'wide')), modeOf(join(folder, 'wide', 'ours'))]).to.deep.equal(['755', '700'])
  })

  it('refuses a file where the folder should be', async () => {
    writeFileSync(join(folder, 'x'), '')
    const error = await ensurePrivateFolder(join(folder, 'x')).catch((caught: unknown) => caught)
    expect(error).to.be.instanceOf(VibeError).with.property('code', 'folder-unusable')
  })

  it('keeps mode and symbolic link when asked, also a link that dangles', async () => {
    writeFileSync(join(folder, 'real'), 'old')
    chmodSync(join(folder, 'real'), 0o755)
    symlinkSync('real', join(folder, 'link'))
    symlinkSync('absent', join(folder, 'dangling'))
    await writeFileAtomic(join(folder, 'link'), 'new', {mode: 0o600, keepMode: true})
    await writeFileAtomic(join(folder, 'dangling'), 'made', {mode: 0o640, keepMode: true})
    expect(lstatSync(join(folder, 'link')).isSymbolicLink()).to.equal(true)
    expect(readFileSync(join(folder, 'real'), 'utf8')).to.equal('new')
    expect(modeOf(join(folder, 'real'))).to.equal('755')
    expect(readFileSync(join(folder, 'absent'), 'utf8')).to.equal('made')
    expect(modeOf(join(folder, 'absent'))).to.equal('640')
  })

  it('keeps the owner when it may', async function () {
    if (process.getuid?.() !== 0) return expect(process.getuid?.()).to.not.equal(0)
    const {chownSync} = await import('node:fs')
    writeFileSync(join(folder, 'theirs'), 'old')
    chownSync(join(folder, 'theirs'), 1234, 1234)
    await writeFileAtomic(join(folder, 'theirs'), 'new', {mode: 0o600, keepMode: true})
    expect(statSync(join(folder, 'theirs')).uid).to.equal(1234)
  })

  it('replaces content whole: a hard link keeps the old', async () => {
    writeFileSync(join(folder, 'file'), 'old')
    linkSync(join(folder, 'file'), join(folder, 'hard'))
    await writeFileAtomic(join(folder, 'file'), Buffer.from([0, 255, 10]), {mode: 0o600})
    expect([...readFileSync(join(folder, 'file'))]).to.deep.equal([0, 255, 10])
    expect(readFileSync(join(folder, 'hard'), 'utf8')).to.equal('old')
  })

  it('names file and reason on failure and leaves nothing behind', async () => {
    mkdirSync(join(folder, 'in-the-way', 'full'), {recursive: true})
    for (const path of ['in-the-way', 'absent/file']) {
      const error = await writeFileAtomic(join(folder, path), 'x', {mode: 0o600}).catch((caught: unknown) => caught)
      expect(error).to.be.instanceOf(VibeError).with.property('code', 'write-failed')
      expect(String(error)).to.contain(path)
    }
    symlinkSync('circle', join(folder, 'circle'))
    const circle = await writeFileAtomic(join(folder, 'circle'), 'x', {mode: 0o600, keepMode: true}).catch(
      (caught: unknown) => caught,
    )
    expect(String(circle)).to.contain('ELOOP')
    expect(readdirSync(folder).sort()).to.deep.equal(['circle', 'in-the-way'])
  })
})
