import xterm from '@xterm/headless'
import {expect} from 'chai'
import fc from 'fast-check'
import {createFrames, type Size} from '../../../../src/ui/screen/frame.ts'

const screenOf = (terminal: InstanceType<typeof xterm.Terminal>) => {
  const {active} = terminal.buffer
  return Array.from({length: active.length}, (_, row) => active.getLine(row)?.translateToString(true) ?? '')
}
const feed = (terminal: InstanceType<typeof xterm.Terminal>, bytes: string) =>
  new Promise<void>((resolve) => terminal.write(bytes, resolve))

/** Lines, wrapped lines put together, without what is blank at the end. */
function paragraphs(terminal: InstanceType<typeof xterm.Terminal>): string[] {
  const {active} = terminal.buffer
  const lines: string[] = []
  for (let row = 0; row < active.length; row++) {
    const line = active.getLine(row)
    const text = line?.translateToString(!active.getLine(row + 1)?.isWrapped) ?? ''
    if (line?.isWrapped) lines.push((lines.pop() ?? '') + text)
    else lines.push(text)
  }
  while (lines.at(-1) === '') lines.pop()
  return lines
}

const line = fc.stringMatching(/^[a-z ]{0,70}[a-z]$/)
const step = fc.record({
  finished: fc.array(line, {maxLength: 3}),
  live: fc.array(line, {minLength: 1, maxLength: 5}),
  columns: fc.constantFrom(undefined, undefined, 30, 40, 80, 120),
  late: fc.boolean(),
})

describe('frames of the screen', () => {
  it('leaves nothing but what is finished and what is live, at every width, also when a frame comes too late for it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, {minLength: 1, maxLength: 12}), async (steps) => {
        const terminal = new xterm.Terminal({cols: 80, rows: 12, scrollback: 1000, allowProposedApi: true})
        await feed(terminal, 'the shell\r\n')
        const frames = createFrames()
        let size: Size = {columns: 80, rows: 12}
        const written = ['the shell']
        let live: string[] = []
        for (const {finished, live: next, columns, late} of steps) {
          const before = size
          if (columns !== undefined) size = {columns, rows: 12}
          terminal.resize(size.columns, size.rows)
          written.push(...finished)
          live = next
          // A frame that was made for the width before, where the cursor waits at the top.
          await feed(terminal, frames.paint({finished, live, cursor: undefined}, late ? before : size))
        }
        await feed(terminal, frames.paint({finished: [], live, cursor: undefined}, size))
        const clipped = live.map((text) => text.slice(0, size.columns - 1).trimEnd())
        expect(paragraphs(terminal).map((text) => text.trimEnd())).to.deep.equal([...written, ...clipped])
        terminal.dispose()
      }),
      {numRuns: 60},
    )
  })

  it('rewrites only the rows that changed', () => {
    const frames = createFrames()
    const size = {columns: 80, rows: 24}
    frames.paint({finished: [], live: ['one', 'two', 'three'], cursor: {row: 2, column: 0}}, size)
    const bytes = frames.paint({finished: [], live: ['one', 'TWO', 'three'], cursor: {row: 2, column: 0}}, size)
    expect(bytes).to.contain('TWO').and.not.to.contain('one').and.not.to.contain('three')
    expect(frames.paint({finished: [], live: ['one', 'TWO', 'three'], cursor: {row: 2, column: 0}}, size)).to.equal('')
  })

  it('clips what is taller or wider than the terminal, and keeps the row of the cursor', async () => {
    const terminal = new xterm.Terminal({cols: 20, rows: 5, allowProposedApi: true})
    const live = Array.from({length: 9}, (_, row) => `row ${row} ${'x'.repeat(40)}`)
    await feed(
      terminal,
      createFrames().paint({finished: [], live, cursor: {row: 8, column: 3}}, {columns: 20, rows: 5}),
    )
    const shown = screenOf(terminal)
    expect(shown.slice(0, 4).map((text) => text.slice(0, 5))).to.deep.equal(['row 5', 'row 6', 'row 7', 'row 8'])
    expect(shown.every((text) => text.length < 20)).to.equal(true)
    expect(terminal.buffer.active.cursorY).to.equal(3)
    expect(terminal.buffer.active.cursorX).to.equal(3)
    terminal.dispose()
  })

  it('costs a key the same after much has been printed', () => {
    const frames = createFrames()
    const size = {columns: 80, rows: 24}
    const key = (text: string) => frames.paint({finished: [], live: [text], cursor: {row: 0, column: 1}}, size)
    const first = key('a').length + key('ab').length
    for (let n = 0; n < 500; n++)
      frames.paint({finished: Array<string>(70).fill('printed'), live: [''], cursor: undefined}, size)
    key('a')
    expect(key('ab').length).to.be.at.most(first)
  })
})
