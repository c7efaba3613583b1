import {existsSync, readFileSync, statSync, utimesSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import {expect} from 'chai'
import {commitEdits} from '../../../src/git/commit.ts'
import {readHead} from '../../../src/git/head.ts'
import {moveHead} from '../../../src/git/move-head.ts'
import {nameOfText} from '../../../src/git/names.ts'
import {hashBytes, headEntries} from '../../../src/git/objects.ts'
import {countLines, patchBetween} from '../../../src/git/patch.ts'
import {publishedIn} from '../../../src/git/published.ts'
import {openRepository, type Repository} from '../../../src/git/repository.ts'
import {editsBetween, type TreeEdit} from '../../../src/git/tree-edits.ts'
import {createRepository, type TestRepository} from '../../support/git-repository.ts'

const signal = new AbortController().signal

describe('commits by plumbing', function () {
  this.timeout(30_000)
  let repo: TestRepository
  beforeEach(() => {
    repo = createRepository()
  })
  afterEach(() => repo.remove())

  const open = async (): Promise<Repository> => {
    const opened = await openRepository(repo.root, {env: repo.env, signal})
    if ('none' in opened) throw new Error(opened.reason)
    return opened.repository
  }
  /** The edit that makes a file of HEAD hold this text; undefined: no file. */
  const edit = async (repository: Repository, path: string, text: string | undefined): Promise<TreeEdit> => {
    const was = (await headEntries(repository, await readHead(repository), [path])).get(path)
    const becomes =
      text === undefined ? undefined : {mode: '100644', oid: await hashBytes(repository, Buffer.from(text))}
    return {name: nameOfText(path), was, becomes}
  }
  const errorOf = async (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    )

  it('let a folder take the place of a file, and a file that of a folder', async () => {
    repo.commit({a: 'a\n', 'd/e': 'e\n'})
    const repository = await open()
    const edits = [
      await edit(repository, 'a/b', 'b\n'),
      await edit(repository, 'a', undefined),
      await edit(repository, 'd', 'd\n'),
      await edit(repository, 'd/e', undefined),
    ]
    await commitEdits({repository, head: await readHead(repository), edits, message: 'swap'})
    expect(repo.git('ls-tree', '-r', '--name-only', 'HEAD')).to.equal('a/b\nd')
    expect(repo.git('diff', '--cached', '--name-only')).to.equal('')
  })

  it('never hide a change that git told by the age of its index alone', async () => {
    for (let attempt = 0; ; attempt++) {
      repo.commit({'a.txt': `a${attempt}\n`, 'b.txt': `b${attempt}\n`})
      const {mtime} = statSync(join(repo.root, 'a.txt'))
      repo.write('a.txt', `x${attempt}\n`)
      utimesSync(join(repo.root, 'a.txt'), mtime, mtime)
      if (Math.floor(Date.now() / 1000) === Math.floor(mtime.getTime() / 1000) || attempt > 20) break
    }
    await wait(1100)
    const repository = await open()
    const edits = [await edit(repository, 'b.txt', 'c\n')]
    await commitEdits({repository, head: await readHead(repository), edits, message: 'b'})
    expect(repo.git('status', '--porcelain')).to.contain(' M a.txt')
  })

  it('change neither branch nor index when HEAD has moved, or the branch is locked', async () => {
    repo.commit({'a.txt': 'a\n'})
    const repository = await open()
    const head = await readHead(repository)
    const edits = [await edit(repository, 'a.txt', 'b\n')]
    writeFileSync(join(repo.root, '.git', 'refs', 'heads', 'main.lock'), '')
    const index = readFileSync(join(repo.root, '.git', 'index'))
    expect(await errorOf(commitEdits({repository, head, edits, message: 'x'}))).to.have.property('code', 'git-moved')
    expect(readFileSync(join(repo.root, '.git', 'index')).equals(index)).to.equal(true)
    expect(existsSync(join(repo.root, '.git', 'index.lock'))).to.equal(false)
    expect(repo.git('rev-parse', 'HEAD')).to.equal(head.commit)
  })

  it('are made on what HEAD was when they were worked out', async () => {
    repo.commit({'a.txt': 'a\n'})
    const repository = await open()
    const head = await readHead(repository)
    const edits = [await edit(repository, 'a.txt', 'b\n')]
    const later = repo.commit({'c.txt': 'c\n'})
    expect(await errorOf(commitEdits({repository, head, edits, message: 'x'}))).to.have.property('code', 'git-moved')
    expect([repo.git('rev-parse', 'HEAD'), repo.git('status', '--porcelain')]).to.deep.equal([later, ''])
  })

  it('are found to be published by the remotes’ branches', async () => {
    const commit = repo.commit({'a.txt': 'a\n'})
    const repository = await open()
    expect(await publishedIn(repository, commit)).to.equal(undefined)
    repo.git('update-ref', 'refs/remotes/origin/main', commit)
    repo.commit({'a.txt': 'b\n'})
    expect(await publishedIn(repository, commit)).to.equal('origin/main')
    expect(await publishedIn(repository, repo.git('rev-parse', 'HEAD'))).to.equal(undefined)
  })

  it('are signed by nothing that the repository names', async () => {
    repo.commit({'a.txt': 'a\n'})
    repo.git('config', '--global', 'commit.gpgSign', 'true')
    for (const key of ['gpg.program', 'gpg.openpgp.program']) repo.git('config', key, repo.canary.program)
    const repository = await open()
    const edits = [await edit(repository, 'a.txt', 'b\n')]
    await errorOf(commitEdits({repository, head: await readHead(repository), edits, message: 'x'}))
    expect(repo.canary.sang()).to.equal(false)
  })

  it('are in the name that the environment gives', async () => {
    repo.commit({'a.txt': 'a\n'})
    const name = {GIT_AUTHOR_NAME: 'Eve', GIT_AUTHOR_EMAIL: 'e@example.com', GIT_COMMITTER_NAME: 'Eve'}
    repo.env = {...repo.env, ...name, GIT_COMMITTER_EMAIL: 'e@example.com', HOME: repo.base}
    const repository = await open()
    const edits = [await edit(repository, 'a.txt', 'b\n')]
    await commitEdits({repository, head: await readHead(repository), edits, message: 'x'})
    expect(repo.git('log', '-1', '--format=%an %ce')).to.equal('Eve e@example.com')
  })

  it('leave a trace in the reflog when they are moved', async () => {
    const first = repo.commit({'a.txt': 'a\n'})
    const second = repo.commit({'a.txt': 'b\n'})
    await moveHead(await open(), {from: second, to: first, edits: [], why: 'undo: second'})
    expect(repo.git('reflog', '-1', '--format=%gs')).to.equal('undo: second')
    expect(repo.git('reflog', '-1', '--format=%gs', 'main')).to.equal('undo: second')
  })
})

describe('a patch for whoever writes a message', function () {
  this.timeout(30_000)
  let repo: TestRepository
  beforeEach(() => {
    repo = createRepository()
  })
  afterEach(() => repo.remove())

  it('is bounded, shows something of each file, and nothing of others', async () => {
    const from = repo.commit({'start.txt': 'start\n'})
    const files: Record<string, string> = {'long.txt': 'a long line of words\n'.repeat(20_000), 'secret.txt': 'hush\n'}
    for (let index = 0; index < 20; index++) files[`f${index}.txt`] = `text ${index}\n`
    const tree = repo.commit(files)
    const opened = await openRepository(repo.root, {env: repo.env, signal})
    if ('none' in opened) throw new Error(opened.reason)
    const edits = await editsBetween(opened.repository, {from, to: tree})
    const shown = edits.filter(({name}) => name.text !== 'secret.txt')
    const patch = await patchBetween(opened.repository, {from, to: tree}, shown)
    expect(patch.length).to.be.at.most(20_000)
    for (let index = 0; index < 20; index++) expect(patch).to.contain(`+text ${index}\n`)
    expect(patch).to.contain('[cut]').and.not.contain('hush')
    const counts = await countLines(opened.repository, {from, to: tree}, edits)
    expect(counts.find(({path}) => path === 'long.txt')).to.deep.include({change: 'added', added: 20_000, removed: 0})
  })
})
