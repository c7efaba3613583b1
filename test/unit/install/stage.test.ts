import {expect} from 'chai'
import {existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {changeInstalled, recoverInstalled} from '../../../src/install/stage.ts'

const PARTS = ['node_modules', 'packages', 'package-lock.json', 'package.json']

describe('changing what is installed', () => {
  let data: string
  const {signal} = new AbortController()
  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), 'vibe-stage-'))
    fill(data, 'old')
  })
  afterEach(() => rmSync(data, {recursive: true, force: true}))

  function fill(folder: string, content: string): void {
    mkdirSync(join(folder, 'node_modules/p'), {recursive: true})
    mkdirSync(join(folder, 'packages'), {recursive: true})
    writeFileSync(join(folder, 'node_modules/p/index.js'), content)
    writeFileSync(join(folder, 'packages/p.tgz'), content)
    writeFileSync(join(folder, 'package-lock.json'), content)
    writeFileSync(join(folder, 'package.json'), content)
  }

  function state(): string {
    const files = ['node_modules/p/index.js', 'packages/p.tgz', 'package-lock.json', 'package.json']
    return [
      ...new Set(
        files.map((file) => (existsSync(join(data, file)) ? readFileSync(join(data, file), 'utf8') : 'nothing')),
      ),
    ].join(' ')
  }

  it('replaces all of it', async () => {
    await changeInstalled({data, signal}, (copy) => {
      expect(readFileSync(join(copy, 'node_modules/p/index.js'), 'utf8')).to.equal('old')
      fill(copy, 'new')
      return Promise.resolve({commit: true, result: undefined})
    })
    expect(state()).to.equal('new')
    expect(readdirSync(join(data, '.install'))).to.deep.equal([])
  })

  it('changes nothing when it fails', async () => {
    const failing = changeInstalled({data, signal}, (copy) => {
      fill(copy, 'new')
      return Promise.reject(new Error('no'))
    })
    expect(await failing.catch((error: unknown) => String(error))).to.equal('Error: no')
    expect(state()).to.equal('old')
    expect(readdirSync(join(data, '.install'))).to.deep.equal([])
  })

  it('changes nothing when it is interrupted', async () => {
    const controller = new AbortController()
    const stopped = changeInstalled({data, signal: controller.signal}, (copy) => {
      fill(copy, 'new')
      controller.abort()
      return Promise.resolve({commit: true, result: undefined})
    })
    expect(
      await stopped.then(
        () => 'done',
        (error: unknown) => (error as Error).name,
      ),
    ).to.equal('AbortError')
    expect(state()).to.equal('old')
  })

  for (const moved of [0, 1, 2, 3, 4]) {
    for (const isBetween of [false, true]) {
      it(`is completed after a crash ${isBetween ? 'within' : 'before'} step ${moved + 1}`, async () => {
        const ready = join(data, '.install/ready')
        fill(ready, 'new')
        for (const part of PARTS.slice(0, moved)) {
          rmSync(join(data, part), {recursive: true})
          renameSync(join(ready, part), join(data, part))
        }
        const [next] = PARTS.slice(moved)
        if (isBetween && next !== undefined) rmSync(join(data, next), {recursive: true})
        await recoverInstalled(data, signal)
        expect(state()).to.equal('new')
        expect(existsSync(ready)).to.equal(false)
      })
    }
  }

  it('lets two changes at once follow each other', async () => {
    const append = (word: string) =>
      changeInstalled({data, signal}, (copy) => {
        const path = join(copy, 'package.json')
        writeFileSync(path, `${readFileSync(path, 'utf8')} ${word}`)
        return Promise.resolve({commit: true, result: undefined})
      })
    await Promise.all(['a', 'b', 'c'].map(append))
    expect(readFileSync(join(data, 'package.json'), 'utf8').split(' ').toSorted()).to.deep.equal(['a', 'b', 'c', 'old'])
  })
})
