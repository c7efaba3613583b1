import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'
import {readFileBytes} from '../../../../src/edits/file-bytes.ts'
import {EditRefusal} from '../../../../src/edits/refusal.ts'
import {decodeText} from '../../../../src/edits/text.ts'
import {applyChanges} from '../../../../src/edits/journal/apply.ts'
import {journalPlace} from '../../../../src/edits/journal/store.ts'

describe('a change of one file', () => {
  let base = ''
  let folder = ''
  beforeEach(() => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'vibe-write-')))
    folder = join(base, 'work')
    mkdirSync(folder)
  })
  afterEach(() => rmSync(base, {recursive: true, force: true}))

  const bytes = (text: string) => Buffer.from(text)
  const writeChange = ({path, expected, next}: {path: string; expected: Buffer | undefined; next: Buffer}) =>
    applyChanges({
      place: journalPlace(join(base, 'data'), folder),
      changes: [{path, before: expected && {bytes: expected}, after: {bytes: next}}],
      label: {kind: 'change', title: 'a test'},
      signal: new AbortController().signal,
    })
  const refused = async (work: Promise<unknown>, code: string) => {
    const error: unknown = await work.then(
      () => undefined,
      (caught: unknown) => caught,
    )
    expect(error).to.be.instanceOf(EditRefusal)
    expect(error).to.include({code})
  }

  it('replaces a file, keeps mode and owner, and leaves nothing behind', async () => {
    const path = join(folder, 'a.sh')
    writeFileSync(path, 'old')
    chmodSync(path, 0o6751)
    const before = statSync(path)
    await writeChange({path, expected: bytes('old'), next: bytes('new')})
    const after = statSync(path)
    expect(readFileSync(path, 'utf8')).to.equal('new')
    expect([after.mode, after.uid, after.gid]).to.deep.equal([before.mode, before.uid, before.gid])
    expect(readdirSync(folder)).to.deep.equal(['a.sh'])
  })

  it('writes hard-linked files in place, so that all names keep the same content', async () => {
    const path = join(folder, 'a')
    writeFileSync(path, 'old and longer')
    linkSync(path, join(folder, 'b'))
    await writeChange({path, expected: bytes('old and longer'), next: bytes('new')})
    expect(readFileSync(join(folder, 'b'), 'utf8')).to.equal('new')
    expect(statSync(path).nlink).to.equal(2)
    expect(readdirSync(folder)).to.deep.equal(['a', 'b'])
  })

  it('refuses when the bytes on the disk are others than expected, or gone', async () => {
    const path = join(folder, 'a')
    writeFileSync(path, 'theirs')
    await refused(writeChange({path, expected: bytes('mine'), next: bytes('new')}), 'file-changed')
    await refused(writeChange({path: join(folder, 'gone'), expected: bytes('x'), next: bytes('new')}), 'file-changed')
    expect(readFileSync(path, 'utf8')).to.equal('theirs')
    expect(readdirSync(folder)).to.deep.equal(['a'])
  })

  it('makes new files with their folders, and never over an existing one', async () => {
    const path = join(folder, 'x/y/z.txt')
    await writeChange({path, expected: undefined, next: bytes('new')})
    expect(readFileSync(path, 'utf8')).to.equal('new')
    await refused(writeChange({path, expected: undefined, next: bytes('again')}), 'exists')
    expect(readFileSync(path, 'utf8')).to.equal('new')
    expect(readdirSync(join(folder, 'x/y'))).to.deep.equal(['z.txt'])
  })

  it('does not follow a link that was put in the way of file or folder', async () => {
    const outside = join(base, 'outside')
    mkdirSync(outside)
    writeFileSync(join(outside, 'a'), 'old')
    symlinkSync(join(outside, 'a'), join(folder, 'a'))
    await refused(writeChange({path: join(folder, 'a'), expected: bytes('old'), next: bytes('new')}), 'cannot-open')
    await refused(
      writeChange({path: join(folder, 'new-link/x'), expected: undefined, next: bytes('new')}).then(() => {
        symlinkSync(outside, join(folder, 'linked'))
        return writeChange({path: join(folder, 'linked/a'), expected: bytes('old'), next: bytes('new')})
      }),
      'path-changed',
    )
    await refused(
      writeChange({path: join(folder, 'linked/deep/b'), expected: undefined, next: bytes('new')}),
      'path-changed',
    )
    expect(readFileSync(join(outside, 'a'), 'utf8')).to.equal('old')
    expect(readdirSync(outside)).to.deep.equal(['a'])
  })

  it('never writes outside while a folder is swapped for a link again and again', async () => {
    const outside = join(base, 'outside')
    mkdirSync(outside)
    writeFileSync(join(outside, 'a'), 'v0')
    const inner = join(folder, 'inner')
    mkdirSync(inner)
    writeFileSync(join(inner, 'a'), 'v0')
    let swapping = true
    const swap = async () => {
      while (swapping) {
        renameSync(inner, join(folder, 'aside'))
        symlinkSync(outside, inner)
        await new Promise((done) => setImmediate(done))
        rmSync(inner)
        renameSync(join(folder, 'aside'), inner)
        await new Promise((done) => setImmediate(done))
      }
    }
    const swapper = swap()
    let written = 0
    for (let round = 0; round < 200; round++) {
      const current = `v${written}`
      try {
        await writeChange({path: join(inner, 'a'), expected: bytes(current), next: bytes(`v${written + 1}`)})
        written++
      } catch (error) {
        expect(error).to.be.instanceOf(EditRefusal)
      }
    }
    swapping = false
    await swapper
    expect(readFileSync(join(outside, 'a'), 'utf8')).to.equal('v0')
    expect(readdirSync(outside)).to.deep.equal(['a'])
    expect(readFileSync(join(inner, 'a'), 'utf8')).to.equal(`v${written}`)
  })

  it('reads regular files only', async () => {
    mkdirSync(join(folder, 'sub'))
    await refused(readFileBytes(join(folder, 'sub')), 'is-folder')
    await refused(readFileBytes('/dev/zero'), 'not-a-file')
    expect(await readFileBytes(join(folder, 'none'))).to.equal(undefined)
    expect(lstatSync(folder).isDirectory()).to.equal(true)
  })

  it('decodes UTF-8 only, byte for byte', () => {
    expect(Buffer.from(decodeText(bytes('\ufeffä\r\n'), 'a')).equals(bytes('\ufeffä\r\n'))).to.equal(true)
    const codes = [
      Buffer.from([0xff, 0xfe, 0x41, 0]),
      Buffer.from([0x41, 0, 0x42]),
      Buffer.from([0x41, 0xe4, 0x42]),
    ].map((one) => {
      try {
        decodeText(one, 'a')
      } catch (error) {
        return error instanceof EditRefusal ? error.code : error
      }
      return undefined
    })
    expect(codes).to.deep.equal(['not-utf8', 'binary', 'not-utf8'])
  })
})
