import {expect} from 'chai'
import fc from 'fast-check'
import {mkdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {manifestProblems} from '../../../src/providers/manifest-check.ts'
import {readManifests} from '../../../src/providers/manifest.ts'
import type {ProviderManifest} from '../../../src/providers/types.ts'
import {copyFixture, fixture, fixtureManifest, sourceAt, temporaryFolder} from './plugin-fixtures.ts'

const options = {vibeVersion: '0.1.0'}

describe('readManifests', () => {
  let home: ReturnType<typeof temporaryFolder>
  let root: string
  const manifestFile = () => join(root, 'vibe.provider.json')
  const readOne = async () => {
    const [entry] = await readManifests(sourceAt(root), options)
    return entry
  }

  beforeEach(() => {
    home = temporaryFolder()
    root = copyFixture('good', join(home.path, 'good'))
  })
  afterEach(() => home.remove())

  it('refuses a manifest that a link leads out of the package', async () => {
    rmSync(manifestFile())
    symlinkSync(join(fixture('good').root, 'vibe.provider.json'), manifestFile())
    expect((await readOne())?.problems).to.deep.equal(['./vibe.provider.json leads outside the package'])
  })

  it('refuses an entry that a link leads out of the package', async () => {
    rmSync(join(root, 'index.js'))
    symlinkSync(join(fixture('good').root, 'index.js'), join(root, 'index.js'))
    expect((await readOne())?.problems).to.deep.equal(['entry.module: ./index.js leads outside the package'])
  })

  it('does not take a sibling whose name only begins like the package for a part of it', async () => {
    copyFixture('good', join(home.path, 'good-evil'))
    rmSync(manifestFile())
    symlinkSync(join(home.path, 'good-evil', 'vibe.provider.json'), manifestFile())
    expect((await readOne())?.problems).to.deep.equal(['./vibe.provider.json leads outside the package'])
  })

  it('follows links inside the package and a linked package folder', async () => {
    symlinkSync(root, join(home.path, 'linked'))
    const [entry] = await readManifests(sourceAt(join(home.path, 'linked'), {type: 'link'}), options)
    expect(entry?.state).to.equal('ok')
  })

  it('does not read a manifest of 10 MB', async () => {
    writeFileSync(manifestFile(), JSON.stringify({...fixtureManifest('good'), description: 'x'.repeat(10_000_000)}))
    const started = performance.now()
    expect((await readOne())?.problems[0]).to.match(/has 10\d{6} bytes; at most 1000000 are read/)
    expect(performance.now() - started).to.be.lessThan(100)
  })

  it('refuses what is not a file', async () => {
    rmSync(manifestFile())
    mkdirSync(manifestFile())
    expect((await readOne())?.problems).to.deep.equal(['./vibe.provider.json is not a file'])
  })

  it('reads a file with a byte order mark', async () => {
    writeFileSync(manifestFile(), `\uFEFF${JSON.stringify(fixtureManifest('good'))}`)
    expect((await readOne())?.state).to.equal('ok')
  })

  it('reports at most three problems, in words', async () => {
    const entry = (await readManifests(fixture('schema-invalid'), options))[0]
    expect(entry?.problems).to.have.length(3)
    expect(entry?.problems.join('\n')).to.include('name must be string')
  })

  it('ends soon for hostile JSON of the allowed size', async () => {
    const hostile = [
      '['.repeat(400_000) + ']'.repeat(400_000),
      `{"a":${'{"a":'.repeat(150_000)}1${'}'.repeat(150_000)}}`,
      JSON.stringify({...fixtureManifest('good'), auth: Array.from({length: 90_000}, () => ({}))}),
      JSON.stringify({...fixtureManifest('good'), quirks: Array.from({length: 990}, (_, index) => [[index]])}),
      '\u001b[2J\u0000',
      '',
      'null',
      '"text"',
    ]
    for (const text of hostile) {
      writeFileSync(manifestFile(), text)
      const started = performance.now()
      const entry = await readOne()
      expect(entry?.state).to.equal('manifest-invalid')
      expect(entry?.problems.join('')).to.match(/^\P{Cc}+$/u)
      expect(performance.now() - started).to.be.lessThan(1_000)
    }
  })
})

describe('manifestProblems', () => {
  const good = fixtureManifest('good')
  const settings = (properties: unknown, more: object = {}) => ({
    ...good,
    settings: {...good.settings, required: [], properties, ...more},
  })
  const setting = (more: object) => settings({value: {type: 'string', description: 'A value', ...more}})

  const cases: Array<[what: string, manifest: unknown, problem: RegExp]> = [
    ['neither entry nor protocol', {...good, entry: undefined}, /either "entry" or "protocol"/],
    ['both entry and protocol', {...good, protocol: 'openai-chat'}, /either "entry" or "protocol"/],
    ['quirks without protocol', {...good, quirks: ['x']}, /protocol/],
    ['a path that climbs', {...good, entry: {module: './../evil.js'}}, /entry\.module does not fit/],
    ['an absolute path', {...good, entry: {module: '/etc/evil.js'}}, /entry\.module/],
    ['an id with capitals', {...good, id: 'Good'}, /id does not fit/],
    ['a name that moves the cursor', {...good, name: 'Good\u001b[2J'}, /name does not fit/],
    [
      'an endpoint with credentials',
      {...good, endpoint: {default: 'https://me:secret@example.com'}},
      /endpoint\.default/,
    ],
    ['an endpoint with a trailing slash', {...good, endpoint: {default: 'https://example.com/'}}, /endpoint\.default/],
    ['an endpoint that is no URL', {...good, endpoint: {default: 'https://[example'}}, /not a URL/],
    [
      'local that is not',
      {...good, endpoint: {default: 'http://example.com', local: true}},
      /not an address of this machine/,
    ],
    ['an unknown way to sign in', {...good, auth: [{kind: 'magic'}]}, /auth\[0\]\.kind must be one of: none, api-key/],
    ['a key without variables', {...good, auth: [{kind: 'api-key'}]}, /auth\[0\] lacks "env"/],
    [
      'a scheme without a header',
      {...good, auth: [{kind: 'api-key', env: ['A_KEY'], scheme: 'Basic'}]},
      /auth\[0\].*header/,
    ],
    [
      'a key in the Host header',
      {...good, auth: [{kind: 'api-key', env: ['A_KEY'], header: 'Host'}]},
      /auth\[0\]\.header/,
    ],
    ['a missing capability', {...good, capabilities: {}}, /capabilities lacks "chat"/],
    [
      'a secret among the settings',
      settings({apiKey: {type: 'string', description: 'A key'}}),
      /may not have a member named "apiKey"/,
    ],
    ['a required setting that is none', settings({}, {required: ['absent']}), /settings\.required names "absent"/],
    ['a default outside its enum', setting({enum: ['a'], default: 'b'}), /default must be one of: a/],
    ['a default outside its bounds', setting({type: 'integer', minimum: 3, default: 2}), /default must be >= 3/],
    ['a default of another type', setting({default: 2}), /default must be text/],
    [
      'a default that does not fit its pattern',
      setting({pattern: '^a$', default: 'b'}),
      /default must fit the pattern/,
    ],
    ['a pattern that does not compile', setting({pattern: '('}), /pattern that is not a regular expression/],
    ['a pattern that never ends', setting({pattern: '^([a-z]+)*$'}), /takes too long/],
    ['a pattern that never ends on its own letters', setting({pattern: '^(q|qq)+$'}), /takes too long/],
    ['a keyword of another type', setting({minimum: 3}), /has "minimum", which says nothing/],
    ['bounds that nothing fits', setting({minLength: 3, maxLength: 2}), /minLength above maxLength/],
    ['an enum of another type', setting({type: 'integer', enum: ['a']}), /not of type "integer"/],
    ['a catalogue that lists a model twice', withCatalog(['a', 'a']), /lists "a" twice/],
    [
      'a default model that is not in the catalogue',
      {...withCatalog(['a']), models: {...withCatalog(['a']).models, default: 'b'}},
      /"b" is not in the catalogue/,
    ],
    ['a catalogue without a day', {...good, models: {source: 'catalog', catalog: []}}, /models lacks "asOf"/],
    ['a day that is none', {...good, models: {source: 'catalog', catalog: [], asOf: '2026-02-31'}}, /not a day/],
  ]
  for (const [what, manifest, problem] of cases) {
    it(`refuses ${what}`, () => {
      const problems = manifestProblems(JSON.parse(JSON.stringify(manifest)), 'tolerant')
      expect(problems.join('\n')).to.match(problem)
    })
  }

  it('accepts patterns that people write', () => {
    for (const pattern of [
      '^[a-z]+(-[a-z]+)*$',
      '^https?://[^\\s]+$',
      '^\\d{4}-\\d{2}-\\d{2}$',
      '^projects/[^/]+/locations/[^/]+$',
    ]) {
      expect(manifestProblems(setting({pattern}), 'strict'), pattern).to.deep.equal([])
    }
  })

  it('refuses unknown members only when strict, and says what was meant', () => {
    expect(manifestProblems({...good, capabilitys: {}}, 'tolerant')).to.deep.equal([])
    expect(manifestProblems({...good, docz: 'https://example.com'}, 'strict')).to.deep.equal([
      'the manifest has an unknown member "docz"; did you mean "docs"?',
    ])
  })

  it('finds nothing wrong with the shipped manifests', async () => {
    const {globSync, readFileSync} = await import('node:fs')
    const files = globSync(join(import.meta.dirname, '../../../plugins/vibe-provider-*/vibe.provider.json'))
    expect(files.length).to.be.greaterThan(0)
    for (const file of files)
      expect(manifestProblems(JSON.parse(readFileSync(file, 'utf8')), 'strict'), file).to.deep.equal([])
  })

  it('answers any JSON with sentences, never with an exception', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(good)), (value, member) => {
        const problems = manifestProblems({...good, [member]: value}, 'tolerant')
        for (const problem of problems) expect(problem).to.be.a('string').and.not.equal('')
      }),
      {numRuns: 500},
    )
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('default', 'enum', 'minimum', 'pattern', 'items', 'x-vibe'),
        (value, member) => {
          for (const problem of manifestProblems(setting({[member]: value}), 'tolerant'))
            expect(problem).to.match(/^\P{Cc}+$/u)
        },
      ),
      {numRuns: 500},
    )
    expect(manifestProblems(setting({default: {toString: 7}}), 'tolerant')).to.have.length(1)
  })

  function withCatalog(ids: string[]): ProviderManifest {
    return {
      ...good,
      models: {source: 'catalog', asOf: '2026-11-01', catalog: ids.map((id) => ({id, kind: 'chat' as const}))},
    }
  }
})
