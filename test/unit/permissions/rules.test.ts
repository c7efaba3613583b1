import {execFileSync} from 'node:child_process'
import {expect} from 'chai'
import fc from 'fast-check'
import {VibeError} from '../../../src/errors.ts'
import {isGlob, literalFolder, matchGlob} from '../../../src/permissions/glob.ts'
import {plainWords} from '../../../src/permissions/commands.ts'
import {parseRule, rulesFromConfig} from '../../../src/permissions/rules.ts'

describe('parseRule', () => {
  it('reads kinds and matches', () => {
    expect(parseRule('edit')).to.deep.equal({id: 'allow edit', decision: 'allow', kind: 'edit'})
    expect(parseRule('edit:src/**', 'deny')).to.deep.equal({
      id: 'deny edit:src/**',
      decision: 'deny',
      kind: 'edit',
      match: 'src/**',
    })
    expect(parseRule(' shell:npm test ')).to.include({kind: 'execute', match: 'npm test'})
    expect(parseRule('execute:*')).to.not.have.property('match')
    expect(parseRule('edit:./src/')).to.include({match: 'src/**'})
    expect(parseRule('read:/etc/hosts')).to.include({kind: 'read', match: '/etc/hosts'})
    expect(parseRule('network:API.example.com')).to.include({kind: 'network', match: 'api.example.com'})
  })

  const bad = [
    '',
    ':',
    'write',
    'edit:',
    'edit:../x',
    'edit:a/../../x',
    'edit:~/x',
    'shell:',
    'shell:a; b',
    'shell:a "b',
    'shell:$X',
    'network:',
    'network:a b',
    'network:http://x',
    'network:evil\0.x',
    'toString',
    '__proto__:x',
    'edit:a\nb',
  ]
  it(`refuses ${bad.length} malformed rules with exit 2 and the syntax`, () => {
    for (const text of bad) {
      let caught: unknown
      try {
        parseRule(text)
      } catch (error) {
        caught = error
      }
      expect(caught, text).to.be.instanceOf(VibeError)
      expect(caught, text).to.include({exit: 2, code: 'rule-invalid'})
    }
  })

  it('never throws anything else', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('', 'edit:', 'shell:', 'network:'), (text, kind) => {
        try {
          expect(parseRule(kind + text)).to.have.property('id')
        } catch (error) {
          expect(error).to.be.instanceOf(VibeError)
        }
      }),
    )
  })

  it('names the place of a configured rule', () => {
    expect(rulesFromConfig([{decision: 'deny', kind: 'read', match: 'secrets'}], 'config.json')).to.deep.equal([
      {id: 'config.json permissions.rules[0]', decision: 'deny', kind: 'read', match: 'secrets'},
    ])
  })
})

describe('matchGlob', () => {
  const cases: Array<[string, string, boolean]> = [
    ['*.ts', 'a.ts', true],
    ['*.ts', 'src/a.ts', false],
    ['**/*.ts', 'a.ts', true],
    ['**/*.ts', 'a/b/c.ts', true],
    ['src/**', 'src/a/b', true],
    ['src/**', 'srcx/a', false],
    ['src/**/x', 'src/x', true],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['{a,b}.ts', 'b.ts', true],
    ['*.{ts,tsx}', 'x.tsx', true],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['app/[id]/page.tsx', 'app/[id]/page.tsx', true],
    ['**', 'a/b', true],
    ['a*b*c', 'aXbYc', true],
    ['a*b*c', 'aXbY', false],
    ['ü*', 'über', true],
    ['.*', '.env', true],
  ]
  it('follows the usual rules', () => {
    for (const [pattern, path, expected] of cases)
      expect(matchGlob(pattern, path), `${pattern} on ${path}`).to.equal(expected)
  })

  it('answers hostile patterns at once', () => {
    const started = performance.now()
    matchGlob(`${'*a'.repeat(500)}b`, 'a'.repeat(4000))
    matchGlob(`${'**/'.repeat(500)}b`, 'a/'.repeat(2000))
    matchGlob('{a,b}'.repeat(40), 'x')
    expect(performance.now() - started).to.be.below(1500)
  })

  it('matches every literal path with itself, with a star for a segment, and with **', () => {
    const segment = fc.stringMatching(/^[a-z.]{1,6}$/)
    fc.assert(
      fc.property(fc.array(segment, {minLength: 1, maxLength: 5}), fc.nat(), (segments, seed) => {
        const path = segments.join('/')
        const starred = segments.map((one, index) => (index === seed % segments.length ? '*' : one)).join('/')
        expect([matchGlob(path, path), matchGlob(starred, path), matchGlob('**', path)]).to.deep.equal([
          true,
          true,
          true,
        ])
      }),
    )
  })

  it('knows what is literal', () => {
    expect([isGlob('a/b'), isGlob('a/*')]).to.deep.equal([false, true])
    expect([literalFolder('src/a/*.ts'), literalFolder('*.ts'), literalFolder('/etc/**')]).to.deep.equal([
      'src/a',
      '',
      '/etc',
    ])
  })
})

describe('plainWords', () => {
  it('takes simple words and whole quoted words', () => {
    expect(plainWords('git commit -m "one two" \'three\'')).to.deep.equal(['git', 'commit', '-m', 'one two', 'three'])
    expect(plainWords('a"b"')).to.equal(undefined)
  })

  it('reads 5,000 random commands as bash does, where it reads them at all', () => {
    const text = fc
      .array(fc.constantFrom(...'ab1 \t\'"-=/.,:@%+!#^]~;&|<>$`(){}\\\nü'.split('')), {minLength: 1, maxLength: 10})
      .map((chars) => chars.join(''))
    const commands = fc.sample(text, {numRuns: 60_000, seed: 7}).filter((command) => plainWords(command) !== undefined)
    expect(commands.length).to.be.above(5000)
    const script = commands
      .slice(0, 5000)
      .map((command) => `printf '%s\\0' ${command.trim()}; printf '\\1'`)
      .join('\n')
    const shown = execFileSync('bash', ['--noprofile', '--norc', '-f'], {input: script, encoding: 'utf8'})
    const words = shown
      .split('\u0001')
      .slice(0, -1)
      .map((one) => one.split('\0').slice(0, -1))
    expect(words).to.deep.equal(commands.slice(0, 5000).map((command) => plainWords(command)))
  })
})
