import {expect} from 'chai'
import {execFileSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {readInstructions} from '../../../src/context/instructions.ts'

describe('instructions of a project', () => {
  const place = () => mkdtempSync(join(tmpdir(), 'vibe-instructions-'))

  it('reads AGENTS.md', () => {
    const root = place()
    expect(readInstructions(root)).to.deep.equal({text: '', cut: false})
    writeFileSync(join(root, 'AGENTS.md'), '\uFEFFBe kind.\n')
    expect(readInstructions(root)).to.include({text: 'Be kind.', cut: false})
  })

  it('cuts what is too long, never through a character', () => {
    const root = place()
    writeFileSync(join(root, 'AGENTS.md'), `x${'ä'.repeat(20_000)}`)
    const {text, cut} = readInstructions(root)
    expect(cut).to.equal(true)
    expect(text).to.match(/^xä+$/)
  })

  it('takes a FIFO and a folder for none, at once', () => {
    const root = place()
    execFileSync('mkfifo', [join(root, 'AGENTS.md')])
    expect(readInstructions(root).path).to.equal(undefined)
    const other = place()
    mkdirSync(join(other, 'AGENTS.md'))
    expect(readInstructions(other).path).to.equal(undefined)
  })
})
