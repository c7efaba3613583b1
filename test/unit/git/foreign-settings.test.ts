import {expect} from 'chai'
import {overridesFor, parseScopes} from '../../../src/git/foreign-settings.ts'

const listed = (...settings: Array<[scope: string, key: string, value: string]>) =>
  parseScopes(Buffer.from(settings.map(([scope, key, value]) => `${scope}\0${key}\n${value}\0`).join('')))

describe('what a repository’s own configuration runs', () => {
  it('is overridden, member by member', () => {
    const {settings, filters} = overridesFor(
      listed(
        ['local', 'filter.x.clean', 'evil'],
        ['local', 'filter.x.required', 'true'],
        ['worktree', 'filter.Y.z.process', 'evil'],
        ['local', 'gpg.program', 'evil'],
        ['local', 'user.name', 'Ada'],
      ),
    )
    expect(settings).to.deep.equal([
      ['filter.x.clean', ''],
      ['filter.x.required', 'false'],
      ['filter.Y.z.process', ''],
      ['gpg.program', 'gpg'],
    ])
    expect([...filters]).to.deep.equal(['x', 'Y.z'])
  })

  it('gives way to the user’s own, whose value stays', () => {
    const own = [
      ['global', 'filter.lfs.clean', 'git-lfs clean -- %f'],
      ['system', 'filter.lfs.process', 'git-lfs filter-process'],
      ['global', 'commit.gpgsign', 'true'],
    ] as Array<[string, string, string]>
    const {settings, filters, signs} = overridesFor(
      listed(...own, ['local', 'filter.lfs.clean', 'evil'], ['command', 'commit.gpgsign', 'false']),
    )
    expect(settings).to.deep.equal([['filter.lfs.clean', 'git-lfs clean -- %f']])
    expect([filters.size, signs]).to.deep.equal([0, true])
    expect(overridesFor(listed(...own)).settings).to.deep.equal([])
    expect(overridesFor(listed(['local', 'commit.gpgsign', 'true'])).signs).to.equal(false)
  })

  it('counts a filter as foreign that the user has in another form only', () => {
    const {filters} = overridesFor(listed(['global', 'filter.x.clean', 'mine'], ['local', 'filter.x.process', 'evil']))
    expect([...filters]).to.deep.equal(['x'])
  })

  it('stops all use of git where a name cannot be overridden', () => {
    for (const name of ['a=b', '\xff'])
      expect(() => overridesFor(parseScopes(Buffer.from(`local\0filter.${name}.clean\nevil\0`, 'latin1'))))
        .to.throw()
        .with.property('code', 'git-unsafe')
  })

  it('reads keys without a value and scopes without an end', () => {
    expect(parseScopes(Buffer.from('local\0core.bare\0global\0a.b\nc\nd\0local'))).to.deep.equal([
      {scope: 'local', key: 'core.bare', value: ''},
      {scope: 'global', key: 'a.b', value: 'c\nd'},
    ])
  })
})
