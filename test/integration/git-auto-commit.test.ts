import {execFileSync} from 'node:child_process'
import {mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {expect} from 'chai'
import {openaiChatReply, startScriptedServer, type ScriptedAnswer, type ScriptedServer} from 'vibe-plugin-testkit'
import {createSandbox, type Sandbox} from '../support/sandbox.ts'

const call = (name: string, input: Record<string, string>, id: string) => ({toolCalls: [{id, name, input}]})
const shell = (command: string) => call('shell', {command}, 'c1')
const write = (path: string, content: string) => call('write', {path, content}, `w-${path}`)
const edit = (path: string, old_string: string, new_string: string) => [
  call('read', {path}, `r-${path}`),
  call('edit', {path, old_string, new_string}, `e-${path}`),
]

type Event = {type: string; message?: string; commit?: string; files?: string[]; leftOut?: unknown[]; subject?: string}

describe('git.autoCommit', function () {
  this.timeout(60_000)
  let sandbox: Sandbox
  let server: ScriptedServer | undefined
  let asked: string[] = []

  beforeEach(() => {
    sandbox = createSandbox()
    configure({autoCommit: true, attribution: 'none'})
    git('config', '--global', 'user.name', 'Ada')
    git('config', '--global', 'user.email', 'ada@example.com')
  })
  afterEach(async () => {
    await server?.close()
    sandbox.remove()
  })

  const gitIn = (cwd: string, ...args: string[]) =>
    execFileSync('git', args, {
      cwd,
      env: {...sandbox.env, GIT_ALLOW_PROTOCOL: 'file'},
      encoding: 'utf8',
      stdio: 'pipe',
    }).replace(/\n$/, '')
  const git = (...args: string[]) => gitIn(sandbox.project, ...args)
  const put = (name: string, text: string) => {
    mkdirSync(dirname(join(sandbox.project, name)), {recursive: true})
    writeFileSync(join(sandbox.project, name), text)
  }
  const read = (name: string) => readFileSync(join(sandbox.project, name), 'utf8')
  const configure = (values: Record<string, unknown>) => {
    mkdirSync(join(sandbox.home, '.config', 'vibe-coder'), {recursive: true})
    writeFileSync(join(sandbox.home, '.config', 'vibe-coder', 'config.json'), JSON.stringify({git: values}))
  }
  const start = (files: Record<string, string>) => {
    git('init', '-q', '-b', 'main')
    for (const [name, text] of Object.entries(files)) put(name, text)
    git('add', '.')
    git('commit', '-q', '-m', 'start')
  }
  /** Gets the answers in turn, and after them a message for each commit. */
  const work = async (
    answers: readonly ScriptedAnswer[],
    options: {cwd?: string; prompt?: string; fail?: boolean} = {},
  ) => {
    await server?.close()
    asked = []
    server = await startScriptedServer((request, index) => {
      const body = JSON.stringify(request)
      const isMessage = body.includes('message of a git commit')
      if (isMessage) asked.push(body)
      if (isMessage && options.fail) return openaiChatReply({text: ''})
      return openaiChatReply(isMessage ? {text: 'Message 1'} : (answers[index] ?? {text: 'done'}))
    })
    const env = {
      VIBE_CODER_ENDPOINT: `${server.url}/v1`,
      VIBE_CODER_MODEL: 'scripted',
      VIBE_CODER_API_KEY: 'sk-scripted-1',
    }
    const words = ['run', options.prompt ?? 'do it', '--yes', '--allow', 'edit:.env', '--output-format', 'stream-json']
    const run = await sandbox.vibe(words, {env, ...(options.cwd === undefined ? {} : {cwd: options.cwd})})
    expect(run.code, run.stderr + run.stdout).to.equal(0)
    const events = run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Event)
    expect(events.at(-1)?.type).to.equal('result')
    return events
  }
  const commits = (events: Event[]) => events.filter(({type}) => type === 'commit')
  const notices = (events: Event[]) =>
    events.flatMap(({type, message}) => (type === 'notice' ? [message ?? ''] : [])).join('\n')

  it('commits what the turn changed, with new, changed, moved and deleted files', async () => {
    start({'a.txt': 'one\ntwo\n', 'gone.txt': 'gone\n', 'moved.txt': 'moved\n', 'run.sh': '#!/bin/sh\n'})
    const events = await work([
      ...edit('a.txt', 'two', 'TWO'),
      write('deep/new.txt', 'new\n'),
      shell('rm gone.txt && mv moved.txt there.txt && chmod +x run.sh'),
    ])
    expect(commits(events)).to.have.length(1)
    expect(git('log', '--format=%s', '-1')).to.equal('Message 1')
    expect(git('status', '--porcelain')).to.equal('')
    expect(git('show', '--format=', '--name-status', '--no-renames', 'HEAD')).to.equal(
      'M\ta.txt\nA\tdeep/new.txt\nD\tgone.txt\nD\tmoved.txt\nM\trun.sh\nA\tthere.txt',
    )
    expect(git('ls-files', '-s', 'run.sh')).to.match(/^100755/)
  })

  it('never sweeps in what the user changed, staged or has not added', async () => {
    start({'mixed.txt': 'a\nb\nc\nd\ne\n', 'theirs.txt': 'x\n', 'staged.txt': 's\n', 'same.txt': '1\n2\n'})
    put('mixed.txt', 'a\nb\nc\nd\nmine\n')
    put('theirs.txt', 'mine\n')
    put('staged.txt', 'staged\n')
    put('same.txt', '1\nmine\n')
    git('add', 'staged.txt')
    put('untracked.txt', 'mine\n')
    const events = await work([
      ...edit('mixed.txt', 'a\n', 'A\n'),
      ...edit('untracked.txt', 'mine', 'changed'),
      ...edit('staged.txt', 'staged', 'changed'),
      ...edit('same.txt', 'mine', 'theirs'),
    ])
    expect(git('show', 'HEAD:mixed.txt')).to.equal('A\nb\nc\nd\ne')
    expect(git('show', '--format=', '--name-only', 'HEAD')).to.equal('mixed.txt')
    expect(git('status', '--porcelain').split('\n').sort()).to.deep.equal(
      [' M mixed.txt', ' M same.txt', ' M theirs.txt', '?? untracked.txt', 'MM staged.txt'].sort(),
    )
    expect(git('show', ':staged.txt')).to.equal('staged')
    expect(read('mixed.txt')).to.equal('A\nb\nc\nd\nmine\n')
    expect(commits(events)[0]?.leftOut).to.have.length(3)
  })

  it('commits into the first commit, on a detached head, in a worktree and with SHA-256', async () => {
    git('init', '-q', '-b', 'main', '--object-format=sha256')
    await work([write('a.txt', 'one\n')])
    expect(git('log', '--format=%s')).to.equal('Message 1')
    git('checkout', '-q', '--detach')
    await work(edit('a.txt', 'one', 'two'))
    expect([git('rev-list', '--count', 'HEAD'), git('rev-list', '--count', 'main')]).to.deep.equal(['2', '1'])
    const tree = join(sandbox.home, 'tree')
    git('worktree', 'add', '-q', tree, '-b', 'other')
    await work(edit('a.txt', 'two', 'three'), {cwd: tree})
    expect([gitIn(tree, 'show', 'other:a.txt'), gitIn(tree, 'status', '--porcelain')]).to.deep.equal(['three', ''])
    expect(git('status', '--porcelain')).to.equal('')
  })

  it('gives each file to its own repository', async () => {
    const origin = join(sandbox.home, 'origin')
    mkdirSync(origin)
    gitIn(origin, 'init', '-q', '-b', 'main')
    writeFileSync(join(origin, 'in.txt'), 'in\n')
    gitIn(origin, 'add', '.')
    gitIn(origin, 'commit', '-q', '-m', 'x')
    start({'out.txt': 'out\n'})
    git('-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', origin, 'sub')
    git('commit', '-q', '-m', 'sub')
    const events = await work([...edit('out.txt', 'out', 'OUT'), ...edit('sub/in.txt', 'in', 'IN')])
    expect(commits(events).map(({files}) => files)).to.deep.equal([['out.txt'], ['in.txt']])
    expect(gitIn(join(sandbox.project, 'sub'), 'show', 'HEAD:in.txt')).to.equal('IN')
    expect(git('show', 'HEAD:out.txt')).to.equal('OUT')
  })

  it('takes names as they are', async () => {
    start({'-n.txt': 'x\n', ':(top)b.txt': 'x\n', 'a\nb.txt': 'x\n', '*': 'x\n', 'ü.txt': 'x\n'})
    const names = ['-n.txt', ':(top)b.txt', 'a\nb.txt', '*', 'ü.txt']
    await work(names.flatMap((name) => edit(name, 'x', 'y')))
    expect(git('status', '--porcelain')).to.equal('')
    expect(git('show', '--format=', '--name-only', '-z', 'HEAD').split('\0').filter(Boolean).sort()).to.deep.equal(
      names.sort(),
    )
  })

  it('keeps to the line ends that git keeps, and to links', async () => {
    start({'.gitattributes': '*.txt text eol=crlf\n', 'a.txt': 'one\r\ntwo\r\n', 'real.md': 'x\n'})
    symlinkSync('real.md', join(sandbox.project, 'link.md'))
    git('add', '.')
    git('commit', '-q', '-m', 'link')
    await work([...edit('a.txt', 'two', 'TWO'), ...edit('link.md', 'x', 'y')])
    expect(git('cat-file', 'blob', 'HEAD:a.txt')).to.equal('one\nTWO')
    expect([git('status', '--porcelain'), git('cat-file', 'blob', 'HEAD:link.md')]).to.deep.equal(['', 'real.md'])
  })

  it('goes on outside git, in a merge, without a name and without a message, and says so', async () => {
    const outside = await work([write('a.txt', 'one\n')])
    expect(notices(outside)).to.contain('it is in no git repository')
    start({'b.txt': 'b\n'})
    writeFileSync(join(sandbox.project, '.git', 'MERGE_HEAD'), `${git('rev-parse', 'HEAD')}\n`)
    expect(notices(await work([write('m.txt', 'two\n')]))).to.contain('A merge is under way')
    rmSync(join(sandbox.project, '.git', 'MERGE_HEAD'))
    writeFileSync(join(sandbox.project, '.git', 'index.lock'), '')
    expect(notices(await work([write('c.txt', 'two\n')]))).to.contain('Another git command is at work')
    rmSync(join(sandbox.project, '.git', 'index.lock'))
    git('config', '--global', '--unset', 'user.email')
    expect(notices(await work([write('d.txt', 'two\n')]))).to.contain('git config --global user.name')
    git('config', '--global', 'user.email', 'ada@example.com')
    await work([write('e.txt', 'two\n')], {prompt: 'make e\nplease', fail: true})
    expect(git('log', '-1', '--format=%s')).to.equal('make e')
    expect(git('rev-list', '--count', 'HEAD')).to.equal('2')
  })

  it('shows no secret file to whoever writes the message, commits none, and attributes as configured', async () => {
    configure({autoCommit: true})
    start({'a.txt': 'a\n', '.gitignore': 'ignored\n'})
    const events = await work([write('.env', 'TOKEN=hush-hush\n'), write('ignored', 'i\n'), ...edit('a.txt', 'a', 'b')])
    expect(asked).to.not.have.length(0)
    expect(asked.join('')).to.not.contain('hush-hush')
    expect(git('show', '--format=', '--name-only', 'HEAD')).to.equal('a.txt')
    expect(git('log', '-1', '--format=%B')).to.equal('Message 1\n\nAssisted-by: vibe (scripted)\n')
    expect(commits(events)[0]?.leftOut).to.have.length(2)
    configure({autoCommit: true, attribution: 'co-author'})
    await work(edit('a.txt', 'b', 'c'))
    expect(git('log', '-1', '--format=%(trailers:key=Co-authored-by,valueonly)')).to.contain('vibe (scripted)')
  })

  it('commits nothing unless it is switched on', async () => {
    configure({})
    start({'a.txt': 'a\n'})
    await work(edit('a.txt', 'a', 'b'))
    expect([git('rev-list', '--count', 'HEAD'), git('status', '--porcelain')]).to.deep.equal(['1', ' M a.txt'])
  })
})
