import {chmodSync, mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {hostname} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'
import {openaiChatReply, startScriptedServer, type ScriptedServer} from 'vibe-plugin-testkit'
import {VIBE} from '../support/sandbox.ts'
import {KEYS, startPty, type Pty} from '../support/pty.ts'
import {createCommitting, edit, write, type Committing} from '../support/auto-commit.ts'

type Result = {
  committed: boolean
  staged: boolean
  message?: string
  writtenBy?: string
  commit?: string
  files: Array<{path: string; change: string; added?: number; removed?: number}>
  leftOut: Array<{path: string; reason: string}>
  hooks: {state: string; reason?: string}
}

describe('vibe commit', function () {
  this.timeout(60_000)
  let box: Committing
  let server: ScriptedServer | undefined
  let pty: Pty | undefined
  let sent: string[] = []
  beforeEach(() => {
    box = createCommitting()
    box.configure({attribution: 'none'})
  })
  afterEach(async () => {
    pty?.close()
    await server?.close()
    box.remove()
  })

  const commit = async (...words: string[]): Promise<Result> => {
    const run = await box.vibe(['commit', ...words, '--json'])
    expect(run.code, run.stdout + run.stderr).to.equal(0)
    return JSON.parse(run.stdout) as Result
  }
  const refusal = async (code: number, ...words: string[]): Promise<string> => {
    const run = await box.vibe(['commit', ...words])
    expect(run.code, run.stdout + run.stderr).to.equal(code)
    return run.stderr
  }
  const serve = async (text: string) => {
    sent = []
    server = await startScriptedServer((request) => {
      sent.push(JSON.stringify(request))
      return openaiChatReply({text})
    })
    return {
      VIBE_CODER_ENDPOINT: `${server.url}/v1`,
      VIBE_CODER_MODEL: 'scripted',
      VIBE_CODER_API_KEY: 'sk-scripted-1',
    }
  }
  const show = (ref = 'HEAD') => box.git('show', '--format=', '--name-status', '--no-renames', ref)

  it('commits what is staged and nothing else', async () => {
    box.start({'a.txt': 'a\n', 'b.txt': 'b\n'})
    box.put('a.txt', 'staged\n')
    box.git('add', 'a.txt')
    box.put('a.txt', 'later\n')
    box.put('b.txt', 'changed\n')
    const result = await commit('-m', 'Stage', '--yes')
    expect(result).to.deep.include({committed: true, staged: true, message: 'Stage'})
    expect([show(), box.git('show', 'HEAD:a.txt'), box.read('a.txt')]).to.deep.equal(['M\ta.txt', 'staged', 'later\n'])
    expect(box.git('status', '--porcelain')).to.equal(' M a.txt\n M b.txt')
  })

  it('commits what changed when nothing is staged: new, changed, deleted; secrets and repositories inside stay out', async () => {
    box.start({'a.txt': 'a\n', 'gone.txt': 'x\n', '.gitignore': 'ignored\n'})
    box.put('a.txt', 'b\n')
    rmSync(box.path('gone.txt'))
    for (const name of ['new/n.txt', '.env', 'ignored', '-x', ':(top)y', 'a\nb']) box.put(name, 'n\n')
    mkdirSync(box.path('inner'))
    box.gitIn(box.path('inner'), 'init', '-q')
    box.put('inner/f', 'f\n')
    const result = await commit('-m', 'All', '--yes')
    expect(result.leftOut.map(({path}) => path).sort()).to.deep.equal(['.env', 'inner/'])
    expect(
      box
        .git('-c', 'core.quotePath=false', 'show', '--format=', '--name-only', '-z', 'HEAD')
        .split('\0')
        .filter(Boolean)
        .sort(),
    ).to.deep.equal(['-x', ':(top)y', 'a\nb', 'a.txt', 'gone.txt', 'new/n.txt'].sort())
    expect(box.git('status', '--porcelain')).to.equal('?? .env\n?? inner/')
    expect((await commit('-m', 'Named', '--yes', '.env')).files.map(({path}) => path)).to.deep.equal(['.env'])
  })

  it('commits the named files alone, also from a folder and when another file is staged', async () => {
    box.start({'a.txt': 'a\n', 'b.txt': 'b\n', 'd/c.txt': 'c\n', 'd/e.txt': 'e\n'})
    for (const name of ['a.txt', 'b.txt', 'd/c.txt', 'd/e.txt']) box.put(name, 'changed\n')
    box.git('add', 'b.txt')
    await commit('-m', 'One', '--yes', 'a.txt')
    expect([show(), box.git('status', '--porcelain')]).to.deep.equal(['M\ta.txt', 'M  b.txt\n M d/c.txt\n M d/e.txt'])
    const inside = await box.vibe(['commit', '-m', 'Two', '--yes', '.'], {cwd: box.path('d')})
    expect(inside.code, inside.stderr).to.equal(0)
    expect([show(), box.git('status', '--porcelain')]).to.deep.equal(['M\td/c.txt\nM\td/e.txt', 'M  b.txt'])
    box.put('b.txt', 'again\n')
    expect(await refusal(2, '-m', 'x', '--yes', 'b.txt')).to.contain('changed again after it was staged')
    expect(await refusal(2, '-m', 'x', '--yes', 'a.txt')).to.contain('a.txt has no changes')
    expect(await refusal(2, '-m', 'x', '--yes', '../elsewhere')).to.contain('outside of this repository')
  })

  it('makes the first commit, and works on a detached head, in a shallow clone and with SHA-256', async () => {
    box.git('init', '-q', '-b', 'main', '--object-format=sha256')
    box.put('a.txt', 'a\n')
    expect((await commit('-m', 'First', '--yes')).commit).to.have.length(64)
    box.git('checkout', '-q', '--detach')
    box.put('a.txt', 'b\n')
    await commit('-m', 'Second', '--yes')
    expect([box.git('rev-list', '--count', 'HEAD'), box.git('rev-list', '--count', 'main')]).to.deep.equal(['2', '1'])
    const shallow = join(box.home, 'shallow')
    box.git('clone', '-q', '--depth=1', `file://${box.project}`, shallow)
    writeFileSync(join(shallow, 'a.txt'), 'c\n')
    const run = await box.vibe(['commit', '-m', 'Third', '--yes'], {cwd: shallow})
    expect(run.code, run.stderr).to.equal(0)
    expect(box.gitIn(shallow, 'status', '--porcelain')).to.equal('')
  })

  it('writes the message with a model that sees no secrets, cleaned of what does not belong there', async () => {
    box.configure({})
    box.start({'a.txt': 'a\n'})
    box.put('a.txt', 'b\n')
    box.put('.env', 'TOKEN=hush-hush\n')
    box.git('add', '-A')
    const answer =
      '```\n"Change a to b"\n\nBecause b is better.\u001b[31m\n\nCo-authored-by: Model <m@example.com>\n```'
    const env = await serve(answer)
    const run = await box.vibe(['commit', '--yes', '--json'], {env})
    const result = JSON.parse(run.stdout) as Result
    expect(result.writtenBy).to.equal('scripted')
    expect(box.git('log', '-1', '--format=%B').trim()).to.equal(
      'Change a to b\n\nBecause b is better. [31m\n\nAssisted-by: vibe (scripted)',
    )
    expect(sent.join('')).to.contain('.env').and.contain('earlier_messages').and.not.contain('hush-hush')
  })

  it('uses smallModel where it is set', async () => {
    box.start({'a.txt': 'a\n'})
    box.put('a.txt', 'b\n')
    const env = await serve('Small')
    writeFileSync(join(box.home, '.config', 'vibe-coder', 'config.json'), JSON.stringify({smallModel: 'tiny'}))
    const run = await box.vibe(['commit', '--yes', '--json'], {env})
    expect((JSON.parse(run.stdout) as Result).writtenBy, run.stderr).to.equal('tiny')
  })

  it('asks in a terminal: no, edit, yes', async () => {
    box.start({'a.txt': 'a\n'})
    box.put('a.txt', 'b\n')
    const editor = join(box.home, 'editor.sh')
    writeFileSync(editor, '#!/bin/sh\necho "Edited by hand" > "$1"\n')
    chmodSync(editor, 0o755)
    const env = {...box.env, ...(await serve('Say b')), EDITOR: editor}
    const talk = () => (pty = startPty(process.execPath, [VIBE, 'commit'], {cwd: box.project, env, columns: 80}))
    let screen = talk()
    await screen.see('Commit? y / n / e')
    screen.type('n\r')
    await screen.see('Nothing was committed.')
    expect([await screen.exit(), box.git('rev-list', '--count', 'HEAD')]).to.deep.equal([0, '1'])
    screen = talk()
    await screen.see('Commit? y / n / e')
    expect(screen.text()).to.contain('a.txt  +1 -1').and.contain('Say b')
    screen.type('e\r')
    await screen.see('Edited by hand')
    await screen.see(/Commit\? y \/ n \/ e[^]*Commit\? y \/ n \/ e/)
    screen.type('y\r')
    await screen.see('Committed ')
    expect([await screen.exit(), box.git('log', '-1', '--format=%s')]).to.deep.equal([0, 'Edited by hand'])
  })

  it('is there in the chat', async () => {
    box.start({'a.txt': 'a\n'})
    box.put('a.txt', 'b\n')
    const env = {...box.env, ...(await serve('Say b'))}
    pty = startPty(process.execPath, [VIBE, 'chat'], {cwd: box.project, env, columns: 80})
    await pty.see('›')
    pty.type('/commit Two words\r')
    await pty.see('Commit? y / n / e')
    pty.type('y\r')
    await pty.see('Committed ')
    expect(box.git('log', '-1', '--format=%s')).to.equal('Two words')
    pty.type('/commit\r')
    await pty.see('There is nothing to commit.')
    pty.type(KEYS.controlD)
    expect(await pty.exit()).to.equal(0)
  })

  it('needs a yes where nobody can be asked, and shows without one what it would do', async () => {
    box.start({'a.txt': 'a\n'})
    box.put('a.txt', 'b\n')
    expect(await refusal(6, '-m', 'x')).to.contain('--yes')
    const head = box.git('rev-parse', 'HEAD')
    const dry = await box.vibe(['commit', '--dry-run'])
    expect([dry.code, dry.stdout]).to.deep.equal([0, 'Would commit: 1 file on main\n  a.txt  +1 -1\n'])
    expect((await commit('-n', '-m', 'x')).committed).to.equal(false)
    expect([box.git('rev-parse', 'HEAD'), box.git('status', '--porcelain')]).to.deep.equal([head, ' M a.txt'])
  })

  it('says what keeps it from committing, with nothing lost', async () => {
    expect(await refusal(3, '-m', 'x', '--yes'))
      .to.contain('in no git repository')
      .and.contain('git init')
    box.start({'a.txt': 'a\n'})
    expect(await refusal(2, '-m', 'x', '--yes')).to.contain('nothing to commit')
    box.put('a.txt', 'b\n')
    expect(await refusal(2, '-m', ' ', '--yes')).to.contain('message is empty')
    expect(await refusal(3, '--yes')).to.contain('vibe')
    writeFileSync(box.path('.git/index.lock'), '')
    expect(await refusal(8, '-m', 'x', '--yes')).to.contain('Another git command is at work')
    rmSync(box.path('.git/index.lock'))
    for (const [file, what] of [
      ['MERGE_HEAD', 'merge'],
      ['CHERRY_PICK_HEAD', 'cherry-pick'],
      ['rebase-merge', 'rebase'],
    ] as const) {
      writeFileSync(box.path(`.git/${file}`), box.git('rev-parse', 'HEAD'))
      expect(await refusal(8, '-m', 'x', '--yes')).to.contain(`A ${what} is under way`)
      rmSync(box.path(`.git/${file}`))
    }
    box.git('config', '--global', '--unset', 'user.name')
    expect(await refusal(3, '-m', 'x', '--yes')).to.contain('git config --global user.name')
    expect([box.git('status', '--porcelain'), box.read('a.txt')]).to.deep.equal([' M a.txt', 'b\n'])
    const bare = join(box.home, 'bare')
    box.git('init', '-q', '--bare', bare)
    expect((await box.vibe(['commit', '-m', 'x', '--yes'], {cwd: bare})).stderr).to.contain('no working files')
    const noGit = await box.vibe(['commit', '-m', 'x', '--yes'], {env: {PATH: join(box.home, 'nothing')}})
    expect([noGit.code, noGit.stderr]).to.satisfy(
      ([code, text]: [number, string]) => code === 3 && text.includes('no git'),
    )
  })

  it('takes over a lock that a killed vibe left', async () => {
    box.start({'a.txt': 'a\n'})
    box.put('a.txt', 'b\n')
    writeFileSync(box.path('.git/index.lock'), `vibe 2147483646 ${hostname()}\n`)
    expect((await commit('-m', 'x', '--yes')).committed).to.equal(true)
    box.put('a.txt', 'c\n')
    writeFileSync(box.path('.git/index.lock'), 'vibe 2147483646 another-machine\n')
    expect(await refusal(8, '-m', 'x', '--yes')).to.contain('index.lock')
  })

  it('commits names that are no text, and tells them from others', async () => {
    box.start({'a.txt': 'a\n'})
    writeFileSync(Buffer.concat([Buffer.from(`${box.project}/`), Buffer.from([0xff, 0xfe])]), 'x\n')
    writeFileSync(Buffer.concat([Buffer.from(`${box.project}/`), Buffer.from([0xff, 0x0a])]), 'x\n')
    box.put('a.txt', 'b\n')
    expect((await commit('-m', 'Odd', '--yes')).files).to.have.length(3)
    expect(box.git('status', '--porcelain')).to.equal('')
  })

  it('does not look at other files than those that are named', async () => {
    box.start({'a.txt': 'a\n', 'd/b.txt': 'b\n'})
    box.put('a.txt', 'b\n')
    box.put('d/b.txt', 'c\n')
    box.put('d/:(glob)*', 'x\n')
    box.put('d/c.txt', 'x\n')
    const result = await commit('-m', 'Named', '--yes', 'd/:(glob)*', 'd/b.txt')
    expect(result.files.map(({path}) => path)).to.deep.equal(['d/:(glob)*', 'd/b.txt'])
    expect(box.git('status', '--porcelain')).to.equal(' M a.txt\n?? d/c.txt')
  })

  it('runs hooks only when the user wants them and trusts the project, and says so', async () => {
    box.start({'a.txt': 'a\n'})
    const hook = (name: string, text: string) => {
      writeFileSync(box.path(`.git/hooks/${name}`), `#!/bin/sh\n${text}\n`)
      chmodSync(box.path(`.git/hooks/${name}`), 0o755)
    }
    hook('pre-commit', 'echo hooked >> hooked; exit $(cat code 2>/dev/null || echo 0)')
    hook('commit-msg', 'echo "from the hook" >> "$1"')
    hook('post-commit', 'exit 1')
    box.put('a.txt', 'b\n')
    expect((await commit('-m', 'Off', '--yes', 'a.txt')).hooks).to.deep.include({
      state: 'not-run',
      reason: 'git.hooks is off',
    })
    box.configure({hooks: true})
    box.put('a.txt', 'c\n')
    expect((await commit('-m', 'Untrusted', '--yes', 'a.txt')).hooks.reason).to.equal('the project is not trusted')
    expect(box.git('status', '--porcelain')).to.equal('')
    expect((await box.vibe(['trust', '--yes'])).code).to.equal(0)
    box.put('a.txt', 'd\n')
    expect((await commit('-m', 'Trusted', '--yes', 'a.txt')).message).to.equal('Trusted\nfrom the hook')
    expect(box.read('hooked')).to.equal('hooked\n')
    box.put('code', '1')
    box.put('a.txt', 'e\n')
    const head = box.git('rev-parse', 'HEAD')
    expect(await refusal(8, '-m', 'Refused', '--yes', 'a.txt')).to.contain('pre-commit')
    expect(box.git('rev-parse', 'HEAD')).to.equal(head)
  })

  it('signs when the user’s own configuration asks for it', async () => {
    box.start({'a.txt': 'a\n'})
    const signer = join(box.home, 'signer.sh')
    writeFileSync(
      signer,
      '#!/bin/sh\ncat > /dev/null\nprintf "\\n[GNUPG:] SIG_CREATED \\n" >&2\necho "-----BEGIN PGP SIGNATURE-----"\n',
    )
    chmodSync(signer, 0o755)
    box.git('config', '--global', 'commit.gpgSign', 'true')
    box.git('config', '--global', 'gpg.program', signer)
    box.put('a.txt', 'b\n')
    await commit('-m', 'Signed', '--yes')
    expect(box.git('cat-file', 'commit', 'HEAD')).to.contain('BEGIN PGP SIGNATURE')
    box.git('config', '--global', 'gpg.program', 'false')
    box.put('a.txt', 'c\n')
    expect(await refusal(8, '-m', 'x', '--yes')).to.contain('could not be signed')
  })

  it('can be taken back by undo when it holds nothing but vibe’s own changes', async () => {
    box.start({'a.txt': 'one\n', 'b.txt': 'b\n'})
    await box.work([...edit('a.txt', 'one', 'two'), write('n.txt', 'n\n')])
    const before = box.git('rev-parse', 'HEAD')
    await commit('-m', 'Two', '--yes')
    const undone = await box.vibe(['undo', '--json'])
    expect((JSON.parse(undone.stdout) as {commits: Array<{outcome: string}>}).commits[0]?.outcome).to.equal(
      'taken-back',
    )
    expect([box.git('rev-parse', 'HEAD'), box.git('status', '--porcelain')]).to.deep.equal([before, ''])
    await box.vibe(['redo'])
    box.put('b.txt', 'mine\n')
    await box.work(edit('a.txt', 'two', 'three'))
    await commit('-m', 'Both', '--yes')
    const both = box.git('rev-parse', 'HEAD')
    expect(JSON.parse((await box.vibe(['undo', '--json'])).stdout)).to.not.have.property('commits')
    expect([box.git('rev-parse', 'HEAD'), box.read('b.txt')]).to.deep.equal([both, 'mine\n'])
  })
})
