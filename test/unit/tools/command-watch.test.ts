import {chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import type {PathChange} from '../../../src/edits/journal/state.ts'
import {createCommandWatch, type WatchOptions} from '../../../src/tools/command-watch.ts'
import {onlyLooks} from '../../../src/tools/read-only-commands.ts'
import {makeWorkspace, type Workspace} from './workspace.ts'

const signal = new AbortController().signal

describe('the watch over commands', () => {
  let place: Workspace
  let seen: PathChange[]
  beforeEach(() => {
    place = makeWorkspace()
    seen = []
  })
  afterEach(() => place.remove())

  const watch = (limits?: WatchOptions['limits']) =>
    createCommandWatch({record: async ({changes}) => void seen.push(...changes), ...(limits ? {limits} : {})})
  const names = () =>
    seen
      .map(({path, before, after}) => `${before ? (after ? '~' : '-') : '+'}${path.slice(place.root.length + 1)}`)
      .sort()

  it('sees what was changed, made, deleted and given another mode, with what stood there', async () => {
    place.put('changed', 'old')
    place.put('deleted', 'bye')
    place.put('mode', 'x')
    place.put('same', 'same')
    const ended = await watch()('make', place.context, signal)
    writeFileSync(join(place.root, 'changed'), 'new')
    rmSync(join(place.root, 'deleted'))
    chmodSync(join(place.root, 'mode'), 0o755)
    writeFileSync(join(place.root, 'same'), 'same')
    place.put('deep/made', 'new')
    expect((await ended()).changed).to.equal(4)
    expect(names()).to.deep.equal(['+deep/made', '-deleted', '~changed', '~mode'])
    expect(Buffer.from(seen.find(({path}) => path.endsWith('changed'))?.before?.bytes ?? []).toString()).to.equal('old')
  })

  it('sees a change that keeps size and time of modification', async () => {
    const path = place.put('sly', 'aaaa')
    const ended = await watch()('touch', place.context, signal)
    const {utimesSync, statSync} = await import('node:fs')
    const {atime, mtime} = statSync(path)
    writeFileSync(path, 'bbbb')
    utimesSync(path, atime, mtime)
    expect((await ended()).changed).to.equal(1)
  })

  it('leaves out what git ignores and what links lead to', async () => {
    place.git('init')
    place.put('.gitignore', 'out/\n')
    writeFileSync(join(place.outside, 'theirs'), 'old')
    symlinkSync(place.outside, join(place.root, 'link'))
    const ended = await watch()('make', place.context, signal)
    place.put('out/built', 'x')
    writeFileSync(join(place.outside, 'theirs'), 'new')
    expect((await ended()).changed).to.equal(0)
  })

  it('says what it does not cover', async () => {
    place.put('large', 'x'.repeat(100))
    const tight = watch({files: 10, fileBytes: 50, bytes: 1000})
    const ended = await tight('make', place.context, signal)
    writeFileSync(join(place.root, 'large'), 'y')
    const {changed, note} = await ended()
    expect(changed).to.equal(1)
    expect(note).to.contain('cannot take back').and.contain('large')
    for (let index = 0; index < 12; index++) place.put(`f${index}`, 'x')
    const again = await tight('make', place.context, signal)
    place.put('a-new-one', 'x')
    expect((await again()).note).to.contain('beyond the first 10')
  })

  it('does not read files again that nobody touched', async () => {
    for (let index = 0; index < 300; index++) place.put(`dir/f${index}`, `content ${index}\n`.repeat(100))
    const one = watch()
    const first = performance.now()
    await (
      await one('make', place.context, signal)
    )()
    const between = performance.now()
    await (
      await one('make', place.context, signal)
    )()
    expect(performance.now() - between).to.be.lessThan((between - first) * 2 + 50)
    expect(seen).to.deep.equal([])
  })

  it('knows which commands only look', () => {
    const look = ['ls -la', 'cat a b', 'git status', 'git log --oneline', 'grep -rn x .', 'wc -l a']
    const write = [
      'make',
      'ls > x',
      'cat a | tee b',
      'git checkout .',
      'git log --output=x',
      'rm a',
      'echo $(rm a)',
      'sed -i s/a/b/ x',
      'find . -delete',
      'X=1 ls',
      'git diff --output=x',
      '',
    ]
    expect(look.filter((command) => !onlyLooks(command))).to.deep.equal([])
    expect(write.filter((command) => onlyLooks(command))).to.deep.equal([])
  })

  it('takes no snapshot when cancelled', async () => {
    place.put('a', 'x')
    mkdirSync(join(place.root, 'empty'))
    const error = await watch()('make', place.context, AbortSignal.abort()).catch((caught: unknown) => caught)
    expect(error).to.be.instanceOf(Error)
    expect(existsSync(join(place.root, 'a')) && readFileSync(join(place.root, 'a'), 'utf8')).to.equal('x')
  })
})
