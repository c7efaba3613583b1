import {expect} from 'chai'
import {readCommandTree} from '../../../src/completion/command-tree.ts'
import {understand, type Expected} from '../../../src/completion/line.ts'
import {commandNames, flagNames} from '../../../src/completion/names.ts'
import {root} from '../../support/tree.ts'

const tree = readCommandTree(root, [])

/** The last word is the one at the cursor. */
function at(line: string, after: string[] = []): Expected {
  const words = line.split(' ')
  return understand([...words, ...after], words.length - 1, tree)
}

function valueAt(line: string, after: string[] = []) {
  const expected = at(line, after)
  if (expected.kind !== 'value') throw new Error(`${line}: ${expected.kind}`)
  return {
    of: expected.of.name,
    prefix: expected.prefix,
    id: expected.command.id,
    flags: Object.fromEntries(expected.line.flags),
    arguments: expected.line.arguments,
  }
}

describe('the place of the cursor', () => {
  it('is a command, a topic, or what is below one', () => {
    expect(at('vibe ')).to.include({kind: 'commands', below: '', colons: false})
    expect(at('vibe config:')).to.include({kind: 'commands', colons: true})
    expect(at('vibe config ')).to.include({kind: 'commands', below: 'config'})
    expect(at('vibe --no-plugins config ')).to.include({kind: 'commands', below: 'config'})
    expect(at('vibe config nonsense ').kind).to.equal('nothing')
  })

  it('is an argument, in both forms of a command', () => {
    for (const line of ['vibe config set ', 'vibe config:set ', 'vibe config set --debug '])
      expect(valueAt(line)).to.include({of: 'key', id: 'config:set'})
    expect(valueAt('vibe config set credentialStore ')).to.deep.include({of: 'value', arguments: ['credentialStore']})
    expect(at('vibe config set a b ').kind).to.equal('flags')
  })

  it('is the value of a flag, however it is written', () => {
    expect(valueAt('vibe chat --model ')).to.include({of: 'model', prefix: ''})
    expect(valueAt('vibe chat --model=x')).to.include({of: 'model', prefix: '--model='})
    expect(valueAt('vibe chat -m ')).to.include({of: 'model', prefix: ''})
    expect(valueAt('vibe chat -mx')).to.include({of: 'model', prefix: '-m'})
    expect(valueAt('vibe -p ')).to.include({of: 'provider', id: 'chat'})
  })

  it('knows the flags before and after it', () => {
    expect(valueAt('vibe chat -p work --model ').flags).to.deep.equal({provider: 'work'})
    expect(valueAt('vibe chat --model ', ['--provider=work']).flags).to.deep.equal({provider: 'work'})
  })

  it('is free text after two dashes and in a prompt', () => {
    expect(valueAt('vibe run -- --model')).to.include({of: 'prompt'})
    expect(valueAt('vibe run fix the ')).to.include({of: 'prompt'})
    expect(valueAt('vibe mend the ')).to.include({of: 'prompt', id: 'chat'})
  })
})

describe('the names that are offered', () => {
  it('are those of vibe and its plugins, each with what it is, and no hidden ones', () => {
    const names = commandNames(tree, '', false)
    expect(names.map(({value}) => value)).to.include.members(['chat', 'config', 'plugins', 'provider', 'completion'])
    expect(names.filter(({description}) => !description)).to.deep.equal([])
    expect(commandNames(tree, 'plugins', false).map(({value}) => value)).to.include('install')
    expect(names.map(({value}) => value)).not.to.include('autocomplete')
  })

  it('leave out flags that are given or excluded', () => {
    const chat = tree.commands.find(({id}) => id === 'chat')
    if (!chat) throw new Error('no chat')
    const names = (given: string[]) => flagNames(chat, new Set(given)).map(({value}) => value)
    expect(names([])).to.include.members(['--continue', '--resume', '--file', '--help'])
    expect(names(['resume', 'file']))
      .to.include('--file')
      .and.not.include('--continue')
      .and.not.include('--resume')
  })
})
