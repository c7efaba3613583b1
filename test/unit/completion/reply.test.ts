import {expect} from 'chai'
import {spawnSync} from 'node:child_process'
import fc from 'fast-check'
import {replyLines} from '../../../src/completion/reply.ts'
import {readRequest, type Request} from '../../../src/completion/request.ts'
import {unquote} from '../../../src/completion/unquote.ts'

const BREAKS = ' \t\n"\'@><=;|&(:'

function request(shell: string, raw: string, more: string[] = []): Request {
  const read = readRequest(['--shell', shell, '--index', '1', '--breaks', BREAKS, ...more, '--', 'vibe', raw])
  if (!read) throw new Error('no request')
  return read
}

function reply(shell: string, raw: string, values: string[]): string[] {
  return replyLines({candidates: values.map((value) => ({value}))}, request(shell, raw)).slice(1)
}

describe('the request of a shell', () => {
  it('is silence when it is not one', () => {
    const bad = [
      [],
      ['--shell', 'bash'],
      ['--shell', 'tcsh', '--index', '1', '--', 'vibe', ''],
      ['--shell', 'bash', '--index', '0', '--', 'vibe'],
      ['--shell', 'bash', '--index', '9', '--', 'vibe'],
      ['--shell', 'bash', '--index', '-1', '--', 'vibe'],
      ['--shell', 'bash', '--index', 'x', '--', 'vibe'],
      ['--shell', 'bash', '--index', '1', '--', 'vibe', 'x'.repeat(200_000)],
    ]
    for (const argv of bad) expect(readRequest(argv)).to.equal(undefined)
  })

  it('has an empty word at the cursor where a shell hands over none', () => {
    expect(readRequest(['--shell', 'fish', '--index', '1', '--', 'vibe'])).to.include({current: '', index: 1})
  })

  it('begins with another word for PowerShell, which keeps two dashes to itself', () => {
    const read = readRequest(['--shell', 'powershell', '--index', '1', '--words', 'vibe', 'con'])
    expect(read).to.include({current: 'con', shell: 'powershell'})
  })

  it('may itself hold the two dashes that end flags', () => {
    expect(readRequest(['--shell', 'zsh', '--index', '3', '--', 'vibe', 'run', '--', 'x'])?.words).to.deep.equal([
      'vibe',
      'run',
      '--',
      'x',
    ])
  })
})

describe('a word of bash without its quotes', () => {
  const cases: Array<[string, string, string]> = [
    ['plain', 'plain', ''],
    [String.raw`my\ own`, 'my own', ''],
    ["'my own", 'my own', "'"],
    ['"my own', 'my own', '"'],
    [String.raw`"a\"b\$c\d`, String.raw`a"b$c\d`, '"'],
    [`--model='my own' x`, '--model=my own x', ''],
    [String.raw`'a\'`, 'a\\', ''],
    ['trailing\\', 'trailing', ''],
  ]
  for (const [raw, value, open] of cases)
    it(`${raw} is ${value}`, () => expect(unquote(raw, 'bash')).to.include({value, open}))
})

describe('what is handed to bash', () => {
  it('is what follows the last character at which bash splits', () => {
    expect(reply('bash', 'config:s', ['config:set'])).to.deep.equal(['set'])
    expect(reply('bash', '--model=lla', ['--model=llama3.2:3b'])).to.deep.equal(['llama3.2:3b'])
    expect(reply('bash', '--model=llama3.2:', ['--model=llama3.2:3b'])).to.deep.equal(['3b'])
    expect(reply('bash', String.raw`a\:b`, ['a:bc'])).to.deep.equal(['a:bc'])
  })

  it('is quoted as the word was begun', () => {
    expect(reply('bash', 'my', ['my own $x'])).to.deep.equal([String.raw`my\ own\ \$x`])
    expect(reply('bash', "'my", ["my 'own'"])).to.deep.equal([String.raw`my '\''own'\''`])
    expect(reply('bash', '"my', ['my `own` $x', 'my!'])).to.deep.equal([String.raw`my \`own\` \$x`])
  })

  it('means the value again when bash reads it', () => {
    const printable = fc.string({
      unit: fc.constantFrom(...' ~!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}aZ9é'),
      minLength: 1,
      maxLength: 30,
    })
    fc.assert(
      fc.property(printable, (value) => {
        const [word = ''] = reply('bash', '', [value])
        expect(unquote(word, 'bash').value).to.equal(value)
      }),
    )
    const values = fc.sample(printable, {numRuns: 200, seed: 7})
    const words = values.map((value) => reply('bash', '', [value])[0] ?? '')
    const said = spawnSync('bash', ['--norc', '-c', `printf '%s\\n' ${words.join(' ')}`], {encoding: 'utf8'})
    expect(said.stdout.split('\n').slice(0, -1)).to.deep.equal(values)
  })

  it('has descriptions only in a list that is looked at', () => {
    const offer = {
      candidates: [
        {value: 'get', description: 'Show it'},
        {value: 'set', description: 'Change it'},
      ],
    }
    expect(replyLines(offer, request('bash', ''))).to.deep.equal(['values', 'get', 'set'])
    expect(replyLines(offer, request('bash', '', ['--list', '40']))).to.deep.equal([
      'values',
      'get  Show it',
      'set  Change it',
    ])
  })
})

describe('what is handed to any shell', () => {
  it('is one line a value, whatever the value holds', () => {
    const hostile = ['a\nb', 'a\tb', 'a\u001b[31m', 'a\u202eb', 'a\u0000', 'a'.repeat(5000), '']
    for (const shell of ['bash', 'zsh', 'fish', 'powershell'])
      expect(reply(shell, '', [...hostile, 'good'])).to.have.length(1)
    fc.assert(
      fc.property(fc.string({unit: 'binary'}), fc.string({unit: 'binary'}), (value, description) => {
        for (const shell of ['zsh', 'fish', 'powershell']) {
          const lines = replyLines({candidates: [{value, description}]}, request(shell, ''))
          expect(lines.length).to.be.at.most(2)
          expect(lines.join('')).not.to.match(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/)
        }
      }),
    )
  })

  it('is quoted for PowerShell where it has to be', () => {
    expect(reply('powershell', '', ['llama3.2:3b', "it's $x"])).to.deep.equal([
      'llama3.2:3b\tllama3.2:3b\t',
      `'it''s $x'\tit's $x\t`,
    ])
  })
})
