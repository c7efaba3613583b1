import {expect} from 'chai'
import {appendFileSync, chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createHistorySearch, createHistoryWalk} from '../../../../src/ui/screen/history-walk.ts'
import {openHistory} from '../../../../src/ui/screen/history.ts'

let folder: string

describe('the history of messages', () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vibe-history-'))
  })
  afterEach(() => rmSync(folder, {recursive: true, force: true}))
  const file = () => join(folder, 'history', readdirSync(join(folder, 'history'))[0] ?? '')

  it('keeps what two chats sent, several lines as one, each project by itself', async () => {
    const [one, other] = [await openHistory(folder, '/project'), await openHistory(folder, '/project')]
    one.add('first\nof two lines')
    other.add('second')
    other.add('second')
    expect((await openHistory(folder, '/project')).entries).to.deep.equal(['first\nof two lines', 'second'])
    expect((await openHistory(folder, '/elsewhere')).entries).to.deep.equal([])
    expect(statSync(file()).mode & 0o777).to.equal(0o600)
    expect(statSync(join(folder, 'history')).mode & 0o777).to.equal(0o700)
  })

  it('passes over damage, tightens the mode, and stands a folder it cannot use', async () => {
    ;(await openHistory(folder, '/project')).add('kept')
    appendFileSync(file(), '{"not": "text"}\n"cut in the mid')
    chmodSync(file(), 0o644)
    expect((await openHistory(folder, '/project')).entries).to.deep.equal(['kept'])
    expect(statSync(file()).mode & 0o777).to.equal(0o600)
    const blocked = join(folder, 'blocked')
    writeFileSync(blocked, '')
    const history = await openHistory(blocked, '/project')
    history.add('only here')
    expect(history.entries).to.deep.equal(['only here'])
  })

  it('writes a file anew that has grown large', async () => {
    const history = await openHistory(folder, '/project')
    history.add('x')
    for (let n = 0; n < 60; n++) appendFileSync(file(), `${JSON.stringify(`${n} ${'y'.repeat(90_000)}`)}\n`.repeat(1))
    for (let n = 0; n < 1000; n++) appendFileSync(file(), `${JSON.stringify(`entry ${n}`)}\n`)
    const {entries} = await openHistory(folder, '/project')
    expect(entries).to.have.length(1000)
    expect(statSync(file()).size).to.be.below(100_000)
  })

  it('walks back and forth and keeps what was being written', () => {
    const walk = createHistoryWalk(() => ['one', 'two'])
    expect(walk.older('draft')).to.equal('two')
    expect(walk.older('two, changed')).to.equal('one')
    expect(walk.older('one')).to.equal(undefined)
    expect(walk.newer('one')).to.equal('two, changed')
    expect(walk.newer('two, changed')).to.equal('draft')
    expect(walk.newer('draft')).to.equal(undefined)
  })

  it('finds the newest first', () => {
    const search = createHistorySearch(['fix the test', 'explain', 'fix the build'])
    search.type('FIX')
    expect(search.found).to.equal('fix the build')
    search.older()
    expect(search.found).to.equal('fix the test')
    search.older()
    expect(search.found).to.equal('fix the test')
    search.type(' nothing')
    expect(search.found).to.equal(undefined)
  })
})
