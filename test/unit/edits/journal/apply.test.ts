import {
  chmod,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'
import {applyChanges} from '../../../../src/edits/journal/apply.ts'
import {readHistory} from '../../../../src/edits/journal/history.ts'
import {journalPlace, type JournalPlace} from '../../../../src/edits/journal/store.ts'
import type {FileState, PathChange} from '../../../../src/edits/journal/state.ts'
import {EditRefusal} from '../../../../src/edits/refusal.ts'

const signal = new AbortController().signal
const label = {kind: 'change' as const, title: 'a test'}

describe('applying changes with the journal', () => {
  let base: string
  let root: string
  let place: JournalPlace
  const at = (name: string) => join(root, name)
  const text = (content: string, mode?: number): FileState => ({
    bytes: Buffer.from(content),
    ...(mode === undefined ? {} : {mode}),
  })
  const apply = (changes: PathChange[]) => applyChanges({place, changes, label, signal})

  beforeEach(async () => {
    base = await realpath(await mkdtemp(join(tmpdir(), 'vibe-journal-')))
    root = join(base, 'project')
    await mkdir(root)
    place = journalPlace(join(base, 'data'), root)
  })
  afterEach(() => rm(base, {recursive: true, force: true}))

  it('creates, changes, deletes, moves and sets modes at once, and leaves nothing else behind', async () => {
    await writeFile(at('changed'), 'old')
    await chmod(at('changed'), 0o754)
    await writeFile(at('deleted'), 'bye')
    await writeFile(at('moved'), 'same')
    await writeFile(at('script'), '#!/bin/sh\n')
    await apply([
      {path: at('changed'), before: text('old', 0o754), after: text('new', 0o754)},
      {path: at('deleted'), before: text('bye'), after: undefined},
      {path: at('moved'), before: text('same'), after: undefined},
      {path: at('deep/er/moved'), before: undefined, after: text('same')},
      {path: at('script'), before: text('#!/bin/sh\n', 0o644), after: text('#!/bin/sh\n', 0o755)},
    ])
    expect((await readdir(root, {recursive: true})).sort()).deep.equal([
      'changed',
      'deep',
      'deep/er',
      'deep/er/moved',
      'script',
    ])
    expect(await readFile(at('changed'), 'utf8')).equal('new')
    expect((await stat(at('changed'))).mode & 0o777).equal(0o754)
    expect((await stat(at('script'))).mode & 0o777).equal(0o755)
    expect((await readHistory(place)).steps).length(1)
  })

  it('changes nothing when one of the files is not what was expected', async () => {
    await writeFile(at('a'), 'a')
    await writeFile(at('b'), 'somebody was here')
    const refusal = await refused(
      apply([
        {path: at('a'), before: text('a'), after: text('A')},
        {path: at('b'), before: text('b'), after: text('B')},
        {path: at('new/file'), before: undefined, after: text('x')},
      ]),
    )
    expect(refusal.code).equal('file-changed')
    expect(refusal.message).contain(at('b'))
    expect((await readdir(root)).sort()).deep.equal(['a', 'b'])
    expect(await readFile(at('a'), 'utf8')).equal('a')
    expect((await readHistory(place)).steps).deep.equal([])
  })

  it('never replaces a file that came meanwhile', async () => {
    await writeFile(at('new'), 'theirs')
    const refusal = await refused(apply([{path: at('new'), before: undefined, after: text('ours')}]))
    expect(refusal.code).equal('exists')
    expect(await readFile(at('new'), 'utf8')).equal('theirs')
  })

  it('keeps a file with several names one file', async () => {
    await writeFile(at('one'), 'shared')
    await link(at('one'), at('two'))
    await apply([{path: at('one'), before: text('shared'), after: text('s')}])
    expect(await readFile(at('two'), 'utf8')).equal('s')
    expect((await stat(at('one'))).nlink).equal(2)
  })

  it('writes nothing through a link that was put in the way', async () => {
    await mkdir(join(base, 'elsewhere'))
    await writeFile(join(base, 'elsewhere', 'file'), 'outside')
    await symlink(join(base, 'elsewhere'), at('folder'))
    await refused(apply([{path: at('folder/file'), before: text('outside'), after: text('inside')}]))
    await refused(apply([{path: at('folder/new'), before: undefined, after: text('inside')}]))
    expect(await readFile(join(base, 'elsewhere', 'file'), 'utf8')).equal('outside')
    expect(await readdir(join(base, 'elsewhere'))).deep.equal(['file'])
    expect((await lstat(at('folder'))).isSymbolicLink()).equal(true)
  })

  it('lets twenty processes of changes to one project pass one after the other', async () => {
    const names = Array.from({length: 20}, (_, index) => `file-${index}`)
    await Promise.all(names.map((name) => apply([{path: at(name), before: undefined, after: text(name)}])))
    expect((await readdir(root)).sort()).deep.equal(names.sort())
    expect((await readHistory(place)).steps).length(20)
  })

  it('keeps the journal to its owner', async () => {
    await apply([{path: at('secret'), before: undefined, after: text('x')}])
    for (const name of await readdir(join(base, 'data', 'journal'), {recursive: true})) {
      const facts = await stat(join(base, 'data', 'journal', name))
      expect(facts.mode & 0o077, name).equal(0)
    }
  })
})

async function refused(work: Promise<unknown>): Promise<EditRefusal> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).instanceOf(EditRefusal)
  return error as EditRefusal
}
