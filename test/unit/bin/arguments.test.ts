import {expect} from 'chai'
import fc from 'fast-check'
import {interpret, type KnownCommands} from '../../../bin/arguments.ts'

const ids = [
  'chat',
  'config:get',
  'config:set',
  'demo',
  'help',
  'plugins',
  'plugins:install',
  'provider:add',
  'run',
  'setup',
]
const known: KnownCommands = {ids: [...ids, 'hidden'], visible: ids, aliases: ['plugins:add']}
const inTerminal = {terminal: true, piped: false}
const inScript = {terminal: false, piped: false}

const meaning = (line: string) => interpret(line.split(' '), known, inScript)

describe('the meaning of a command line', () => {
  it('without words is a chat in a terminal, a question through a pipe, else the help', () => {
    expect(interpret([], known, inTerminal)).to.deep.equal({argv: ['chat']})
    expect(interpret([], known, {terminal: false, piped: true})).to.deep.equal({argv: ['chat']})
    expect(interpret([], known, inScript)).to.deep.equal({help: true})
  })

  it('with a command or a topic is left alone', () => {
    for (const line of [
      'run fix it',
      'config',
      'config set a b',
      'config:set a b',
      'config sett',
      'plugins:add x',
      'hidden',
      '--help',
      '-h',
    ]) {
      expect(meaning(line), line).to.deep.equal({argv: line.split(' ')})
    }
  })

  it('with free text is a chat about it', () => {
    expect(meaning('fix the bug')).to.deep.equal({argv: ['chat', 'fix the bug']})
    expect(meaning('why?')).to.deep.equal({argv: ['chat', 'why?']})
    expect(meaning('fix: the bug')).to.deep.equal({argv: ['chat', 'fix: the bug']})
    expect(meaning('fix the bug -m small --offline')).to.deep.equal({
      argv: ['chat', 'fix the bug', '-m', 'small', '--offline'],
    })
    expect(interpret(['add a "b" flag'], known, inScript)).to.deep.equal({argv: ['chat', 'add a "b" flag']})
    expect(meaning('runs are slow here')).to.deep.equal({argv: ['chat', 'runs are slow here']})
  })

  it('with flags first is a chat with those flags', () => {
    expect(meaning('-c')).to.deep.equal({argv: ['chat', '-c']})
    expect(meaning('--offline fix it')).to.deep.equal({argv: ['chat', '--offline', 'fix', 'it']})
  })

  it('with a slip in a command is refused with what was meant', () => {
    const refused: ReadonlyArray<[string, string]> = [
      ['rnu', 'vibe run'],
      ['setpu', 'vibe setup'],
      ['confg', 'vibe config'],
      ['confg set', 'vibe config set'],
      ['config:sett', 'vibe config set'],
      ['confg:set', 'vibe config set'],
      ['plugin', 'vibe plugins'],
    ]
    for (const [line, meant] of refused) {
      expect(meaning(line), line).to.have.property('refuse').that.includes(`"${meant}"`)
    }
    expect(meaning('nothing:like:it')).to.have.property('refuse').that.includes('vibe help')
  })

  it('never loses a word, whatever is typed', () => {
    fc.assert(
      fc.property(fc.array(fc.string({minLength: 1}), {minLength: 1}), (argv) => {
        const found = interpret(argv, known, inScript)
        if (!('argv' in found)) return
        expect(found.argv.join(' ').endsWith(argv.join(' '))).to.equal(true)
      }),
    )
  })
})
