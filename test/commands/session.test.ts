import {expect} from 'chai'
import {chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync} from 'node:fs'
import {dirname} from 'node:path'
import {createLog} from '../../src/sessions/log.ts'
import {readSessionFile} from '../../src/sessions/read.ts'
import {messagesOf} from '../../src/sessions/resume.ts'
import {createSandbox, type Sandbox} from '../support/sandbox.ts'
import {answered, damagedFiles, linesOf, said, sessionFiles} from '../support/session-files.ts'

type Listed = {
  id: string
  title: string
  turns?: number
  costUsd?: number
  unpriced?: number
  inUse: boolean
  setAside: number
}

describe('vibe session', function () {
  this.timeout(60_000)
  let box: Sandbox
  let files: ReturnType<typeof sessionFiles>
  beforeEach(() => {
    box = createSandbox()
    files = sessionFiles(box)
  })
  afterEach(() => box.remove())

  const json = async <Value>(...args: string[]): Promise<Value> => {
    const run = await box.vibe([...args, '--json'])
    expect(run.code, run.stdout + run.stderr).to.equal(0)
    return JSON.parse(run.stdout) as Value
  }
  const list = async (...args: string[]) => (await json<{sessions: Listed[]}>('session:list', ...args)).sessions
  const three = () => {
    files.write({id: 'aaaa11112222', age: 3}, [said('the oldest'), answered('yes', {costUsd: 0.25})])
    files.write({id: 'bbbb11112222', age: 1}, [
      said('the next\nand more'),
      answered('yes'),
      said('on'),
      answered('ok', {costUsd: 0.5}),
    ])
    files.write({id: 'cccc11112222'}, [said('the newest'), answered('free', {costUsd: 0})])
  }

  describe('list', () => {
    it('is newest first, with turns, cost and a title from the first message', async () => {
      three()
      const listed = await list()
      expect(listed.map(({id}) => id)).to.deep.equal(['cccc11112222', 'bbbb11112222', 'aaaa11112222'])
      expect(listed[1]).to.include({title: 'the next', turns: 2, costUsd: 0.5, unpriced: 1, model: 'alpha'})
      const run = await box.vibe(['session', 'list'])
      expect(run.stdout).to.match(/ID +When +Turns +Cost +Size +Model +Title/)
      expect(run.stdout).to.match(/cccc11 +just now +1 +free .* the newest/)
      expect(run.stdout).to.match(/bbbb11 +yesterday +2 +≥\$0\.50 /)
    })

    it('never shows an unknown cost as nothing', async () => {
      files.write({id: 'aaaa11112222'}, [said('x'), answered('y')])
      expect((await list())[0])
        .to.include({unpriced: 1})
        .and.not.have.property('costUsd')
      expect((await box.vibe(['session', 'list'])).stdout).to.contain('unknown')
    })

    it('keeps to this project unless all are asked for, and says where there are others', async () => {
      files.write({id: 'dddd11112222', cwd: '/elsewhere/project'}, [said('over there')])
      const run = await box.vibe(['session', 'list'])
      expect(run.code).to.equal(0)
      expect(run.stderr).to.contain('no session of this project').and.to.contain('vibe session list --all')
      expect(await list('--all')).to.have.length(1)
      expect((await box.vibe(['session', 'list', '--all'])).stdout).to.match(/project +over there/)
    })

    it('says what to do where there is none', async () => {
      expect((await box.vibe(['session', 'list'])).stderr).to.contain('Start one with: vibe chat')
      expect(await list('--all')).to.deep.equal([])
    })

    it('shows hostile titles harmlessly', async () => {
      files.write({id: 'aaaa11112222'}, [said('\u001b[2Jwipe \u202Eevil\u0007 <b>\u001b]0;title\u0007')])
      const {stdout} = await box.vibe(['session', 'list'])
      // oxlint-disable-next-line no-control-regex
      expect(stdout).not.to.match(/[\u0000-\u0009\u000B-\u001F\u202E]/)
      expect((await list())[0]?.title).to.equal('wipe evil <b>')
    })

    it('masks what looks like a key in a title', async () => {
      files.write({id: 'aaaa11112222'}, [said('use sk-abcdefghijklmnop1234 please')])
      expect((await list())[0]?.title).to.equal('use [redacted] please')
    })

    it('leaves what came along with the prompt out of the title', async () => {
      files.write({id: 'aaaa11112222'}, [
        said('<file path="a.md">\n# secret plan\n</file>\n\n<stdin>\nlog\n</stdin>\n\nsum it up'),
      ])
      expect((await list())[0]?.title).to.equal('sum it up')
    })

    it('lists what is damaged, unreadable, a link or a folder without a stack', async () => {
      three()
      const path = files.pathOf('aaaa11112222')
      chmodSync(path, 0)
      symlinkSync('/etc/passwd', path.replace('aaaa', 'eeee'))
      files.raw({id: 'ffff11112222'}, 'no json\n')
      const listed = await list()
      expect(listed.map(({id}) => id)).not.to.include('eeee11112222')
      expect(listed.find(({id}) => id.startsWith('ffff'))).to.include({title: 'nothing readable', setAside: 1})
      if (process.getuid?.() !== 0)
        expect(listed.find(({id}) => id.startsWith('aaaa'))?.title).to.contain('cannot be read (permission denied)')
    })
  })

  describe('show', () => {
    it('has the turns with their numbers, tools and ends', async () => {
      three()
      const shown = await json<{turnList: object[]; models: object[]}>('session:show', 'bbbb')
      expect(shown.turnList[1]).to.include({turn: 2, message: 'on', answers: 1})
      expect(shown.models[0]).to.include({
        provider: 'work',
        model: 'alpha',
        answers: 2,
        input: 200,
        costUsd: 0.5,
        unpriced: 1,
      })
    })

    it('finds a session by its title, and says which ones when several fit', async () => {
      three()
      expect(await json('session:show', 'the newest')).to.include({id: 'cccc11112222'})
      const run = await box.vibe(['session:show', 'the'])
      expect(run.code).to.equal(2)
      expect(run.stderr).to.contain('3 sessions are called something like "the"')
      expect((await box.vibe(['session:show', 'nothing like it'])).code).to.equal(2)
      expect((await box.vibe(['session:show', '../../etc'])).code).to.equal(2)
    })
  })

  describe('rename', () => {
    it('stays a record of the session, keeps its place in the list, and is found', async () => {
      three()
      expect(await json('session:rename', 'aaaa', 'the slow', 'build')).to.include({title: 'the slow build'})
      const listed = await list()
      expect(listed.map(({id}) => id.slice(0, 4))).to.deep.equal(['cccc', 'bbbb', 'aaaa'])
      expect(listed[2]?.title).to.equal('the slow build')
      expect(await json('session:show', 'slow build')).to.include({id: 'aaaa11112222'})
      expect((await box.vibe(['session:rename', 'aaaa', ' \u202E '])).code).to.equal(2)
      expect(messagesOf(readSessionFile(files.pathOf('aaaa11112222')).records)).to.have.length(2)
    })
  })

  describe('fork', () => {
    it('begins like the other up to a turn, leaves it as it is, and counts nothing twice', async () => {
      three()
      const before = readFileSync(files.pathOf('bbbb11112222'))
      const fork = await json<{id: string; path: string; turns: number}>('session:fork', 'bbbb', '--at', '1')
      expect(fork).to.include({turns: 1, forkedFrom: 'bbbb11112222'})
      expect(readFileSync(files.pathOf('bbbb11112222'))).to.deep.equal(before)
      expect(statSync(fork.path).mode & 0o777).to.equal(0o600)
      expect(messagesOf(readSessionFile(fork.path).records)).to.have.length(2)
      const [listed] = await list()
      expect(listed).to.include({id: fork.id, turns: 1, unpriced: 0}).and.not.have.property('costUsd')
      expect(await json('session:show', fork.id)).to.deep.include({forkedFrom: {id: 'bbbb11112222', turns: 1}})
      const again = await json<{id: string}>('session:fork', fork.id)
      expect(await json('session:show', again.id)).to.deep.include({forkedFrom: {id: fork.id, turns: 1}, turns: 1})
    })

    it('refuses a turn that is not there and leaves nothing behind', async () => {
      three()
      const names = readdirSync(dirname(files.pathOf('bbbb11112222')))
      const run = await box.vibe(['session:fork', 'bbbb', '--at', '3'])
      expect(run.code).to.equal(2)
      expect(run.stderr).to.contain('has 2 turns')
      expect((await box.vibe(['session:fork', 'bbbb', '--at', '0'])).code).to.equal(2)
      expect(readdirSync(dirname(files.pathOf('bbbb11112222')))).to.deep.equal(names)
    })
  })

  describe('delete', () => {
    it('deletes nothing unless someone agreed, and says that it cannot be taken back', async () => {
      three()
      const run = await box.vibe(['session:delete', 'aaaa', 'bbbb'])
      expect(run.code).to.equal(6)
      expect(run.stderr).to.contain('cannot be taken back').and.to.contain('--yes')
      expect(await list()).to.have.length(3)
      expect(await json('session:delete', 'aaaa', 'bbbb', 'aaaa', '--yes')).to.deep.equal({
        deleted: ['aaaa11112222', 'bbbb11112222'],
        inUse: [],
      })
      expect(readdirSync(dirname(files.pathOf('cccc11112222')))).to.deep.equal(['cccc11112222.jsonl'])
    })

    it('takes those that are older than so many days, of this project only', async () => {
      three()
      files.write({id: 'dddd11112222', cwd: '/elsewhere/project', age: 50}, [said('over there')])
      expect(await json('session:delete', '--older-than', '2', '--yes')).to.deep.include({deleted: ['aaaa11112222']})
      expect(await json('session:delete', '--older-than', '2', '--all', '--yes')).to.deep.include({
        deleted: ['dddd11112222'],
      })
      expect(await list()).to.have.length(2)
    })

    it('deletes nothing when one of the names fits none', async () => {
      three()
      expect((await box.vibe(['session:delete', 'aaaa', 'zzzz', '--yes'])).code).to.equal(2)
      for (const words of [[], ['aaa'], ['the oldest'], ['']])
        expect((await box.vibe(['session:delete', ...words, '--yes'])).code, words.join()).to.equal(2)
      expect(await list()).to.have.length(3)
    })
  })

  it('leaves a session alone that another vibe is writing', async () => {
    three()
    const log = createLog(dirname(files.pathOf('x')), {scrub: (line) => line, onFailure: expect.fail})
    for (const record of [said('at work'), answered('still')]) log.append(record)
    expect((await list())[0]).to.include({id: log.id, inUse: true, setAside: 0})
    expect((await box.vibe(['session:list'])).stdout).to.contain('in use')
    const run = await box.vibe(['session:delete', log.id, '--yes'])
    expect(run.code).to.equal(3)
    expect(run.stderr).to.contain('in use by another vibe')
    expect((await box.vibe(['session:rename', log.id, 'x'])).code).to.equal(3)
    expect(await json('session:delete', '--older-than', '0', '--yes')).to.deep.include({inUse: [log.id]})
    expect(existsSync(log.path)).to.equal(true)
    expect(await json('session:fork', log.id)).to.include({turns: 1, setAside: 0})
    log.close()
    expect(await json('session:delete', log.id, '--yes')).to.deep.include({deleted: [log.id]})
    expect(existsSync(`${log.path}.lock`)).to.equal(false)
  })

  describe('with damaged files', () => {
    const damages = Object.entries(damagedFiles())
    for (const [name, content] of damages) {
      it(`opens or says what was set aside: ${name}`, async () => {
        const path = files.raw({id: 'aaaa11112222'}, content)
        const {setAside} = readSessionFile(path)
        const [listed, shown] = await Promise.all([
          list(),
          json<{setAside: number; damage: unknown[]; notes: string[]}>('session:show', 'aaaa'),
        ])
        expect(listed[0]).to.include({id: 'aaaa11112222', setAside})
        expect(shown).to.include({setAside})
        expect(shown.damage).to.have.length(setAside)
        if (setAside > 0) expect(shown.notes.join()).to.contain(`${setAside} damaged`).and.to.contain(path)
        const forked = await box.vibe(['session:fork', 'aaaa', '--json'])
        if (name === 'no bytes') {
          expect(forked.code).to.equal(3)
          expect(shown.notes).to.deep.equal(['The file is empty.'])
        } else {
          const fork = JSON.parse(forked.stdout) as {path: string}
          expect(fork).to.include({turns: 1, setAside})
          expect(messagesOf(readSessionFile(fork.path).records)).to.deep.equal(
            messagesOf(readSessionFile(path).records),
          )
          expect(readSessionFile(fork.path).setAside).to.equal(0)
        }
        expect((await box.vibe(['session:rename', 'aaaa', 'a name'])).code).to.equal(0)
        expect(await json('session:show', 'a name')).to.include({setAside})
        expect((await box.vibe(['session:delete', 'aaaa', '--yes'])).code).to.equal(0)
      })
    }
  })

  it('goes on without its cache, and with one that is damaged or of another file', async () => {
    const big = linesOf([
      said('large'),
      ...Array.from({length: 400}, () => answered('x'.repeat(1000), {costUsd: 0.001})),
    ])
    const path = files.raw({id: 'aaaa11112222'}, big)
    expect((await list())[0]).to.deep.include({turns: 1, costUsd: 0.4})
    const cache = `${box.home}/.cache/vibe-coder/sessions.json`
    expect(statSync(cache).mode & 0o777).to.equal(0o600)
    writeFileSync(path, big + linesOf([said('more'), answered('y', {costUsd: 0.6})]))
    expect((await list())[0]).to.deep.include({turns: 2, costUsd: 1})
    writeFileSync(path, linesOf([said('another'), ...Array.from({length: 700}, () => said('y'.repeat(900)))]))
    expect((await list())[0]).to.deep.include({turns: 701, title: 'another'})
    for (const content of [
      '',
      '{"version":1,"files":{"' + path + '":{"scanned":-1}}}',
      '[]',
      '{"version":1,"files":null}',
    ]) {
      writeFileSync(cache, content)
      expect((await list())[0]).to.deep.include({turns: 701})
    }
  })
})
