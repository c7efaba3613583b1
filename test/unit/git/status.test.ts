import {writeFileSync} from 'node:fs'
import {expect} from 'chai'
import fc from 'fast-check'
import {openRepository} from '../../../src/git/repository.ts'
import {parseStatus, readStatus} from '../../../src/git/status.ts'
import {createRepository, type TestRepository} from '../../support/git-repository.ts'

const signal = new AbortController().signal
const OID = 'a'.repeat(40)

/** A name as bytes, in which anything but NUL may stand. */
const name = fc
  .uint8Array({minLength: 1, maxLength: 30})
  .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 0 ? 1 : byte))).toString('latin1'))
const letters = fc.constantFrom('M.', '.M', 'MM', 'A.', 'AM', 'D.', '.D', 'T.', '.A')
const record = fc.oneof(
  fc.record({type: fc.constant('?'), name}),
  fc.record({type: fc.constant('1'), letters, name}),
  fc.record({type: fc.constant('2'), letters: fc.constantFrom('R.', 'RM', 'C.'), name, from: name}),
  fc.record({type: fc.constant('u'), letters: fc.constantFrom('UU', 'AA', 'DU'), name}),
  fc.record({type: fc.constant('#'), name}),
)
type Record = {type: string; name: string; letters?: string; from?: string}

function written({type, name: path, letters: xy = '', from}: Record): string {
  if (type === '?' || type === '#') return `${type} ${path}\0`
  if (type === '1') return `1 ${xy} N... 100644 100644 100644 ${OID} ${OID} ${path}\0`
  if (type === '2') return `2 ${xy} N... 100644 100644 100644 ${OID} ${OID} R100 ${path}\0${from ?? ''}\0`
  return `u ${xy} N... 100644 100644 100644 100644 ${OID} ${OID} ${OID} ${path}\0`
}

describe('the status of a repository', function () {
  this.timeout(30_000)

  it('is read with every byte of its names', () => {
    fc.assert(
      fc.property(fc.array(record, {maxLength: 20}), (records) => {
        const entries = parseStatus(Buffer.from(records.map(written).join(''), 'latin1'))
        const wanted = records.filter(({type}) => type !== '#')
        expect(entries.map((entry) => entry.name.bytes.toString('latin1'))).to.deep.equal(wanted.map((one) => one.name))
        expect(entries.map((entry) => entry.from?.bytes.toString('latin1'))).to.deep.equal(
          wanted.map((one) => ('from' in one ? one.from : undefined)),
        )
        expect(entries.map(({staged, unstaged}) => staged + unstaged)).to.deep.equal(
          wanted.map((one) => ('letters' in one ? one.letters : '??')),
        )
      }),
    )
  })

  it('survives whatever else it is given', () => {
    fc.assert(
      fc.property(fc.uint8Array({maxLength: 300}), (bytes) => {
        for (const {name: found, from} of parseStatus(Buffer.from(bytes)))
          expect(found.bytes.length + (from?.bytes.length ?? 0)).to.be.at.most(bytes.length)
      }),
    )
  })

  describe('of a real one', () => {
    let repo: TestRepository
    beforeEach(() => {
      repo = createRepository()
    })
    afterEach(() => repo.remove())

    it('tells staged, changed, unmerged and untracked apart, and knows a name that is no text', async () => {
      repo.commit({'a.txt': 'a\n', 'b.txt': 'b\n', 'gone.txt': 'g\n', '.gitignore': 'ignored\n'})
      repo.write('a.txt', 'staged\n')
      repo.git('add', 'a.txt')
      repo.write('b.txt', 'changed\n')
      repo.git('rm', '-q', '--cached', 'gone.txt')
      repo.write('ignored', 'x\n')
      repo.write('-n :(top)\n', 'x\n')
      writeFileSync(Buffer.concat([Buffer.from(`${repo.root}/`), Buffer.from([0xff, 0x0a])]), 'x\n')
      const opened = await openRepository(repo.root, {env: repo.env, signal})
      const entries = 'repository' in opened ? await readStatus(opened.repository) : []
      const shown = entries.map(({name: {text, exact}, staged, unstaged}) => `${staged}${unstaged} ${text} ${exact}`)
      expect(shown.sort()).to.deep.equal(
        [
          'M. a.txt true',
          '.M b.txt true',
          'D. gone.txt true',
          '?? gone.txt true',
          '?? -n :(top)\n true',
          '?? \ufffd\n false',
        ].sort(),
      )
    })
  })
})
