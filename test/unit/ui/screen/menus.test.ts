import {expect} from 'chai'
import {canPaint} from '../../../../src/ui/screen/capable.ts'
import {chatCandidates, fittingFiles} from '../../../../src/ui/screen/candidates.ts'
import {completableOf} from '../../../../src/ui/screen/completion.ts'
import {draftOf, moveTo} from '../../../../src/ui/screen/draft.ts'

const values = (names: string[], typed: string) => fittingFiles(names, typed).map(({value}) => value)

describe('menus of the chat', () => {
  it('complete a command at the begin only, and a file anywhere', () => {
    expect(completableOf(draftOf('/he'))).to.include({sign: '/', typed: '/he', from: 0})
    expect(completableOf(draftOf(' /he'))).to.equal(undefined)
    expect(completableOf(draftOf('/mode a'))).to.equal(undefined)
    expect(completableOf(draftOf('see @src/a'))).to.include({sign: '@', typed: '@src/a', from: 4})
    expect(completableOf(draftOf('mail@host'))).to.equal(undefined)
    expect(completableOf(moveTo(draftOf('@src rest'), 4))).to.include({typed: '@src', to: 4})
  })

  it('put what begins so first, offer folders, and find letters in order', () => {
    const names = ['lib/main.ts', 'src/main.ts', 'src/ui/chat.ts', 'main.md']
    expect(values(names, 'main')).to.deep.equal(['@main.md', '@lib/main.ts', '@src/main.ts'])
    expect(values(names, 'src/')).to.include.members(['@src/ui/', '@src/main.ts'])
    expect(values(names, 'uch')).to.deep.equal(['@src/ui/chat.ts'])
    expect(values(names, 'zzz')).to.deep.equal([])
  })

  it('list the files once for several keys', async () => {
    let listed = 0
    const candidates = chatCandidates([{name: '/help', what: 'help'}], async () => {
      listed++
      return ['a.ts']
    })
    for (const typed of ['@', '@a']) await candidates({sign: '@', typed, from: 0, to: 1})
    expect(listed).to.equal(1)
    expect(candidates({sign: '/', typed: '/h', from: 0, to: 2})).to.deep.equal([{value: '/help', about: 'help'}])
  })
})

describe('a terminal that can be painted on', () => {
  const side = {isTTY: true, columns: 80}
  const paints = (env: Record<string, string>) => canPaint({input: side, output: side}, {TERM: 'xterm', ...env})

  it('is none that is dumb, in CI, asked to be accessible, narrow or no terminal', () => {
    expect(paints({})).to.equal(true)
    expect(paints({CI: 'false', ACCESSIBLE: '0'})).to.equal(true)
    for (const env of [{TERM: 'dumb'}, {TERM: ''}, {CI: 'true'}, {ACCESSIBLE: '1'}])
      expect(paints(env), JSON.stringify(env)).to.equal(false)
    expect(canPaint({input: side, output: {isTTY: true, columns: 10}}, {TERM: 'xterm'})).to.equal(false)
    expect(canPaint({input: {}, output: side}, {TERM: 'xterm'})).to.equal(false)
  })
})
