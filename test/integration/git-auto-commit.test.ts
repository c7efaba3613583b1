import {mkdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {openaiChatReply, startScriptedServer} from 'vibe-plugin-testkit'
import {createCommitting, edit, shell, write, type Committing, type TurnEvent} from '../support/auto-commit.ts'
import {KEYS, startPty} from '../support/pty.ts'
import {VIBE} from '../support/sandbox.ts'

describe('git.autoCommit', function () {
  this.timeout(60_000)
  let box: Committing

  beforeEach(() => {
    box = createCommitting()
  })
  afterEach(() => box.remove())

  const commits = (events: TurnEvent[]) => events.filter(({type}) => type === 'commit')
  const notices = (events: TurnEvent[]) =>
    events.flatMap(({type, message}) => (type === 'notice' ? [message ?? ''] : [])).join('\n')

  it('commits what the turn changed, with new, changed, moved and deleted files', async () => {
    box.start({'a.txt': 'one\ntwo\n', 'gone.txt': 'gone\n', 'moved.txt': 'moved\n', 'run.sh': '#!/bin/sh\n'})
    const events = await box.work([
      ...edit('a.txt', 'two', 'TWO'),
      write('deep/new.txt', 'new\n'),
      shell('rm gone.txt && mv moved.txt there.txt && chmod +x run.sh'),
    ])
    expect(commits(events)).to.have.length(1)
    expect(events.at(-1)?.commits?.[0]).to.deep.include({commit: box.git('rev-parse', 'HEAD'), subject: 'Message 1'})
    expect(box.git('log', '--format=%s', '-1')).to.equal('Message 1')
    expect(box.git('status', '--porcelain')).to.equal('')
    expect(box.git('show', '--format=', '--name-status', '--no-renames', 'HEAD')).to.equal(
      'M\ta.txt\nA\tdeep/new.txt\nD\tgone.txt\nD\tmoved.txt\nM\trun.sh\nA\tthere.txt',
    )
    expect(box.git('ls-files', '-s', 'run.sh')).to.match(/^100755/)
  })

  it('never sweeps in what the user changed, staged or has not added', async () => {
    box.start({'mixed.txt': 'a\nb\nc\nd\ne\n', 'theirs.txt': 'x\n', 'staged.txt': 's\n', 'same.txt': '1\n2\n'})
    box.put('mixed.txt', 'a\nb\nc\nd\nmine\n')
    box.put('theirs.txt', 'mine\n')
    box.put('staged.txt', 'staged\n')
    box.put('same.txt', '1\nmine\n')
    box.git('add', 'staged.txt')
    box.put('untracked.txt', 'mine\n')
    const events = await box.work([
      ...edit('mixed.txt', 'a\n', 'A\n'),
      ...edit('untracked.txt', 'mine', 'changed'),
      ...edit('staged.txt', 'staged', 'changed'),
      ...edit('same.txt', 'mine', 'theirs'),
    ])
    expect(box.git('show', 'HEAD:mixed.txt')).to.equal('A\nb\nc\nd\ne')
    expect(box.git('show', '--format=', '--name-only', 'HEAD')).to.equal('mixed.txt')
    expect(box.git('status', '--porcelain').split('\n').sort()).to.deep.equal(
      [' M mixed.txt', ' M same.txt', ' M theirs.txt', '?? untracked.txt', 'MM staged.txt'].sort(),
    )
    expect(box.git('show', ':staged.txt')).to.equal('staged')
    expect(box.read('mixed.txt')).to.equal('A\nb\nc\nd\nmine\n')
    expect(commits(events)[0]?.leftOut).to.have.length(3)
  })

  it('commits into the first commit, on a detached head, in a worktree and with SHA-256', async () => {
    box.git('init', '-q', '-b', 'main', '--object-format=sha256')
    await box.work([write('a.txt', 'one\n')])
    expect(box.git('log', '--format=%s')).to.equal('Message 1')
    box.git('checkout', '-q', '--detach')
    await box.work(edit('a.txt', 'one', 'two'))
    expect([box.git('rev-list', '--count', 'HEAD'), box.git('rev-list', '--count', 'main')]).to.deep.equal(['2', '1'])
    const tree = join(box.home, 'tree')
    box.git('worktree', 'add', '-q', tree, '-b', 'other')
    await box.work(edit('a.txt', 'two', 'three'), {cwd: tree})
    expect([box.gitIn(tree, 'show', 'other:a.txt'), box.gitIn(tree, 'status', '--porcelain')]).to.deep.equal([
      'three',
      '',
    ])
    expect(box.git('status', '--porcelain')).to.equal('')
  })

  it('gives each file to its own repository', async () => {
    const origin = join(box.home, 'origin')
    mkdirSync(origin)
    box.gitIn(origin, 'init', '-q', '-b', 'main')
    writeFileSync(join(origin, 'in.txt'), 'in\n')
    box.gitIn(origin, 'add', '.')
    box.gitIn(origin, 'commit', '-q', '-m', 'x')
    box.start({'out.txt': 'out\n'})
    box.git('-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', origin, 'sub')
    box.git('commit', '-q', '-m', 'sub')
    const events = await box.work([...edit('out.txt', 'out', 'OUT'), ...edit('sub/in.txt', 'in', 'IN')])
    expect(commits(events).map(({files}) => files)).to.deep.equal([['out.txt'], ['in.txt']])
    expect(box.gitIn(join(box.project, 'sub'), 'show', 'HEAD:in.txt')).to.equal('IN')
    expect(box.git('show', 'HEAD:out.txt')).to.equal('OUT')
  })

  it('takes names as they are', async () => {
    box.start({'-n.txt': 'x\n', ':(top)b.txt': 'x\n', 'a\nb.txt': 'x\n', '*': 'x\n', 'ü.txt': 'x\n'})
    const names = ['-n.txt', ':(top)b.txt', 'a\nb.txt', '*', 'ü.txt']
    await box.work(names.flatMap((name) => edit(name, 'x', 'y')))
    expect(box.git('status', '--porcelain')).to.equal('')
    expect(box.git('show', '--format=', '--name-only', '-z', 'HEAD').split('\0').filter(Boolean).sort()).to.deep.equal(
      names.sort(),
    )
  })

  it('keeps to the line ends that git keeps, and to links', async () => {
    box.start({'.gitattributes': '*.txt text eol=crlf\n', 'a.txt': 'one\r\ntwo\r\n', 'real.md': 'x\n'})
    symlinkSync('real.md', join(box.project, 'link.md'))
    box.git('add', '.')
    box.git('commit', '-q', '-m', 'link')
    await box.work([...edit('a.txt', 'two', 'TWO'), ...edit('link.md', 'x', 'y')])
    expect(box.git('cat-file', 'blob', 'HEAD:a.txt')).to.equal('one\nTWO')
    expect([box.git('status', '--porcelain'), box.git('cat-file', 'blob', 'HEAD:link.md')]).to.deep.equal([
      '',
      'real.md',
    ])
  })

  it('goes on outside git, in a merge, without a name and without a message, and says so', async () => {
    const outside = await box.work([write('a.txt', 'one\n')])
    expect(notices(outside)).to.contain('Not committed: it is in no git repository.')
    box.start({'b.txt': 'b\n'})
    writeFileSync(join(box.project, '.git', 'MERGE_HEAD'), `${box.git('rev-parse', 'HEAD')}\n`)
    expect(notices(await box.work([write('m.txt', 'two\n')]))).to.contain('A merge is under way')
    rmSync(join(box.project, '.git', 'MERGE_HEAD'))
    writeFileSync(join(box.project, '.git', 'index.lock'), '')
    expect(notices(await box.work([write('c.txt', 'two\n')]))).to.contain('Another git command is at work')
    rmSync(join(box.project, '.git', 'index.lock'))
    box.git('config', '--global', '--unset', 'user.email')
    expect(notices(await box.work([write('d.txt', 'two\n')]))).to.contain('git config --global user.name')
    box.git('config', '--global', 'user.email', 'ada@example.com')
    await box.work([write('e.txt', 'two\n')], {prompt: 'make e\nplease', fail: true})
    expect(box.git('log', '-1', '--format=%s')).to.equal('make e')
    expect(box.git('rev-list', '--count', 'HEAD')).to.equal('2')
  })

  it('shows no secret file to whoever writes the message, commits none, and attributes as configured', async () => {
    box.configure({autoCommit: true})
    box.start({'a.txt': 'a\n', '.gitignore': 'ignored\n'})
    const events = await box.work([
      write('.env', 'TOKEN=hush-hush\n'),
      write('ignored', 'i\n'),
      ...edit('a.txt', 'a', 'b'),
    ])
    expect(box.asked()).to.contain('a.txt')
    expect(box.asked()).to.not.contain('hush-hush')
    expect(box.git('show', '--format=', '--name-only', 'HEAD')).to.equal('a.txt')
    expect(box.git('log', '-1', '--format=%B')).to.equal('Message 1\n\nAssisted-by: vibe (scripted)\n')
    expect(commits(events)[0]?.leftOut).to.have.length(2)
    box.configure({autoCommit: true, attribution: 'co-author'})
    await box.work(edit('a.txt', 'b', 'c'))
    expect(box.git('log', '-1', '--format=%(trailers:key=Co-authored-by,valueonly)')).to.contain('vibe (scripted)')
  })

  it('commits nothing unless it is switched on', async () => {
    box.configure({})
    box.start({'a.txt': 'a\n'})
    await box.work(edit('a.txt', 'a', 'b'))
    expect([box.git('rev-list', '--count', 'HEAD'), box.git('status', '--porcelain')]).to.deep.equal(['1', ' M a.txt'])
  })

  it('adds nothing to what a command of the turn has staged or committed itself', async () => {
    box.start({'a.txt': 'a\n', 'b.txt': 'b\n'})
    const committed = await box.work([shell('echo A > a.txt; echo n > n.txt; git add -A; git commit -q -m own')])
    expect([commits(committed), notices(committed)]).to.deep.equal([[], ''])
    await box.work([shell('echo B > b.txt; git add b.txt')])
    expect([box.git('show', 'HEAD:b.txt'), box.git('status', '--porcelain')]).to.deep.equal(['B', ''])
  })

  it('says once that hooks are not run', async () => {
    box.start({'a.txt': 'a\n'})
    writeFileSync(box.path('.git/hooks/pre-commit'), '#!/bin/sh\ntouch hooked\nexit 1\n', {mode: 0o755})
    expect(notices(await box.work(edit('a.txt', 'a', 'b')))).to.contain('Hooks of this repository are not run')
    expect([box.git('rev-list', '--count', 'HEAD'), box.git('status', '--porcelain')]).to.deep.equal(['2', ''])
  })

  it('lets two of them commit at once', async () => {
    box.start({'a.txt': 'a\n', 'b.txt': 'b\n'})
    const both = await Promise.all([box.work(edit('a.txt', 'a', 'A')), box.work(edit('b.txt', 'b', 'B'))])
    expect(both.map((events) => commits(events).length)).to.deep.equal([1, 1])
    expect([box.git('rev-list', '--count', 'HEAD'), box.git('status', '--porcelain')]).to.deep.equal(['3', ''])
  })

  it('works from a folder inside the repository', async () => {
    box.start({'sub/a.txt': 'a\n', 'b.txt': 'b\n'})
    const events = await box.work(edit('a.txt', 'a', 'A'), {cwd: box.path('sub')})
    expect(commits(events)[0]?.files).to.deep.equal(['sub/a.txt'])
    expect((await box.vibe(['undo'], {cwd: box.path('sub')})).stdout).to.contain('is off the branch again')
    expect([box.git('rev-list', '--count', 'HEAD'), box.git('status', '--porcelain')]).to.deep.equal(['1', ''])
  })

  it('leaves a turn that is stopped to whoever stopped it', async () => {
    box.start({'start.txt': 's\n'})
    const server = await startScriptedServer((_request, index) =>
      index === 0 ? openaiChatReply(write('a.txt', 'a\n')) : {...openaiChatReply({text: 'x'}), steps: [{stall: true}]},
    )
    const env = {...box.env, VIBE_CODER_ENDPOINT: `${server.url}/v1`, VIBE_CODER_MODEL: 'scripted'}
    const words = [VIBE, 'run', 'make a', '--yes']
    const pty = startPty(process.execPath, words, {
      cwd: box.project,
      env: {...env, VIBE_CODER_API_KEY: 'sk-scripted-1'},
    })
    await pty.see(/a\.txt .*\+1/)
    pty.type(KEYS.controlC)
    await pty.see('since you stopped the turn')
    expect(await pty.exit()).to.equal(130)
    pty.close()
    await server.close()
    expect([box.git('rev-list', '--count', 'HEAD'), box.git('status', '--porcelain')]).to.deep.equal(['1', '?? a.txt'])
  })
})
