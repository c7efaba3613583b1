import {expect} from 'chai'
import {lstatSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {createSandbox, type Sandbox} from '../support/sandbox.ts'

describe('vibe edit:apply', function () {
  this.timeout(60_000)
  let box: Sandbox
  const put = (name: string, text: string) => writeFileSync(join(box.project, name), text)
  const get = (name: string) => readFileSync(join(box.project, name), 'utf8')
  const run = (format: string, input: unknown, ...more: string[]) =>
    box.vibe(['edit:apply', '--format', format, '--json', ...more], {
      input: typeof input === 'string' ? input : JSON.stringify(input),
    })

  beforeEach(() => (box = createSandbox()))
  afterEach(() => box.remove())

  it('applies one call and says how; undo takes it back', async () => {
    put('a.txt', 'one\ntwo\n')
    const done = await run('edit', {path: 'a.txt', old_string: 'two', new_string: '2\n3'})
    expect([done.code, JSON.parse(done.stdout)]).to.deep.equal([
      0,
      {applied: [{path: 'a.txt', op: 'change', added: 2, removed: 1, rung: 'exact'}], refused: []},
    ])
    expect(get('a.txt')).to.equal('one\n2\n3\n')
    expect((await box.vibe(['undo'])).code).to.equal(0)
    expect(get('a.txt')).to.equal('one\ntwo\n')
  })

  it('writes nothing when one edit of several files is refused, and exits with 8', async () => {
    put('a.txt', 'one\n')
    const patch =
      '*** Begin Patch\n*** Update File: a.txt\n@@\n-one\n+1\n*** Update File: b.txt\n@@\n-x\n+y\n*** End Patch\n'
    const done = await run('apply_patch', patch)
    const report = JSON.parse(done.stdout)
    expect([done.code, report.applied]).to.deep.equal([8, []])
    expect(report.refused[0]).to.include({edit: 2, path: 'b.txt', code: 'missing'}).and.have.property('message')
    expect(get('a.txt')).to.equal('one\n')
    const plain = await box.vibe(['edit', 'apply', '--format', 'apply_patch'], {input: patch})
    expect([plain.code, plain.stdout]).to.deep.equal([
      8,
      `Nothing was written.\nedit 2, b.txt, missing: ${report.refused[0].message}\n`,
    ])
  })

  it('only says what it would do in a dry run', async () => {
    put('a.txt', 'one\n')
    const done = await run('write', {path: 'b/new.txt', content: 'x\n'}, '--dry-run')
    expect(JSON.parse(done.stdout).applied[0]).to.include({path: 'b/new.txt', op: 'create', added: 1})
    expect(readdirSync(box.project)).to.deep.equal(['a.txt'])
  })

  it('takes the root and the file in question from the command line', async () => {
    mkdirSync(join(box.project, 'sub'))
    put('sub/a.txt', 'one\n')
    const reply = 'Here:\n```\n<<<<<<< SEARCH\none\n=======\n1\n>>>>>>> REPLACE\n```\n'
    expect((await run('search_replace', reply, '--root', 'sub', '--target', 'a.txt')).code).to.equal(0)
    expect(get('sub/a.txt')).to.equal('1\n')
  })

  it('touches nothing outside, nothing of git and nothing protected, also through links', async () => {
    mkdirSync(join(box.project, 'sub'))
    mkdirSync(join(box.project, 'sub/.git'))
    put('outside.txt', 'one\n')
    put('sub/.git/config', 'one\n')
    symlinkSync('../outside.txt', join(box.project, 'sub/link.txt'))
    symlinkSync('.git', join(box.project, 'sub/dot'))
    for (const path of ['../outside.txt', 'link.txt', '.git/config', 'dot/config', '.envrc', join(box.home, 'x')]) {
      const done = await run('write', {path, content: 'two\n'}, '--root', 'sub')
      expect([done.code, JSON.parse(done.stdout).refused[0].code], path).to.deep.equal([8, 'path'])
    }
    expect([get('outside.txt'), get('sub/.git/config')]).to.deep.equal(['one\n', 'one\n'])
    expect(lstatSync(join(box.project, 'sub/link.txt')).isSymbolicLink()).to.equal(true)
  })

  it('loses no edit of many that come at once', async () => {
    const names = Array.from({length: 8}, (_, index) => `line-${index}`)
    put('a.txt', `${names.join('\n')}\n`)
    const runs = await Promise.all(
      names.map((name) => run('edit', {path: 'a.txt', old_string: name, new_string: name.toUpperCase()})),
    )
    expect(runs.map((one) => one.code)).to.deep.equal(names.map(() => 0))
    expect(get('a.txt')).to.equal(`${names.join('\n')}\n`.toUpperCase())
  })

  it('says what is wrong with its input', async () => {
    expect((await run('edit', '')).code).to.equal(2)
    expect((await run('edit', '{}', '--root', 'nowhere')).code).to.equal(2)
    expect((await run('edit', '{"path": "a"')).code).to.equal(8)
    expect((await box.vibe(['edit:apply', '--json'], {input: '{}'})).code).to.equal(2)
  })
})
