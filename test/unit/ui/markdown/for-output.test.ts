import {expect} from 'chai'
import {markdownFor, markdownOptions} from '../../../../src/ui/markdown/for-output.ts'

const terminal = {write: () => undefined, isTTY: true, columns: 72}

describe('Markdown on a stream', () => {
  it('is shown on terminals only, and not where the answer is read aloud', async () => {
    expect(markdownOptions(terminal, {})).to.include({columns: 72, links: true})
    expect(markdownOptions({write: () => undefined}, {})).to.equal(undefined)
    expect(markdownOptions({...terminal, isTTY: false}, {FORCE_COLOR: '1'})).to.equal(undefined)
    expect(markdownOptions(terminal, {TERM: 'dumb'})).to.equal(undefined)
    expect(markdownOptions(terminal, {ACCESSIBLE: '1'})).to.equal(undefined)
    expect(markdownOptions(terminal, {ACCESSIBLE: '0'})).to.not.equal(undefined)
    expect(await markdownFor({write: () => undefined}, {})).to.equal(undefined)
    expect(await markdownFor(terminal, {})).to.be.a('function')
  })

  it('has a width also where the terminal names none', () => {
    expect(markdownOptions({...terminal, columns: 0}, {})?.columns).to.equal(80)
  })

  it('shows addresses where links cannot be followed', () => {
    const links = (env: Record<string, string>) => markdownOptions(terminal, env)?.links
    expect(links({TERM: 'xterm-256color'})).to.equal(true)
    expect(links({TERM: 'linux'})).to.equal(false)
    expect(links({TERM_PROGRAM: 'Apple_Terminal'})).to.equal(false)
    expect(links({VTE_VERSION: '4800'})).to.equal(false)
    expect(links({VTE_VERSION: '7600'})).to.equal(true)
    expect(links({TERM: 'linux', FORCE_HYPERLINK: '1'})).to.equal(true)
    expect(links({FORCE_HYPERLINK: '0'})).to.equal(false)
  })

  it('knows a light background where the terminal names it', () => {
    expect(markdownOptions(terminal, {COLORFGBG: '0;15'})?.background).to.equal('light')
    expect(markdownOptions(terminal, {COLORFGBG: '15;default;0'})?.background).to.equal('dark')
    expect(markdownOptions(terminal, {})?.background).to.equal(undefined)
  })
})
