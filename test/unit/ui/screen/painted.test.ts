import {expect} from 'chai'
import fc from 'fast-check'
import {cellsOf} from '../../../../src/ui/cells.ts'
import {clipPainted, paintedCells, tailPainted, wrapRows} from '../../../../src/ui/screen/painted.ts'
import {statusLine} from '../../../../src/ui/screen/status-line.ts'

const RED = '\u001B[31m'
const END = '\u001B[39m'

describe('painted lines', () => {
  it('take no cell for colours and links', () => {
    expect(paintedCells(`${RED}日本${END}!`)).to.equal(5)
    expect(paintedCells('\u001B]8;;https://example.com\u001B\\docs\u001B]8;;\u001B\\')).to.equal(4)
  })

  it('are clipped by cells, and what they opened is closed', () => {
    expect(clipPainted('plain', 3)).to.equal('pla')
    expect(clipPainted('日本語', 5)).to.equal('日本')
    expect(clipPainted(`${RED}red text${END}`, 3)).to.equal(`${RED}red\u001B[0m`)
    expect(clipPainted('\u001B]8;;https://example.com\u001B\\docs\u001B]8;;\u001B\\', 2)).to.match(
      /do\u001B\]8;;\u001B\\$/,
    )
    expect(tailPainted(`${RED}one two three${END}`, 6)).to.equal('…three')
  })

  const text = fc
    .array(fc.constantFrom('a', 'word', ' ', '日', '👍', 'é', '-'), {maxLength: 60})
    .map((all) => all.join(''))

  it('are never wider than they may be, and rows lose nothing but blanks at their ends', () => {
    fc.assert(
      fc.property(text, fc.integer({min: 2, max: 40}), (line, columns) => {
        expect(paintedCells(clipPainted(`${RED}${line}${END}`, columns))).to.be.at.most(columns)
        expect(paintedCells(tailPainted(line, columns))).to.be.at.most(columns)
        const rows = wrapRows(line, columns)
        for (const row of rows) expect(cellsOf(row)).to.be.at.most(columns)
        expect(rows.join('').replaceAll(' ', '')).to.equal(line.replaceAll(' ', ''))
      }),
    )
  })

  it('of the status give way from the end', () => {
    const parts = ['model', 'code', '', '$0.01']
    expect(statusLine(parts, 40)).to.equal('model · code · $0.01')
    expect(statusLine(parts, 14)).to.equal('model · code')
    expect(statusLine(parts, 3)).to.equal('model')
  })
})
