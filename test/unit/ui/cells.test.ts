import {expect} from 'chai'
import fc from 'fast-check'
import xterm from '@xterm/headless'
import {cellsOf, graphemes} from '../../../src/ui/cells.ts'

/** How far a real terminal's cursor goes for a text. */
async function cellsInTerminal(text: string): Promise<number> {
  const terminal = new xterm.Terminal({cols: 500, rows: 2, allowProposedApi: true})
  await new Promise<void>((resolve) => terminal.write(text, resolve))
  const column = terminal.buffer.active.cursorX
  terminal.dispose()
  return column
}

describe('cells of a terminal', () => {
  it('are one for letters, two for wide ones and pictures, none for marks', () => {
    expect(['abc', '日本', '한글', 'ＡＢ', 'é', 'e\u0301', '', '｡'].map(cellsOf)).to.deep.equal([
      3, 4, 4, 4, 1, 1, 0, 1,
    ])
    expect(['👍', '👍🏽', '👨‍👩‍👧', '🇩🇪', '❤️', '1️⃣', '⚡'].map(cellsOf)).to.deep.equal([2, 2, 2, 2, 2, 2, 2])
    expect(graphemes('e\u0301👨‍👩‍👧日')).to.deep.equal(['e\u0301', '👨‍👩‍👧', '日'])
  })

  it('are as many as a real terminal takes for letters of any script', async () => {
    const letter = fc.constantFrom(...'aZ~é日本語한국ひカﾊＡ。、「ßЖΩאب€→…—', 'e\u0301', 'а\u0306')
    await fc.assert(
      fc.asyncProperty(fc.array(letter, {maxLength: 60}), async (letters) => {
        const text = letters.join('')
        expect(cellsOf(text)).to.equal(await cellsInTerminal(text))
      }),
      {numRuns: 200},
    )
  })
})
