import {expect} from 'chai'
import {createLedger} from '../../../src/tools/ledger.ts'
import {offered, toolsForMode} from '../../../src/tools/registry.ts'

const names = (mode: Parameters<typeof toolsForMode>[0]) => toolsForMode(mode).map((tool) => tool.name)

describe('toolsForMode', () => {
  it('gives a mode that may not write or run no tool for it, in a stable order', () => {
    const reading = ['read', 'list', 'glob', 'grep', 'search']
    expect([names('ask'), names('audit'), names('architect')]).to.deep.equal([reading, reading, reading])
    const unlisted = ['multi_edit', 'apply_patch', 'delete', 'move', 'edit_files']
    expect(names('code')).to.deep.equal([...reading, 'write', 'edit', 'shell', ...unlisted])
    expect(offered(toolsForMode('code')).map((tool) => tool.name)).to.deep.equal([...reading, 'write', 'edit', 'shell'])
    expect(JSON.stringify(toolsForMode('code'))).to.equal(JSON.stringify(toolsForMode('code')))
    for (const tool of toolsForMode('ask')) expect(tool.effect).to.equal('read')
  })

  it('describes the eight tools it offers in at most 2,600 bytes', () => {
    const definitions = offered(toolsForMode('code')).map(({name, description, inputSchema}) => ({
      name,
      description,
      inputSchema,
    }))
    expect(Buffer.byteLength(JSON.stringify(definitions))).to.be.at.most(2600)
  })

  it('keeps a ledger by content', () => {
    const ledger = createLedger()
    expect(ledger.matches('/a', Buffer.from('x'))).to.equal(undefined)
    ledger.remember('/a', Buffer.from('x'))
    expect([ledger.matches('/a', Buffer.from('x')), ledger.matches('/a', Buffer.from('y'))]).to.deep.equal([
      true,
      false,
    ])
  })
})
