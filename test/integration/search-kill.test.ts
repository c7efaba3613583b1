import {expect} from 'chai'
import {execFileSync, spawn} from 'node:child_process'
import {existsSync, mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {IndexResult} from '../../src/commands/index/index.ts'
import type {SearchResult} from '../../src/commands/search.ts'
import {createSandbox, VIBE, type Sandbox} from '../support/sandbox.ts'

const FILES = 2000
const KILLS = 6

describe('vibe index, stopped at any point', function () {
  this.timeout(120_000)
  let box: Sandbox
  before(() => {
    box = createSandbox()
    execFileSync('git', ['init', '-q'], {cwd: box.project, env: box.env})
    for (let file = 0; file < FILES; file++) {
      const folder = join(box.project, `part${file % 40}`)
      mkdirSync(folder, {recursive: true})
      const lines = Array.from(
        {length: 60},
        (_, line) => `export function task${file}x${line}() { return word${line * file} }`,
      )
      writeFileSync(join(folder, `file${file}.ts`), `${lines.join('\n')}\n`)
    }
  })
  after(() => box.remove())

  const start = () =>
    spawn(process.execPath, [VIBE, 'index', '--rebuild', '--json'], {cwd: box.project, env: box.env, stdio: 'ignore'})
  const ended = (child: ReturnType<typeof start>) =>
    new Promise<{code: number | null; signal: string | null}>((done) =>
      child.on('close', (code, signal) => done({code, signal})),
    )
  const find = async (query: string) => {
    const run = await box.vibe(['search', query, '-k', '1', '--json'])
    expect(run.code, run.stderr).to.equal(0)
    return JSON.parse(run.stdout) as SearchResult
  }

  it('is right the next time, however it was killed', async () => {
    for (let kill = 0; kill < KILLS; kill++) {
      const child = start()
      const end = ended(child)
      await new Promise((done) => setTimeout(done, 150 + kill * 130))
      child.kill('SIGKILL')
      await end
      const file = (kill * 997) % FILES
      const {hits, files, notes} = await find(`task${file}x59`)
      expect(hits[0]?.path).to.equal(`part${file % 40}/file${file}.ts`)
      expect({files, notes}).to.deep.equal({files: FILES, notes: []})
    }
    const run = await box.vibe(['index', '--json'])
    expect(JSON.parse(run.stdout) as IndexResult).to.deep.include({files: FILES, changed: 0})
  })

  it('ends at once on Ctrl-C with code 130, and leaves nothing behind that is in the way', async () => {
    const child = start()
    const end = ended(child)
    await new Promise((done) => setTimeout(done, 600))
    const pressed = performance.now()
    child.kill('SIGINT')
    expect((await end).code).to.be.oneOf([130, 0])
    expect(performance.now() - pressed).to.be.below(1500)
    expect((await find('task7x7')).hits[0]?.path).to.equal('part7/file7.ts')
    expect(existsSync(join(box.home, '.cache/vibe-coder/index'))).to.equal(true)
  })
})
