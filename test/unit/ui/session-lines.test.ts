import {expect} from 'chai'
import fc from 'fast-check'
import type {SessionSummary} from '../../../src/sessions/list.ts'
import {cellsOf} from '../../../src/ui/cells.ts'
import {costText, idLengthFor, sessionLines, whenWas} from '../../../src/ui/session-lines.ts'
import {styleFor} from '../../../src/ui/style.ts'

describe('lines about sessions', () => {
  const now = new Date(2026, 10, 25, 15, 0).getTime()
  const ago = (minutes: number) => whenWas(now - minutes * 60_000, now)

  it('say how long ago something was, the shorter the nearer', () => {
    expect([0, 2, 59, 60, 14 * 60].map(ago)).to.deep.equal([
      'just now',
      '2 min ago',
      '59 min ago',
      '1 h ago',
      '14 h ago',
    ])
    expect([16 * 60, 38 * 60, 40 * 60].map(ago)).to.deep.equal(['yesterday', 'yesterday', 'Nov 23'])
    expect(ago(400 * 24 * 60)).to.match(/^2025-10-2\d$/)
    expect(ago(-5), 'a clock that went back').to.equal('just now')
  })

  it('never show an unknown cost as nothing', () => {
    expect(costText({})).to.equal('–')
    expect(costText({unpriced: 2})).to.equal('unknown')
    expect(costText({costUsd: 0, unpriced: 2})).to.equal('unknown')
    expect(costText({costUsd: 0, unpriced: 0})).to.equal('free')
    expect(costText({costUsd: 0.021})).to.equal('$0.021')
    expect(costText({costUsd: 0.5, unpriced: 1})).to.equal('≥$0.50')
    expect(costText({costUsd: 0.00001})).to.equal('<$0.0001')
  })

  it('show as much of an id as tells it from the others', () => {
    expect(idLengthFor([])).to.equal(6)
    expect(idLengthFor(['aaaaaaaa1', 'aaaaaaaa2', 'b'])).to.equal(9)
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[ab]{12}$/), {maxLength: 20}), (ids) => {
        const length = idLengthFor(ids)
        expect(new Set(ids.map((id) => id.slice(0, length))).size).to.equal(ids.length)
      }),
    )
  })

  it('fit into the terminal, whatever is in them', () => {
    const text = fc.oneof(fc.string({unit: 'grapheme', maxLength: 90}), fc.constant('題名'.repeat(50)))
    const session = fc.record({id: fc.stringMatching(/^[0-9a-f]{12}$/), title: text, project: text, model: text})
    const style = styleFor({write: () => undefined}, {})
    fc.assert(
      fc.property(
        fc.array(session, {minLength: 1, maxLength: 5}),
        fc.integer({min: 40, max: 200}),
        fc.boolean(),
        (some, columns, withProject) => {
          const facts = {
            modifiedAt: new Date(now).toISOString(),
            turns: 12345,
            costUsd: 1234.5,
            unpriced: 1,
            bytes: 1e9,
            inUse: false,
            setAside: 3,
          }
          const sessions = some.map((one): SessionSummary => ({...one, ...facts}))
          for (const line of sessionLines(sessions, {columns, style, now, withProject, idLength: 6}))
            expect(cellsOf(line), line).to.be.at.most(columns)
        },
      ),
      {numRuns: 200},
    )
  })
})
