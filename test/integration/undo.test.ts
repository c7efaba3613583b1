import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {openaiChatReply, startScriptedServer, type ScriptedAnswer, type ScriptedServer} from 'vibe-plugin-testkit'
import {createSandbox, type Sandbox} from '../support/sandbox.ts'

const call = (name: string, input: Record<string, string>, id: string) => ({toolCalls: [{id, name, input}]})

describe('vibe undo and redo', function () {
  this.timeout(60_000)
  let sandbox: Sandbox
  let server: ScriptedServer | undefined

  beforeEach(() => {
    sandbox = createSandbox()
  })
  afterEach(async () => {
    await server?.close()
    sandbox.remove()
  })

  const file = (name: string) => join(sandbox.project, name)
  const read = (name: string) => readFileSync(file(name), 'utf8')

  /** One run of vibe whose model makes these calls, one a request. */
  const work = async (prompt: string, answers: readonly ScriptedAnswer[]) => {
    await server?.close()
    server = await startScriptedServer((_request, index) => openaiChatReply(answers[index] ?? {text: 'done'}))
    const env = {VIBE_CODER_ENDPOINT: `${server.url}/v1`, VIBE_CODER_MODEL: 'scripted', VIBE_CODER_API_KEY: 'sk-1'}
    const run = await sandbox.vibe(['run', prompt, '--yes'], {env})
    expect(run.code, run.stderr).to.equal(0)
  }

  it('takes back a whole turn in a later process, without git, and brings it back', async () => {
    writeFileSync(file('a.txt'), 'one\ntwo\n')
    await work('change both', [
      call('read', {path: 'a.txt'}, 'c1'),
      call('edit', {path: 'a.txt', old: 'two', new: 'TWO'}, 'c2'),
      call('write', {path: 'deep/b.txt', content: 'new\n'}, 'c3'),
    ])
    expect([read('a.txt'), read('deep/b.txt')]).to.deep.equal(['one\nTWO\n', 'new\n'])
    const preview = await sandbox.vibe(['undo', '--preview'])
    expect(preview.stdout)
      .to.contain('Would take back: change both')
      .and.contain('-TWO')
      .and.contain('deep/b.txt  deleted')
    expect(read('a.txt')).to.equal('one\nTWO\n')
    const undone = await sandbox.vibe(['undo', '--json'])
    expect(JSON.parse(undone.stdout)).to.deep.include({action: 'undo', done: true, conflicts: []})
    expect(read('a.txt')).to.equal('one\ntwo\n')
    expect(existsSync(file('deep'))).to.equal(false)
    const redone = await sandbox.vibe(['redo'])
    expect(redone.stdout).to.contain('Brought back: change both')
    expect([read('a.txt'), read('deep/b.txt')]).to.deep.equal(['one\nTWO\n', 'new\n'])
  })

  it('takes back by number and by id, also from a folder inside the project', async () => {
    for (const name of ['first', 'second', 'third'])
      await work(name, [call('write', {path: name, content: `${name}\n`}, 'c1')])
    mkdirSync(file('inside'))
    const listed = JSON.parse((await sandbox.vibe(['undo', '--list', '--json'])).stdout) as {
      steps: Array<{id: string; title: string}>
    }
    expect(listed.steps.map(({title}) => title)).to.deep.equal(['third', 'second', 'first'])
    const first = listed.steps[2]?.id ?? ''
    expect((await sandbox.vibe(['undo', first], {cwd: file('inside')})).code).to.equal(0)
    expect([existsSync(file('first')), existsSync(file('third'))]).to.deep.equal([false, true])
    await sandbox.vibe(['undo', '2'])
    expect([existsSync(file('second')), existsSync(file('third'))]).to.deep.equal([false, false])
    const again = await sandbox.vibe(['undo'])
    expect([again.code, again.stderr.includes('not undone already')]).to.deep.equal([2, true])
  })

  it('never overwrites what was changed since, exits 8, and shows the old content', async () => {
    writeFileSync(file('a.txt'), 'old\n')
    await work('change it', [
      call('read', {path: 'a.txt'}, 'c1'),
      call('edit', {path: 'a.txt', old: 'old', new: 'new'}, 'c2'),
    ])
    writeFileSync(file('a.txt'), 'mine\n')
    const refused = await sandbox.vibe(['undo'])
    expect(refused.code).to.equal(8)
    expect(refused.stdout).to.contain('a.txt: the same lines were changed since')
    const id = /vibe undo (\w+) --print/.exec(refused.stdout)?.[1] ?? ''
    expect((await sandbox.vibe(['undo', id, '--print', 'a.txt'])).stdout).to.equal('old\n')
    expect(read('a.txt')).to.equal('mine\n')
  })

  it('takes back what a command changed, with the edits of the same turn', async () => {
    writeFileSync(file('a.txt'), 'one\n')
    writeFileSync(file('b.txt'), 'two\n')
    await work('tidy up', [
      call('read', {path: 'a.txt'}, 'c1'),
      call('edit', {path: 'a.txt', old: 'one', new: 'ONE'}, 'c2'),
      call(
        'shell',
        {command: 'sed -i s/two/TWO/ b.txt && mkdir -p gen/deep && echo x > gen/deep/made && rm a.txt'},
        'c3',
      ),
    ])
    expect([existsSync(file('a.txt')), read('b.txt'), read('gen/deep/made')]).to.deep.equal([false, 'TWO\n', 'x\n'])
    const undone = await sandbox.vibe(['undo'])
    expect(undone.code, undone.stderr).to.equal(0)
    expect([read('a.txt'), read('b.txt'), existsSync(file('gen'))]).to.deep.equal(['one\n', 'two\n', false])
    await sandbox.vibe(['redo'])
    expect([existsSync(file('a.txt')), read('b.txt'), read('gen/deep/made')]).to.deep.equal([false, 'TWO\n', 'x\n'])
  })

  it('has nothing to say where nothing was changed', async () => {
    expect((await sandbox.vibe(['undo', '--list'])).stdout).to.contain('Nothing was changed here')
    expect((await sandbox.vibe(['redo'])).code).to.equal(2)
    expect((await sandbox.vibe(['undo', 'nonsense'])).code).to.equal(2)
  })
})
