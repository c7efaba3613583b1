import {expect} from 'chai'
import fc from 'fast-check'
import type {AccessRequest, Facts, Mode, Rule} from '../../../src/permissions/access.ts'
import {decide, readFilter} from '../../../src/permissions/decide.ts'
import {ruleTextFor} from '../../../src/permissions/rule-for.ts'
import {parseRule, yesRules} from '../../../src/permissions/rules.ts'

const facts = (mode: Mode = 'code'): Facts => ({
  root: '/w/proj',
  mode,
  ownFolders: ['/home/u/.config/vibe-coder', '/w/proj/own'],
  platform: 'linux',
})
const read = (path: string): AccessRequest => ({kind: 'read', path, given: path})
const edit = (path: string): AccessRequest => ({kind: 'edit', path, given: path})
const run = (command: string, cwd = '/w/proj'): AccessRequest => ({kind: 'execute', command, cwd})
const verdict = (access: AccessRequest, rules: Rule[] = [], mode: Mode = 'code') =>
  decide(access, rules, facts(mode)).verdict

describe('decide', () => {
  it('allows reading inside, asks for edits, commands and connections', () => {
    expect(verdict(read('/w/proj/src/a.ts'))).to.equal('allow')
    expect(verdict(edit('/w/proj/src/a.ts'))).to.equal('ask')
    expect(verdict(run('npm test'))).to.equal('ask')
    expect(verdict({kind: 'network', host: 'example.com'})).to.equal('ask')
    expect(decide(edit('/w/proj/src/a.ts'), [], facts()).risky).to.equal(false)
  })

  it('asks apart for what lies outside, a sibling with the same prefix included', () => {
    for (const path of ['/etc/passwd', '/w/proj-evil/a', '/w']) {
      for (const access of [read(path), edit(path)])
        expect(decide(access, [], facts())).to.include({verdict: 'ask', risky: true})
    }
    expect(decide(run('ls', '/'), yesRules(), facts())).to.include({verdict: 'ask', risky: true})
  })

  const protectedForEdit = [
    '.git/config',
    '.git/hooks/pre-commit',
    '.vibe-coder/config.json',
    'sub/.git/x',
    '.vscode/settings.json',
    '.idea/x',
    '.husky/pre-commit',
    'node_modules/.bin/tsc',
    '.github/workflows/ci.yml',
    '.gitattributes',
    '.gitmodules',
    '.envrc',
    '.claude/settings.json',
    '.cursor/mcp.json',
    '.mcp.json',
    '.bashrc',
    '.zshrc',
    '.profile',
    '.GIT/config',
    '.Git./config',
    '.git /config',
    '.git::$INDEX_ALLOCATION/config',
    'GIT~1/config',
    'VIBE-C~1/config.json',
    '.g\u200cit/config',
    '.ENVRC',
    'own/file',
    '.github/Workflows/x.yml',
  ]
  const secret = [
    '.env',
    '.env.local',
    '.ENV',
    '.env.',
    '.env::$DATA',
    'a/b/.env',
    'key.pem',
    'x.PEM',
    'id_rsa',
    '.ssh/config',
    '.aws/credentials',
    '.npmrc',
    'server.key',
    'foo:bar.pem',
  ]

  it(`asks apart for editing ${protectedForEdit.length + secret.length} protected spellings, also under --yes`, () => {
    for (const path of [...protectedForEdit, ...secret]) {
      expect(decide(edit(`/w/proj/${path}`), [...yesRules(), parseRule('edit:**')], facts()), path).to.include({
        verdict: 'ask',
        risky: true,
      })
    }
  })

  it('asks apart for reading secrets, and not for reading what is only protected', () => {
    for (const path of secret)
      expect(decide(read(`/w/proj/${path}`), [parseRule('read')], facts()), path).to.include({
        verdict: 'ask',
        risky: true,
      })
    for (const path of [
      '.git/config',
      '.github/workflows/ci.yml',
      '.vscode/settings.json',
      '.env.example',
      'environment.ts',
      'keys.ts',
      'gitignore',
    ]) {
      expect(verdict(read(`/w/proj/${path}`)), path).to.equal('allow')
    }
  })

  it('allows what is risky only for a rule that names that place itself', () => {
    const cases: Array<[string, string, string]> = [
      ['edit:.github/workflows/**', '/w/proj/.github/workflows/ci.yml', 'allow'],
      ['edit:.github/workflows/ci.yml', '/w/proj/.github/workflows/ci.yml', 'allow'],
      ['edit:.env', '/w/proj/.env', 'allow'],
      ['edit:**/.env', '/w/proj/.env', 'ask'],
      ['edit:src/**', '/w/proj/src/.env', 'ask'],
      ['edit:/etc/hosts', '/etc/hosts', 'allow'],
      ['edit:/etc/**', '/etc/hosts', 'allow'],
      ['edit:/home/u/**', '/home/u/.ssh/id_rsa', 'ask'],
      ['edit:/w/**', '/w/proj-evil/a', 'allow'],
      ['edit', '/w/proj-evil/a', 'ask'],
      ['edit:*', '/w/proj-evil/a', 'ask'],
      ['edit:src/**', '/w/proj/src/a.ts', 'allow'],
      ['edit:src/**', '/w/proj/lib/a.ts', 'ask'],
      ['edit:src', '/w/proj/src/a.ts', 'ask'],
      ['edit:SRC/**', '/w/proj/src/a.ts', 'ask'],
    ]
    for (const [rule, path, expected] of cases)
      expect(verdict(edit(path), [parseRule(rule)]), `${rule} on ${path}`).to.equal(expected)
  })

  it('reads denying rules widely: any case, any depth, below folders, and as the model spelled it', () => {
    const cases: Array<[string, string]> = [
      ['read:secrets', '/w/proj/secrets/a/b'],
      ['read:*.pem', '/w/proj/a/b/x.pem'],
      ['read:SECRETS/**', '/w/proj/secrets/a'],
      ['read:/w/proj/src', '/w/proj/src/a.ts'],
    ]
    for (const [rule, path] of cases) expect(verdict(read(path), [parseRule(rule, 'deny')]), rule).to.equal('deny')
    const linked: AccessRequest = {kind: 'read', path: '/w/proj/elsewhere/a', given: 'secrets/a'}
    expect(verdict(linked, [parseRule('read:secrets/**', 'deny')])).to.equal('deny')
  })

  it('denies edits and commands in ask and audit mode whatever the rules say', () => {
    for (const mode of ['ask', 'audit'] as const) {
      for (const access of [edit('/w/proj/a'), run('ls')]) {
        expect(decide(access, [...yesRules(), parseRule('shell:*')], facts(mode))).to.include({
          verdict: 'deny',
          ruleId: 'built-in:mode',
        })
      }
      expect(verdict(read('/w/proj/a'), [], mode)).to.equal('allow')
    }
    expect(verdict(edit('/w/proj/a'), yesRules(), 'architect')).to.equal('allow')
  })

  it('matches command rules by the words of a plain command only', () => {
    const rules = [parseRule('shell:npm test')]
    for (const command of ['npm test', 'npm  test', 'npm test -- --grep x', ' npm test', '"npm" test'])
      expect(verdict(run(command), rules), command).to.equal('allow')
    const attacks = [
      'npm test; rm -rf x',
      'npm test && x',
      'npm test | x',
      'npm test & x',
      'npm test > x',
      'npm test < x',
      'npm test $(x)',
      'npm test `x`',
      'npm test\nx',
      'npm test \\\nx',
      'npm test ~',
      'npm test {a,b}',
      'npm test (x)',
      'npm testx',
      'npm run test',
      'npm "te"st',
      "npm 'te'st",
      'npm test "a" "b',
      'X=1 npm test',
      'npm\u00a0test',
      '\u00a0npm test',
      'npm test\rx',
      'npm test "$(x)"',
      "npm test ';x'",
      'npm test\u2028x',
      'NPM test',
      'npm test a"b"',
      'npm test !x"',
      '',
      'npm',
    ]
    for (const command of attacks) expect(verdict(run(command), rules), command).to.equal('ask')
    expect(verdict(run('anything; at all'), [parseRule('shell')])).to.equal('allow')
    expect(verdict(run('anything; at all'), [parseRule('shell:*')])).to.equal('allow')
  })

  it('lets a denied command not hide behind others or a wrapper', () => {
    const rules = [parseRule('shell'), parseRule('shell:rm', 'deny')]
    for (const command of [
      'rm x',
      'true; rm x',
      'env rm x',
      '/bin/rm x',
      'A=1 rm x',
      'echo $(rm x)',
      'sudo nice rm x',
      'x && /usr/bin/rm y',
    ]) {
      expect(verdict(run(command), rules), command).to.equal('deny')
    }
    expect(verdict(run('npm run rmdir'), rules)).to.equal('allow')
  })

  it('matches hosts by whole labels', () => {
    const host = (name: string, rule: string) => verdict({kind: 'network', host: name}, [parseRule(rule)])
    expect(host('api.example.com', 'network:api.example.com')).to.equal('allow')
    expect(host('API.example.com.', 'network:api.example.com')).to.equal('allow')
    expect(host('a.example.com', 'network:*.example.com')).to.equal('allow')
    expect(host('example.com.evil.test', 'network:example.com')).to.equal('ask')
    expect(host('evilexample.com', 'network:*.example.com')).to.equal('ask')
  })

  it('gives tools a filter that hides secrets and denied files', () => {
    const mayRead = readFilter([parseRule('read:private', 'deny')], facts())
    expect(['src/a.ts', '.env', 'private/x', 'private'].map((path) => mayRead(`/w/proj/${path}`))).to.deep.equal([
      true,
      false,
      false,
      false,
    ])
  })

  it('can name the rule that would have allowed a request', () => {
    const requests = [
      edit('/w/proj/src/a.ts'),
      edit('/w/proj/.env'),
      edit('/w/proj/app/[id]/page.tsx'),
      edit('/etc/hosts'),
      read('/w/proj/.npmrc'),
      read('/w/proj-evil/x'),
      run('npm test -- --grep "a b"'),
      run('a && b'),
      {kind: 'network', host: 'example.com'} as const,
    ]
    for (const access of requests) {
      const text = ruleTextFor(access, '/w/proj')
      expect(verdict(access, [parseRule(text)]), text).to.equal('allow')
    }
  })
})

