import {expect} from 'chai'
import {appendFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout} from 'node:timers/promises'
import {openEngine, searchEngine, updateEngine} from '../../../src/search/engine.ts'
import {segmentsOf} from '../../../src/search/write-segment.ts'

const update = {signal: new AbortController().signal, onProgress: () => undefined}

describe('the engine of the index', function () {
  this.timeout(20_000)
  let folder: string
  let root: string
  const open = () => openEngine(join(folder, 'cache'), {root, env: {PATH: process.env['PATH']}})
  const first = async (engine: ReturnType<typeof open>, text: string) =>
    (await searchEngine(engine, {text, count: 3}, update))[0]?.path

  beforeEach(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'vibe-index-')))
    root = join(folder, 'project')
    mkdirSync(root)
    for (let file = 0; file < 20; file++)
      writeFileSync(join(root, `file${file}.ts`), `export function work${file}() {\n  return part${file}\n}\n`)
    // A file that was written this moment is read once more.
    await setTimeout(50)
  })
  afterEach(() => rmSync(folder, {recursive: true, force: true}))

  it('joins the many small parts that many changes leave, and loses nothing', async () => {
    const engine = open()
    for (let change = 0; change < 40; change++) {
      appendFileSync(join(root, `file${change % 20}.ts`), `export const change${change} = ${change}\n`)
      await updateEngine(engine, update)
      expect(segmentsOf(engine.store).length).to.be.at.most(13)
    }
    for (const other of [engine, open()]) {
      expect(await first(other, 'change7')).to.equal('file7.ts')
      expect(await first(other, 'change39')).to.equal('file19.ts')
      expect(await first(other, 'work3')).to.equal('file3.ts')
    }
  })

  it('takes in what another process has written meanwhile', async () => {
    const [one, other] = [open(), open()]
    await Promise.all([updateEngine(one, update), updateEngine(other, update)])
    appendFileSync(join(root, 'file3.ts'), 'export const fromOne = 1\n')
    await setTimeout(50)
    expect(await updateEngine(one, update)).to.deep.include({changed: 1})
    expect(await updateEngine(other, update)).to.deep.include({changed: 0})
    expect(await first(other, 'fromOne')).to.equal('file3.ts')
    expect(await first(other, 'work5')).to.equal('file5.ts')
  })

  it('keeps what it has read when it is cancelled', async () => {
    const stop = new AbortController()
    stop.abort()
    const engine = open()
    let failed: unknown
    await updateEngine(engine, {...update, signal: stop.signal}).catch((error: unknown) => (failed = error))
    expect(failed).to.equal(stop.signal.reason)
    expect(await updateEngine(engine, update)).to.deep.include({changed: 20})
  })
})
