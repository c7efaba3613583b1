import {rmSync, writeFileSync} from 'node:fs'
import {dirname} from 'node:path'
import {expect} from 'chai'
import {createCommitting, edit, write, type Committing} from '../support/auto-commit.ts'

type Report = {commits?: Array<{commit: string; outcome: string; reason?: string; hint?: string}>}

describe('undo of what vibe has committed', function () {
  this.timeout(60_000)
  let box: Committing
  beforeEach(() => {
    box = createCommitting()
  })
  afterEach(() => box.remove())

  const report = async (...words: string[]): Promise<Report> => {
    const run = await box.vibe([...words, '--json'])
    expect(run.code, run.stdout + run.stderr).to.equal(0)
    return JSON.parse(run.stdout) as Report
  }
  const outcomes = ({commits = []}: Report) => commits.map(({outcome}) => outcome)

  it('moves HEAD back and forth with the files, and leaves what the user staged and changed', async () => {
    box.start({'a.txt': 'one\n', 'b.txt': 'b\n', 'c.txt': 'c\n'})
    const before = box.git('rev-parse', 'HEAD')
    await box.work([...edit('a.txt', 'one', 'two'), write('new.txt', 'new\n')])
    const made = box.git('rev-parse', 'HEAD')
    box.put('b.txt', 'staged\n')
    box.git('add', 'b.txt')
    box.put('c.txt', 'changed\n')
    const preview = await box.vibe(['undo', '--preview'])
    expect(preview.stdout).to.contain(`Commit ${made.slice(0, 10)} would be taken off the branch.`)
    expect(box.git('rev-parse', 'HEAD')).to.equal(made)
    expect(outcomes(await report('undo'))).to.deep.equal(['taken-back'])
    expect([box.git('rev-parse', 'HEAD'), box.read('a.txt')]).to.deep.equal([before, 'one\n'])
    expect(box.git('status', '--porcelain')).to.equal('M  b.txt\n M c.txt')
    expect(outcomes(await report('redo'))).to.deep.equal(['brought-back'])
    expect([box.git('rev-parse', 'HEAD'), box.read('a.txt')]).to.deep.equal([made, 'two\n'])
    expect(box.git('status', '--porcelain')).to.equal('M  b.txt\n M c.txt')
  })

  it('takes several back at once, down to the first commit', async () => {
    box.git('init', '-q', '-b', 'main')
    await box.work([write('a.txt', 'one\n')])
    await box.work(edit('a.txt', 'one', 'two'))
    expect(outcomes(await report('undo', '2'))).to.deep.equal(['taken-back', 'taken-back'])
    expect(box.git('status', '--porcelain', '--branch')).to.equal('## No commits yet on main')
    expect(outcomes(await report('redo'))).to.deep.equal(['brought-back', 'brought-back'])
    expect([box.git('rev-list', '--count', 'HEAD'), box.read('a.txt')]).to.deep.equal(['2', 'two\n'])
    expect(box.git('status', '--porcelain')).to.equal('')
  })

  it('leaves a commit that later ones build on, that was pushed or amended, and says how to revert it', async () => {
    box.start({'a.txt': 'one\n', 'b.txt': 'b\n'})
    await box.work(edit('a.txt', 'one', 'two'))
    const made = box.git('rev-parse', 'HEAD')
    box.put('b.txt', 'mine\n')
    box.git('commit', '-q', '-am', 'mine')
    const mine = box.git('rev-parse', 'HEAD')
    const run = await box.vibe(['undo'])
    expect(run.stdout)
      .to.contain(`stays: it is not the latest commit`)
      .and.contain(`git revert ${made.slice(0, 10)}`)
    expect([box.git('rev-parse', 'HEAD'), box.read('a.txt')]).to.deep.equal([mine, 'one\n'])
    box.git('checkout', '-q', 'a.txt')

    await box.work(edit('b.txt', 'mine', 'theirs'))
    box.git('update-ref', 'refs/remotes/origin/main', 'HEAD')
    expect((await report('undo')).commits?.[0]?.reason).to.equal('it is in origin/main already')
    box.git('checkout', '-q', 'b.txt')

    await box.work(edit('b.txt', 'theirs', 'again'))
    box.git('commit', '-q', '--amend', '-m', 'amended')
    const amended = box.git('rev-parse', 'HEAD')
    expect(outcomes(await report('undo'))).to.deep.equal(['stays'])
    expect([box.git('rev-parse', 'HEAD'), box.git('show', 'HEAD:b.txt')]).to.deep.equal([amended, 'again'])
  })

  it('does not put a commit back on a branch that has moved, and leaves HEAD during a merge', async () => {
    box.start({'a.txt': 'one\n', 'b.txt': 'b\n'})
    await box.work(edit('a.txt', 'one', 'two'))
    await report('undo')
    box.put('b.txt', 'mine\n')
    box.git('commit', '-q', '-am', 'mine')
    expect((await report('redo')).commits?.[0]).to.deep.include({outcome: 'not-brought-back', hint: 'vibe commit'})
    expect([box.read('a.txt'), box.git('log', '-1', '--format=%s')]).to.deep.equal(['two\n', 'mine'])
    box.git('commit', '-q', '-am', 'two')
    await box.work(edit('a.txt', 'two', 'three'))
    const made = box.git('rev-parse', 'HEAD')
    writeFileSync(box.path('.git/MERGE_HEAD'), `${made}\n`)
    expect((await report('undo')).commits?.[0]?.reason).to.equal('a merge is under way')
    expect(box.git('rev-parse', 'HEAD')).to.equal(made)
  })

  it('says nothing of commits where there are none', async () => {
    box.configure({autoCommit: false})
    box.start({'a.txt': 'one\n'})
    await box.work(edit('a.txt', 'one', 'two'))
    expect(await report('undo')).to.not.have.property('commits')
  })

  it('takes the files back also where the repository is gone', async () => {
    box.start({'a.txt': 'one\n'})
    await box.work(edit('a.txt', 'one', 'two'))
    rmSync(box.path('.git'), {recursive: true})
    box.gitIn(dirname(box.project), 'init', '-q')
    expect((await report('undo')).commits?.[0]).to.deep.include({outcome: 'stays', reason: 'its repository is gone'})
    expect(box.read('a.txt')).to.equal('one\n')
  })
})
