import {chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, unlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'
import fc from 'fast-check'
import {applyChanges} from '../../../../src/edits/journal/apply.ts'
import type {EntryLabel} from '../../../../src/edits/journal/entry.ts'
import {readHistory} from '../../../../src/edits/journal/history.ts'
import {currentState} from '../../../../src/edits/journal/settle.ts'
import {journalPlace, type JournalPlace} from '../../../../src/edits/journal/store.ts'
import {redoChanges, undoChanges} from '../../../../src/edits/journal/undo.ts'
import {VibeError} from '../../../../src/errors.ts'

const signal = new AbortController().signal

describe('undo and redo', () => {
  let base: string
  let root: string
  let place: JournalPlace
  const at = (name: string) => join(root, name)
  const read = (name: string) => readFile(at(name), 'utf8').catch(() => undefined)

  /** What a tool does: from what is there now to the given text; undefined deletes. */
  const change = async (files: Record<string, string | undefined>, label: Partial<EntryLabel> = {}) => {
    const changes = await Promise.all(
      Object.entries(files).map(async ([name, content]) => {
        const before = await currentState(at(name))
        if (before === 'unreadable') throw new Error(`${name} cannot be read`)
        const after = content === undefined ? undefined : {bytes: Buffer.from(content), mode: before?.mode}
        return {path: at(name), before, after}
      }),
    )
    return applyChanges({place, changes, label: {kind: 'change', title: 'a test', ...label}, signal})
  }
  const undo = (steps = 1) => undoChanges({steps}, {place, signal})
  const redo = () => redoChanges({place, signal})

  beforeEach(async () => {
    base = await realpath(await mkdtemp(join(tmpdir(), 'vibe-undo-')))
    root = join(base, 'project')
    await mkdir(root)
    place = journalPlace(join(base, 'data'), root)
  })
  afterEach(() => rm(base, {recursive: true, force: true}))

  it('takes back a creation, a change and a deletion, and brings them back', async () => {
    await writeFile(at('changed'), 'old\n')
    await writeFile(at('gone'), 'there\n')
    await chmod(at('gone'), 0o755)
    await change({changed: 'new\n', gone: undefined, 'made/here': 'x\n'})
    await undo()
    expect([await read('changed'), await read('gone'), await read('made/here')]).deep.equal([
      'old\n',
      'there\n',
      undefined,
    ])
    expect((await stat(at('gone'))).mode & 0o777).equal(0o755)
    expect((await readdir(root)).sort()).deep.equal(['changed', 'gone'])
    await redo()
    expect([await read('changed'), await read('gone'), await read('made/here')]).deep.equal(['new\n', undefined, 'x\n'])
  })

  it('takes back a whole turn at once, or one change of it', async () => {
    const turn = {session: 's', turn: 1}
    await change({a: 'a\n'}, turn)
    const second = await change({b: 'b\n'}, turn)
    await change({c: 'c\n'}, {session: 's', turn: 2})
    await undoChanges({id: second}, {place, signal})
    expect([await read('a'), await read('b'), await read('c')]).deep.equal(['a\n', undefined, 'c\n'])
    await redo()
    await undo(2)
    expect([await read('a'), await read('b'), await read('c')]).deep.equal([undefined, undefined, undefined])
  })

  it('keeps what the user changed elsewhere in the file', async () => {
    await writeFile(at('f'), 'one\ntwo\nthree\nfour\nfive\n')
    await change({f: 'ONE\ntwo\nthree\nfour\nfive\n'})
    await writeFile(at('f'), 'ONE\ntwo\nthree\nfour\nfive, mine\n')
    const {merged} = await undo()
    expect(merged).deep.equal([at('f')])
    expect(await read('f')).equal('one\ntwo\nthree\nfour\nfive, mine\n')
  })

  it('refuses as a whole when the user changed the same lines', async () => {
    await writeFile(at('f'), 'one\n')
    await change({f: 'two\n', g: 'new\n'})
    await writeFile(at('f'), 'mine\n')
    const {conflicts, entry} = await undo()
    expect(conflicts.map(({path}) => path)).deep.equal([at('f')])
    expect(entry).equal(undefined)
    expect([await read('f'), await read('g')]).deep.equal(['mine\n', 'new\n'])
  })

  it('never deletes a file that the user went on writing in', async () => {
    await change({f: 'made\n'})
    await writeFile(at('f'), 'made\nmine\n')
    expect((await undo()).conflicts).length(1)
    expect(await read('f')).equal('made\nmine\n')
  })

  it('previews without touching anything', async () => {
    await change({f: 'made\n'})
    const {changes, entry} = await undoChanges({steps: 1}, {place, signal, preview: true})
    expect(changes.map(({path}) => path)).deep.equal([at('f')])
    expect(entry).equal(undefined)
    expect(await read('f')).equal('made\n')
  })

  it('has nothing to redo once something was changed after the undo', async () => {
    await change({f: 'one\n'})
    await undo()
    await change({g: 'two\n'})
    expect(await code(redo())).equal('nothing-to-redo')
    expect(await code(undoChanges({id: 'zzz'}, {place, signal}))).equal('change-unknown')
  })

  it('says that a damaged entry cannot be taken back, and takes back the others', async () => {
    const first = await change({f: 'one\n'})
    await change({g: 'two\n'})
    const path = join(place.folder, `${first}.entry`)
    const bytes = await readFile(path)
    bytes[bytes.length - 33] = 255 - (bytes[bytes.length - 33] ?? 0)
    await writeFile(path, bytes)
    expect(await code(undoChanges({id: first}, {place, signal}))).equal('journal-damaged')
    await undo()
    expect([await read('f'), await read('g')]).deep.equal(['one\n', undefined])
  })

  it('loses no line of the user in any mixture of edits, undos, redos and changes by hand', async function () {
    this.timeout(60_000)
    const step = fc.oneof(
      {weight: 4, arbitrary: fc.record({do: fc.constant('edit' as const), file: fc.nat(2), line: fc.nat(20)})},
      {weight: 4, arbitrary: fc.record({do: fc.constant('user' as const), file: fc.nat(2), line: fc.nat(20)})},
      {weight: 1, arbitrary: fc.record({do: fc.constant('delete' as const), file: fc.nat(2), line: fc.nat(20)})},
      {weight: 3, arbitrary: fc.record({do: fc.constant('undo' as const), file: fc.nat(2), line: fc.nat(3)})},
      {weight: 2, arbitrary: fc.record({do: fc.constant('redo' as const), file: fc.nat(2), line: fc.nat(20)})},
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, {minLength: 3, maxLength: 14}), async (steps) => {
        await rm(base, {recursive: true, force: true})
        await mkdir(root, {recursive: true})
        const mine = new Map<string, Set<string>>()
        for (const [index, one] of steps.entries()) {
          const name = `file-${one.file}`
          const lines = ((await read(name)) ?? '').split('\n').filter((line) => line !== '')
          const place = Math.min(one.line, lines.length)
          const put = (line: string) => `${[...lines.slice(0, place), line, ...lines.slice(place)].join('\n')}\n`
          if (one.do === 'edit') await change({[name]: put(`tool ${index}`)})
          else if (one.do === 'user') {
            await writeFile(at(name), put(`user ${index}`))
            mine.set(name, new Set([...(mine.get(name) ?? []), `user ${index}`]))
          } else if (one.do === 'delete') {
            await unlink(at(name)).catch(() => undefined)
            mine.delete(name)
          } else if (one.do === 'undo') await undo(one.line + 1).catch(expected)
          else await redo().catch(expected)
          for (const [file, lines] of mine) {
            const now = new Set(((await read(file)) ?? '').split('\n'))
            for (const line of lines)
              if (!now.has(line)) throw new Error(`${line} of ${file} was lost by step ${index}`)
          }
        }
      }),
      {numRuns: 200},
    )
    expect((await readHistory(place)).damaged).equal(0)
  })
})

function expected(error: unknown): void {
  if (!(error instanceof VibeError) || !error.code.startsWith('nothing-to-')) throw error
}

async function code(work: Promise<unknown>): Promise<string | undefined> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return error instanceof VibeError ? error.code : String(error)
}
