import {expect} from 'chai'
import {existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {writePackage} from '../../../../src/providers/scaffold/write-package.ts'

describe('writing a package', () => {
  let place: string
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), 'vibe-scaffold-'))
  })
  afterEach(() => rmSync(place, {recursive: true, force: true}))

  const files = new Map([
    ['package.json', '{}'],
    ['src/index.js', ''],
  ])
  const failure = (folder: string, what = files, signal = new AbortController().signal): Promise<unknown> =>
    writePackage(folder, what, signal).then(
      () => expect.fail('nothing failed'),
      (error: unknown) => error,
    )

  it('makes the folders above it', async () => {
    await writePackage(join(place, 'a/b/c'), files, new AbortController().signal)
    expect(readdirSync(join(place, 'a/b/c'), {recursive: true}).map(String).sort()).to.deep.equal([
      'package.json',
      'src',
      'src/index.js',
    ])
    expect(readdirSync(join(place, 'a/b'))).to.deep.equal(['c'])
  })

  it('takes away the folders above it when it fails, and no others', async () => {
    mkdirSync(join(place, 'own'))
    // The second file needs a folder where the first one is.
    const torn = new Map([
      ['src', ''],
      ['src/index.js', ''],
    ])
    expect(await failure(join(place, 'own/new/package'), torn)).to.have.property('code', 'write-failed')
    expect(readdirSync(place, {recursive: true})).to.deep.equal(['own'])
  })

  it('leaves nothing when it is stopped', async () => {
    expect(await failure(join(place, 'new/package'), files, AbortSignal.abort())).to.have.property('name', 'AbortError')
    expect(readdirSync(place)).to.deep.equal([])
    mkdirSync(join(place, 'empty'))
    await failure(join(place, 'empty'), files, AbortSignal.abort())
    expect(readdirSync(place, {recursive: true})).to.deep.equal(['empty'])
  })

  it('does not write over what came in the meantime', async () => {
    const folder = join(place, 'package')
    const controller = new AbortController()
    const writing = writePackage(folder, new Map([...files, ['z', 'x'.repeat(5_000_000)]]), controller.signal)
    mkdirSync(folder)
    writeFileSync(join(folder, 'theirs'), 'kept')
    const error: unknown = await writing.then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error).to.have.property('code', 'folder-taken')
    expect(readdirSync(folder)).to.deep.equal(['theirs'])
    expect(existsSync(join(folder, 'package.json'))).to.equal(false)
    expect(readdirSync(place)).to.deep.equal(['package'])
  })
})
