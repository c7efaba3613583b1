import {mkdirSync, renameSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {createGlobTool} from '../../../src/tools/glob.ts'
import {createGrepTool} from '../../../src/tools/grep.ts'
import {createListTool} from '../../../src/tools/list.ts'
import {call, makeWorkspace, options, prepare, refusal, type Workspace} from './workspace.ts'

const list = createListTool()
const glob = createGlobTool()
const grep = createGrepTool()

describe('the search tools', () => {
  let workspace: Workspace
  beforeEach(() => {
    workspace = makeWorkspace()
    workspace.put('src/a.ts', 'const alpha = 1\r\nconst beta = 2\n')
    workspace.put('src/deep/b.ts', 'alpha()\n')
    workspace.put('README.md', 'Alpha\n')
    workspace.put('node_modules/x/index.js', 'alpha\n')
    workspace.put('.env', 'alpha=secret\n')
    workspace.put('picture.bin', Buffer.from('alpha\0alpha'))
  })
  afterEach(() => workspace.remove())

  const lines = async (tool: typeof grep, input: Parameters<typeof grep.prepare>[0]) =>
    (await call(tool, input, workspace)).content.split('\n')

  const repository = () => {
    workspace.put('.gitignore', 'ignored/\nnode_modules\n*.log\n')
    workspace.put('ignored/c.ts', 'alpha\n')
    workspace.put('x.log', 'alpha\n')
    workspace.git('init', '-q')
    workspace.git('add', 'src/a.ts')
  }

  it('grep answers path:line:text and leaves secrets and binaries out, saying so', async () => {
    expect(await lines(grep, {pattern: 'alpha'})).to.deep.equal([
      'src/a.ts:1:const alpha = 1',
      'src/deep/b.ts:1:alpha()',
      '[1 files that may hold secrets were not searched; 1 binary, very large, linked or deleted files were skipped]',
    ])
  })

  it('grep narrows by path, glob and case', async () => {
    expect(await lines(grep, {pattern: 'ALPHA', ignoreCase: true, glob: '*.md'})).to.deep.equal(['README.md:1:Alpha'])
    expect(await lines(grep, {pattern: '(?i)^ALPHA$', glob: '*.md'})).to.deep.equal(['README.md:1:Alpha'])
    expect(await lines(grep, {pattern: 'alpha', path: 'src/deep'})).to.deep.equal(['src/deep/b.ts:1:alpha()'])
    expect(await lines(grep, {pattern: 'beta = 2$', path: 'src/a.ts'})).to.deep.equal(['src/a.ts:2:const beta = 2'])
    expect((await lines(grep, {pattern: 'nowhere'}))[0]).to.equal('No line matches.')
  })

  it('honours .gitignore in a repository, tracked or not, but walks an ignored folder that is named', async () => {
    repository()
    const found = await lines(glob, {pattern: '**'})
    expect(found).to.deep.equal(['.env', '.gitignore', 'README.md', 'picture.bin', 'src/a.ts', 'src/deep/b.ts'])
    expect(await lines(glob, {pattern: '*.ts', path: 'ignored'})).to.deep.equal(['ignored/c.ts'])
    expect(await lines(glob, {pattern: '*.ts', path: 'src'})).to.deep.equal(['src/a.ts', 'src/deep/b.ts'])
  })

  it('runs nothing of a hostile repository', async () => {
    repository()
    const canary = join(workspace.root, 'canary')
    workspace.git('config', 'core.fsmonitor', `touch ${canary}`)
    workspace.git('config', 'core.hooksPath', workspace.outside)
    workspace.put('bin/git', `#!/bin/sh\ntouch ${canary}\n`)
    workspace.context = {
      ...workspace.context,
      env: {...workspace.context.env, PATH: `${join(workspace.root, 'bin')}:bin:${process.env['PATH']}`},
    }
    expect(await lines(glob, {pattern: 'canary'})).to.deep.equal(['No file matches.'])
  })

  it('never follows a link, nor a tracked folder that became one', async () => {
    repository()
    writeFileSync(join(workspace.outside, 'a.ts'), 'alpha stolen\n')
    symlinkSync(join(workspace.outside, 'a.ts'), join(workspace.root, 'link.ts'))
    renameSync(join(workspace.root, 'src'), join(workspace.root, 'moved'))
    symlinkSync(workspace.outside, join(workspace.root, 'src'))
    expect((await call(grep, {pattern: 'stolen'}, workspace)).content).to.include('No line matches.')
  })

  it('passes over a line on which a pattern runs away, and says so', async () => {
    workspace.put('evil.txt', `${'aaa\n'.repeat(50)}${'a'.repeat(40)}!\naaa\n`)
    const found = await lines(grep, {pattern: '^(a+)+$', path: 'evil.txt'})
    expect(found).to.have.length(52)
    expect(found.slice(-2)).to.deep.equal([
      'evil.txt:52:aaa',
      '[1 lines were skipped, the pattern takes too long on them]',
    ])
  })

  it('refuses a pattern that runs away again and again, and hears others meanwhile', async () => {
    workspace.put('evil.txt', `${'a'.repeat(40)}!\n`.repeat(20))
    let longest = 0
    let last = performance.now()
    const beat = setInterval(() => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }, 5)
    const {content, isError} = await call(grep, {pattern: '^(a+)+$'}, workspace)
    clearInterval(beat)
    expect(isError).to.equal(true)
    expect(content).to.include('takes too long')
    expect(longest).to.be.below(250)
  })

  it('stops a runaway pattern soon after a cancel', async () => {
    workspace.put('evil.txt', `${'a'.repeat(40)}!\n`.repeat(20))
    const abort = new AbortController()
    const prepared = await prepare(grep, {pattern: '^(a+)+$'}, workspace)
    const running = prepared.execute(options(abort.signal))
    setTimeout(() => abort.abort(), 150)
    const started = performance.now()
    await running
    expect(performance.now() - started).to.be.below(600)
  })

  it('refuses patterns that are none, with the reason', async () => {
    expect((await refusal(prepare(grep, {pattern: '('}, workspace))).message).to.include(
      'JavaScript regular expressions',
    )
    expect((await refusal(prepare(grep, {pattern: ''}, workspace))).code).to.equal('pattern-invalid')
    expect((await refusal(prepare(glob, {pattern: '../*'}, workspace))).code).to.equal('pattern-invalid')
    expect((await refusal(prepare(glob, {pattern: '/etc/*'}, workspace))).code).to.equal('pattern-invalid')
  })

  it('caps results and long lines', async () => {
    workspace.put('many.txt', 'needle\n'.repeat(1000))
    workspace.put('wide.txt', `haystack ${'x'.repeat(5000)}\n`)
    const many = await lines(grep, {pattern: 'needle'})
    expect(many).to.have.length(251)
    expect(many.at(-1)).to.include('only the first 250 lines')
    expect((await lines(grep, {pattern: 'haystack'}))[0]?.length).to.be.below(400)
  })

  it('stops at once when cancelled', async () => {
    const prepared = await prepare(grep, {pattern: 'alpha'}, workspace)
    expect((await prepared.execute(options(AbortSignal.abort()))).content).to.include('No line matches.')
  })

  it('uses the filter of the rules when it is given one', async () => {
    workspace.context = {...workspace.context, mayRead: (path) => path.endsWith('.md')}
    expect((await lines(grep, {pattern: 'lpha'}))[0]).to.equal('README.md:1:Alpha')
    expect(await lines(glob, {pattern: '*.md', path: ''})).to.deep.equal(['README.md'])
  })

  it('lists a folder with counts and what is left out', async () => {
    repository()
    symlinkSync('README.md', join(workspace.root, 'link'))
    mkdirSync(join(workspace.root, 'empty'))
    expect(await lines(list, {})).to.deep.equal([
      'src/  (2 files)',
      '.env',
      '.gitignore',
      'README.md',
      'link@  (link)',
      'picture.bin',
      '[ignored or empty: empty/, ignored/, node_modules/, x.log]',
    ])
    expect(await lines(list, {path: 'src'})).to.deep.equal(['deep/  (1 files)', 'a.ts'])
    expect((await call(list, {path: 'README.md'}, workspace)).content).to.include('is a file')
    expect((await call(list, {path: 'nowhere'}, workspace)).content).to.include('does not exist')
  })
})
