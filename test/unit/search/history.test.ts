import {expect} from 'chai'
import {parseLog} from '../../../src/search/history.ts'

const record = (message: string, names: readonly string[]) =>
  `\u0001${message}\u0002\0\n${names.map((name) => `${name}\0`).join('')}`

describe('the history in the index', () => {
  it('keeps messages without their trailers, and which files went with them', () => {
    const log = record('Mend it\nSigned-off-by: A <a@b>\n', ['a.ts', 'odd\nname.ts']) + record('Again', ['a.ts'])
    expect(parseLog(log)).to.deep.equal({
      paths: ['a.ts', 'odd\nname.ts'],
      commits: [
        ['Mend it\n\n', [0, 1]],
        ['Again', [0]],
      ],
    })
  })

  it('leaves out commits of nothing and of everything, and what was cut off', () => {
    const many = Array.from({length: 31}, (_, file) => `${file}.ts`)
    expect(parseLog(record('Empty', []) + record('All', many) + '\u0001Cut off')).to.deep.equal({
      paths: [],
      commits: [],
    })
    expect(parseLog('')).to.deep.equal({paths: [], commits: []})
  })
})