describe('the laws of decide', () => {
  const path = fc.constantFrom(
    '/w/proj/src/a.ts',
    '/w/proj/.env',
    '/w/proj/.git/config',
    '/etc/passwd',
    '/w/proj-evil/x',
    '/w/proj/README.md',
    '/w/proj/secrets/k',
  )
  const access: fc.Arbitrary<AccessRequest> = fc.oneof(
    path.map(read),
    path.map(edit),
    fc.constantFrom('npm test', 'npm test; rm x', 'rm x', 'ls').map((command) => run(command)),
    fc.constantFrom('example.com', 'a.example.com').map((host) => ({kind: 'network' as const, host})),
  )
  const match = fc.constantFrom(
    undefined,
    'src/**',
    '**',
    '.env',
    '/etc/**',
    '**/*',
    'npm test',
    'rm',
    '*',
    'example.com',
    '*.example.com',
    'secrets',
  )
  const rule = (decision: fc.Arbitrary<Rule['decision']>): fc.Arbitrary<Rule> =>
    fc
      .record({
        id: fc.constantFrom('a', 'b', 'c'),
        decision,
        kind: fc.constantFrom('read' as const, 'edit' as const, 'execute' as const, 'network' as const),
        match,
      })
      .map(({match: pattern, ...rest}) => (pattern === undefined ? rest : {...rest, match: pattern}))
  const anyRule = rule(fc.constantFrom('allow' as const, 'ask' as const, 'deny' as const))
  const mode = fc.constantFrom<Mode>('code', 'architect', 'ask', 'audit')
  const rank = {allow: 0, ask: 1, deny: 2}

  it('one more denial never makes anything more allowed', () => {
    fc.assert(
      fc.property(
        fc.tuple(access, mode),
        fc.array(anyRule, {maxLength: 6}),
        rule(fc.constant('deny')),
        ([request, in_], rules, extra) => {
          const before = verdict(request, rules, in_)
          expect(rank[verdict(request, [...rules, extra], in_)]).to.be.at.least(rank[before])
        },
      ),
      {numRuns: 3000},
    )
  })

  it('the order of the rules does not matter, not even for what is said', () => {
    fc.assert(
      fc.property(
        access,
        fc
          .array(anyRule, {maxLength: 6})
          .chain((rules) => fc.tuple(fc.constant(rules), fc.shuffledSubarray(rules, {minLength: rules.length}))),
        mode,
        (request, [rules, shuffled], in_) => {
          expect(decide(request, shuffled, facts(in_))).to.deep.equal(decide(request, rules, facts(in_)))
        },
      ),
      {numRuns: 3000},
    )
  })

  it('one more allowance never changes a denial', () => {
    fc.assert(
      fc.property(
        fc.tuple(access, mode),
        fc.array(anyRule, {maxLength: 6}),
        rule(fc.constant('allow')),
        ([request, in_], rules, extra) => {
          if (verdict(request, rules, in_) === 'deny') expect(verdict(request, [...rules, extra], in_)).to.equal('deny')
          else expect(verdict(request, [...rules, extra], in_)).to.not.equal('deny')
        },
      ),
      {numRuns: 3000},
    )
  })
})
