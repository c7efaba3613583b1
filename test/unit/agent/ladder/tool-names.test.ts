import {expect} from 'chai'
import {toolMeant, withToolMeant} from '../../../../src/agent/ladder/tool-names.ts'

const named = (...names: string[]) => names.map((name) => ({name, description: '', inputSchema: {}}))
const TOOLS = named('read', 'list', 'glob', 'grep', 'write', 'edit', 'shell', 'multi_edit', 'mcp__files__read_file')

describe('the tool that a model means', () => {
  const meant: Array<[string, string]> = [
    ['shell', 'shell'],
    ['Shell', 'shell'],
    ['functions.shell', 'shell'],
    ['bash', 'shell'],
    ['Bash', 'shell'],
    ['run_shell_command', 'shell'],
    ['read_file', 'read'],
    ['ReadFile', 'read'],
    ['read-file', 'read'],
    ['str_replace', 'edit'],
    ['MultiEdit', 'multi_edit'],
    ['mcp__files__read_file', 'mcp__files__read_file'],
  ]
  for (const [name, tool] of meant) it(`is ${tool} for ${name}`, () => expect(toolMeant(name, TOOLS)).to.equal(tool))

  it('is none that the mode does not have, and none for a word that could be anything', () => {
    for (const name of ['bash', 'write_file']) expect(toolMeant(name, named('read', 'grep'))).to.equal(name)
    for (const name of ['browser', 'delete_all', '', 'constructor', '__proto__'])
      expect(toolMeant(name, TOOLS)).to.equal(name)
    expect(toolMeant('A', named('a', 'a_')).length).to.equal(1)
    expect(toolMeant('READ', named('Read', 'read'))).to.equal('READ')
  })

  it('is what the conversation holds from then on', () => {
    const start = {type: 'tool-call-start', index: 0, callId: 'c', name: 'Bash'} as const
    expect(withToolMeant(start, TOOLS)).to.deep.equal({...start, name: 'shell'})
    const text = {type: 'text-delta', index: 0, text: 'Bash'} as const
    expect(withToolMeant(text, TOOLS)).to.equal(text)
  })
})
