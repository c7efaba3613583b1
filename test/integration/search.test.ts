import {expect} from 'chai'
import {execFileSync} from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  readFileSync,
} from 'node:fs'
import {dirname, join} from 'node:path'
import type {IndexResult} from '../../src/commands/index/index.ts'
import type {SearchResult} from '../../src/commands/search.ts'
import {runProgram} from '../support/program.ts'
import {createSandbox, VIBE, type Sandbox} from '../support/sandbox.ts'

describe('vibe search', function () {
  this.timeout(60_000)
  let box: Sandbox
  const put = (path: string, content: string | Buffer) => {
    mkdirSync(dirname(join(box.project, path)), {recursive: true})
    writeFileSync(join(box.project, path), content)
  }
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd: box.project,
      env: box.env,
      stdio: 'pipe',
    })
  const commit = (message: string) => {
    git('add', '-A')
    git('commit', '-q', '-m', message)
  }
  const search = async (query: string, ...args: string[]) => {
    const run = await box.vibe(['search', query, '--json', ...args])
    expect(run.code, run.stderr + run.stdout).to.equal(0)
    return JSON.parse(run.stdout) as SearchResult
  }
  const paths = async (query: string) => (await search(query)).hits.map(({path}) => path)
  const index = async (...args: string[]) => {
    const run = await box.vibe(['index', '--json', ...args])
    expect(run.code, run.stderr + run.stdout).to.equal(0)
    return JSON.parse(run.stdout) as IndexResult
  }
  const indexFile = () => {
    const folder = join(box.home, '.cache/vibe-coder/index')
    return join(folder, readdirSync(folder)[0] ?? '', 'index.db')
  }

  beforeEach(() => {
    box = createSandbox()
    git('init', '-q')
    put('src/net/retry-policy.ts', 'export function countRetries(limit: number) {\n  return limit\n}\n')
    put('src/ui/button.ts', 'export class Button {\n  paint() {}\n}\n')
    put('src/parse_header.py', 'def parse_header(line):\n    return line.split(":")\n')
    put('test/retry-policy.test.ts', 'import {countRetries} from "../src/net/retry-policy"\ncountRetries(3)\n')
    put('.gitignore', 'out/\n')
    put('out/bundle.ts', 'export function countRetries() {}\n')
    commit('Begin')
  })
  afterEach(() => box.remove())

  it('finds definitions, parts of names, paths and words, and says the line', async () => {
    const {hits, files} = await search('countRetries')
    expect(hits[0]?.path).to.equal('src/net/retry-policy.ts')
    expect(hits[0]?.lines[0]).to.deep.equal({line: 1, text: 'export function countRetries(limit: number) {'})
    expect(hits.map(({path}) => path))
      .to.include('test/retry-policy.test.ts')
      .and.not.include('out/bundle.ts')
    expect(files).to.equal(5)
    expect((await paths('where are retries counted'))[0]).to.equal('src/net/retry-policy.ts')
    expect((await paths('ParseHeader'))[0]).to.equal('src/parse_header.py')
    expect((await paths('crash in src/ui/button.ts'))[0]).to.equal('src/ui/button.ts')
    expect(await paths('zzyzx')).to.deep.equal([])
    expect((await search('export', '-k', '1')).hits).to.have.length(1)
  })

  it('shows paths with lines, and what a file holds cannot reach the terminal', async () => {
    put('evil.ts', 'export const danger = "\u001b[2J\u202e"\n')
    const run = await box.vibe(['search', 'danger'])
    expect(run.stdout).to.match(/^evil\.ts\n {5}1 {2}export const danger/)
    expect(run.stdout).to.not.contain('\u001b').and.not.contain('\u202e')
    expect((await box.vibe(['search', 'zzyzx'])).stdout).to.equal('Nothing matches.\n')
    expect((await box.vibe(['search'])).code).to.equal(2)
    expect((await box.vibe(['search', 'x', '-k', '0'])).code).to.equal(2)
  })

  it('reads what changed and nothing else, also when size and time stay the same', async () => {
    expect(await index()).to.deep.include({changed: 5, files: 5, commits: 1})
    expect(await index()).to.deep.include({changed: 0, removed: 0})
    put('src/ui/button.ts', 'export class Slider {\n  paint() {}\n}\n')
    put('new/untracked.go', 'func Untracked() {}\n')
    rmSync(join(box.project, 'src/parse_header.py'))
    expect(await index()).to.deep.include({changed: 2, removed: 1, files: 5})
    expect((await paths('Slider'))[0]).to.equal('src/ui/button.ts')
    expect(await paths('parse_header')).to.deep.equal([])
    const file = join(box.project, 'src/ui/button.ts')
    const {atime, mtime} = statSync(file)
    writeFileSync(file, 'export class Switch {\n  paint() {}\n}\n')
    utimesSync(file, atime, mtime)
    expect((await paths('Switch'))[0]).to.equal('src/ui/button.ts')
  })

  it('learns from commits which words go with which files', async () => {
    put('src/ui/button.ts', 'export class Button {\n  draw() {}\n}\n')
    commit('Stop the flicker of the toolbar')
    expect(await paths('flicker toolbar')).to.include('src/ui/button.ts')
    put('src/ui/button.ts', 'export class Button {\n  show() {}\n}\n')
    put('theme/colours.css', 'a { color: red }\n')
    commit('Colours')
    expect(await paths('src/ui/button.ts')).to.include('theme/colours.css')
  })

  it('says what it holds without reading, and begins anew when told', async () => {
    await index()
    put('src/late.ts', 'export const late = 1\n')
    expect(await index('--status')).to.deep.include({files: 5, changed: 0, commits: 1})
    expect(await index('--rebuild')).to.deep.include({files: 6, changed: 6})
    const run = await box.vibe(['index', '--status'])
    expect(run.stdout).to.match(/^6 files with \d+ B, 1 commit\nIndex: \d+ kB in ~\/\.cache\/vibe-coder\/index\//)
  })

  it('survives every kind of bad file', async () => {
    put('big.ts', Buffer.alloc(100 * 1024 * 1024, 'countRetries '))
    put('binary.ts', Buffer.from([0, 1, 2, 0xff, ...Buffer.from('countRetries')]))
    put('one-line.js', `var a=1;${'countRetries();'.repeat(20_000)}`)
    put('broken.ts', Buffer.from([0xc3, 0x28, 0xff, 0xfe, ...Buffer.from('\nlet brokenButFound = 1\n')]))
    put('with\nnewline.ts', 'let nameWithNewline = 1\n')
    put('empty.ts', '')
    put('.env', 'countRetries=secret\n')
    put('deep/er/locked.ts', 'let lockedAway = 1\n')
    put('shut/inside.ts', 'let shutAway = 1\n')
    symlinkSync('.', join(box.project, 'loop'))
    symlinkSync('/etc', join(box.project, 'etc'))
    symlinkSync('nowhere', join(box.project, 'dangling.ts'))
    execFileSync('mkfifo', [join(box.project, 'pipe.ts')])
    chmodSync(join(box.project, 'deep/er/locked.ts'), 0)
    chmodSync(join(box.project, 'shut'), 0)
    const found = await paths('countRetries')
    expect(found.slice(0, 2)).to.deep.equal(['src/net/retry-policy.ts', 'test/retry-policy.test.ts'])
    expect(found).to.not.include('.env').and.not.include('big.ts')
    expect((await paths('brokenButFound'))[0]).to.equal('broken.ts')
    expect((await paths('nameWithNewline'))[0]).to.equal('with\nnewline.ts')
    expect((await paths('one-line.js'))[0]).to.equal('one-line.js')
    expect(await paths('root passwd')).to.deep.equal([])
    chmodSync(join(box.project, 'shut'), 0o700)
    expect(statSync(indexFile()).size).to.be.lessThan(1024 * 1024)
  })

  it('follows no folder that was swapped for a link', async () => {
    await index()
    const outside = join(box.home, 'outside')
    renameSync(join(box.project, 'src/ui'), outside)
    symlinkSync(outside, join(box.project, 'src/ui'))
    expect(await paths('Button')).to.not.include('src/ui/button.ts')
  })

  it('works without git and in an empty folder', async () => {
    rmSync(join(box.project, '.git'), {recursive: true})
    expect((await paths('countRetries limit'))[0]).to.equal('src/net/retry-policy.ts')
    const empty = join(box.home, 'empty')
    mkdirSync(empty)
    const run = await box.vibe(['search', 'anything', '--json'], {cwd: empty})
    expect(JSON.parse(run.stdout)).to.deep.include({hits: [], files: 0})
  })

  it('builds a damaged index anew and says so', async () => {
    for (const damage of [
      (file: string) => writeFileSync(file, 'no database at all'.repeat(1000)),
      (file: string) => writeFileSync(file, readFileSync(file).subarray(0, 5000)),
      (file: string) => {
        const bytes = readFileSync(file)
        for (let at = 4096; at < bytes.length; at += 7) bytes[at] = (bytes[at] ?? 0) ^ 0x55
        writeFileSync(file, bytes)
      },
    ]) {
      await index()
      damage(indexFile())
      const {hits, notes} = await search('countRetries')
      expect(hits[0]?.path).to.equal('src/net/retry-policy.ts')
      expect(notes).to.deep.equal(['The index was damaged and is built anew.'])
      expect((await search('countRetries')).notes).to.deep.equal([])
    }
  })

  it('lives in memory where it cannot be kept, from what was kept before', async () => {
    await index()
    put('src/late.ts', 'export const lateArrival = 1\n')
    const folder = dirname(indexFile())
    rmSync(join(box.home, '.cache'), {recursive: true})
    writeFileSync(join(box.home, '.cache'), 'a file where a folder should be')
    const {hits, notes} = await search('lateArrival')
    expect(hits[0]?.path).to.equal('src/late.ts')
    expect(notes).to.have.length(1)
    expect(notes[0]).to.contain('memory only')
    expect(existsSync(folder)).to.equal(false)
  })

  it('goes on in memory when the disk has no room', async () => {
    for (let file = 0; file < 200; file++)
      put(`many/file${file}.ts`, `${'abcdefgh'.repeat(9)} many${file} ${file * 7}\n`.repeat(20))
    const command = `ulimit -f 8; exec "${process.execPath}" "${VIBE}" search many77 --json`
    const run = await runProgram(['sh', '-c', command], {cwd: box.project, env: box.env})
    expect(run.code, run.stderr).to.equal(0)
    const {hits, notes} = JSON.parse(run.stdout) as SearchResult
    expect(hits[0]?.path).to.equal('many/file77.ts')
    expect(notes.join()).to.contain('memory only')
    expect((await search('many78')).hits[0]?.path).to.equal('many/file78.ts')
  })

  it('gives several processes at once the same right answer', async () => {
    for (let file = 0; file < 300; file++)
      put(`many/file${file}.ts`, `export function many${file}() { return ${file} }\n`)
    const runs = await Promise.all([1, 2, 3].map((number) => paths(`many${number * 77}`)))
    expect(runs.map(([first]) => first)).to.deep.equal(['many/file77.ts', 'many/file154.ts', 'many/file231.ts'])
    expect(await index()).to.deep.include({files: 305, changed: 0, notes: []})
    expect((await paths('countRetries'))[0]).to.equal('src/net/retry-policy.ts')
  })

  it('says the same thing three times in a row', async () => {
    const runs = [await search('export class'), await search('export class'), await search('export class')]
    expect(runs[1]).to.deep.equal(runs[0])
    expect(runs[2]).to.deep.equal(runs[0])
  })
})
