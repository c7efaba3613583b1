import {expect} from 'chai'
import {describe as describeModel} from '../../../src/ui/choose-model.ts'
import {money, seconds} from '../../../src/ui/figures.ts'
import {table} from '../../../src/ui/provider-lines.ts'

describe('figures', () => {
  const amounts: Array<[usd: number, text: string]> = [
    [0, '$0'],
    [0.00001, '<$0.0001'],
    [0.0001, '$0.0001'],
    [0.0021, '$0.0021'],
    [0.02, '$0.02'],
    [3, '$3'],
    [10, '$10'],
    [100, '$100'],
    [2.5, '$2.5'],
  ]
  for (const [usd, text] of amounts) it(`writes ${usd} as ${text}`, () => expect(money(usd)).to.equal(text))

  it('writes seconds', () => expect(seconds(649)).to.equal('0.6 s'))

  it('says that a price is unknown, never that it is nothing', () => {
    expect(describeModel({id: 'm', kind: 'chat'})).to.equal('price unknown')
    expect(describeModel({id: 'm', kind: 'chat', price: {input: 3}})).to.equal('price unknown')
    expect(describeModel({id: 'm', kind: 'chat', price: {free: true}, contextWindow: 200_000})).to.equal(
      '200k context · free',
    )
    expect(describeModel({id: 'm', kind: 'chat', price: {input: 3, output: 15}})).to.equal('$3 / $15 per million')
  })

  it('lines up a table without trailing blanks', () => {
    expect(
      table(
        ['A', 'LONG'],
        [
          ['wide cell', 'x'],
          ['y', ''],
        ],
      ),
    ).to.deep.equal(['A          LONG', 'wide cell  x', 'y'])
  })
})
