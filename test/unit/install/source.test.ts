import {expect} from 'chai'
import fc from 'fast-check'
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {VibeError} from '../../../src/errors.ts'
import {parseSource} from '../../../src/install/source.ts'

describe('what is typed after plugins install', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vibe-source-'))
    mkdirSync(join(folder, 'work'))
    writeFileSync(join(folder, 'work/package.json'), '{}')
    writeFileSync(join(folder, 'a.tgz'), '')
  })
  after(() => rmSync(folder, {recursive: true}))

  const cases: Array<[string, object]> = [
    ['vibe-provider-x', {kind: 'registry', name: 'vibe-provider-x', range: 'latest'}],
    ['vibe-provider-x@^1.2', {kind: 'registry', name: 'vibe-provider-x', range: '^1.2'}],
    ['vibe-provider-x@>=1 <3', {kind: 'registry', name: 'vibe-provider-x', range: '>=1 <3'}],
    ['vibe-provider-x@next', {kind: 'registry', name: 'vibe-provider-x', range: 'next'}],
    ['@team/vibe-provider-x', {kind: 'registry', name: '@team/vibe-provider-x', range: 'latest'}],
    ['@team/x@1.0.0', {kind: 'registry', name: '@team/x', range: '1.0.0'}],
    ['npm:vibe-provider-x@1', {kind: 'registry', name: 'vibe-provider-x', range: '1'}],
    ['https://example.com/x.tgz', {kind: 'url', url: 'https://example.com/x.tgz'}],
    ['https://github.com/a/b', {kind: 'git', url: 'https://github.com/a/b'}],
    ['https://example.com/a/b.git#v1', {kind: 'git', url: 'https://example.com/a/b.git', ref: 'v1'}],
    ['git+https://example.com/a', {kind: 'git', url: 'https://example.com/a'}],
    ['git+ssh://git@example.com/a.git', {kind: 'git', url: 'ssh://git@example.com/a.git'}],
    ['git@example.com:a/b.git', {kind: 'git', url: 'git@example.com:a/b.git'}],
    ['github:a/b#main', {kind: 'git', url: 'https://github.com/a/b', ref: 'main'}],
    ['a/b', {kind: 'git', url: 'https://github.com/a/b'}],
  ]
  for (const [typed, source] of cases) {
    it(`${typed} is understood`, () => {
      expect(parseSource(typed, folder)).to.deep.equal(source)
    })
  }

  it('files and folders are found from where it was typed', () => {
    expect(parseSource('a.tgz', folder)).to.deep.equal({kind: 'tarball', path: join(folder, 'a.tgz')})
    expect(parseSource('./work', folder)).to.deep.equal({kind: 'folder', path: join(folder, 'work')})
    expect(parseSource(`file:${folder}/a.tgz`, '/')).to.deep.equal({kind: 'tarball', path: join(folder, 'a.tgz')})
    expect(parseSource(`file://${folder}/a.tgz`, '/')).to.deep.equal({kind: 'tarball', path: join(folder, 'a.tgz')})
  })

  for (const typed of [
    '',
    '-g',
    '--global',
    'x@file:../y',
    'x@git+https://evil',
    '../nothing',
    '.',
    'a b',
    'x@',
    '__proto__',
    'git+https://h/r#--upload-pack=x',
    'x\u001B[31m',
  ]) {
    it(`${JSON.stringify(typed)} is refused in one sentence`, () => {
      expect(() => parseSource(typed, folder))
        .to.throw(VibeError)
        .with.property('exit', 2)
    })
  }

  it('no text makes an argument that npm or git would take for an option or another place', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z@/:.#+^~-]{1,20}$/)), (typed) => {
        try {
          const source = parseSource(typed, folder)
          if (source.kind !== 'registry') return
          expect(`${source.name}@${source.range}`).to.match(
            /^(@[^/@\s]+\/)?[^/@\s-][^/@:\s]*@[^/@:]+$|^(@[^/@\s]+\/)?-?[^/@:\s]+@[^/@:]+$/,
          )
          expect(source.name).to.not.match(/^-/)
        } catch (error) {
          expect(error).to.be.instanceOf(VibeError)
        }
      }),
    )
  })
})
