import {expect} from 'chai'
import {cp, mkdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {failures, GOOD_PACKAGE, goodManifest, inFolder, PLUGINS, report, type JsonReport} from './support.ts'

/** Each way to get a provider wrong, and the check that has to see it. */
const MUTANTS: Readonly<Record<string, string>> = {
  dropsUsage: 'replay/usage',
  guessesUsage: 'replay/usage-unknown',
  forgetsCache: 'replay/usage-cache',
  swallowsErrors: 'grammar/terminal',
  endsErrorsWell: 'replay/error-in-stream',
  throwsPlainErrors: 'grammar/errors',
  triesWrongKeysAgain: 'replay/error-401',
  forgetsTheWait: 'replay/retry-after',
  forgetsTheWords: 'replay/error-400',
  tellsTheKey: 'replay/key-hidden',
  ignoresAborts: 'replay/abort-streaming',
  keepsConnections: 'replay/early-exit',
  buffers: 'replay/incremental',
  triesAgain: 'replay/no-retry',
  givesUpEarly: 'replay/slow',
  renamesEndedCalls: 'grammar/tool-calls',
  renamesCalls: 'replay/tool-call',
  losesSecondCalls: 'replay/parallel-tools',
  mergesArguments: 'grammar/tool-calls',
  mendsArguments: 'replay/cut-tool-json',
  stopsWrongly: 'replay/max-output',
  neverEnds: 'grammar/terminal',
  endsTwice: 'grammar/terminal',
  goesOnAfterTheEnd: 'grammar/blocks',
  reusesIndexes: 'grammar/blocks',
  saysTwice: 'replay/text',
  thinksAloud: 'replay/reasoning',
  ignoresHeaders: 'replay/user-headers',
  neverTellsActivity: 'replay/keep-alive',
  sendsTheKeyTwice: 'replay/key-header',
  keepsTheKey: 'replay/key-fresh',
  logsTheKey: 'replay/key-hidden',
  losesThePath: 'replay/endpoint-path',
  asksTooEarly: 'replay/lazy',
  hidesItself: 'replay/user-agent',
  mutatesRequests: 'replay/request-unchanged',
  forgetsHistory: 'replay/request',
  remembersAnswers: 'replay/next-call',
  mixesAnswers: 'replay/concurrent',
  writesToStdout: 'replay/silent',
  throwsUnvalidated: 'replay/validate-key',
  shufflesVectors: 'replay/embed',
}

/** Changes of the real provider's own code. */
const REWRITTEN: Readonly<Record<string, {check: string; from: RegExp; to: string}>> = {
  breaksCharacters: {check: 'replay/split-bytes', from: /(decoder\.decode\(\w+), \{ ?stream: true ?\}/g, to: '$1'},
  followsRedirects: {check: 'replay/redirect', from: /followRedirect: \(\w+\) => [^\n]+/, to: 'followRedirect: true'},
}

const AT_ONCE = 22

describe('a provider that is wrong', function () {
  this.timeout(120_000)
  const names = [...Object.keys(MUTANTS), ...Object.keys(REWRITTEN)]
  const results: JsonReport['results'] = []
  before(async () => {
    const batches: string[][] = []
    for (let first = 0; first < names.length; first += AT_ONCE) batches.push(names.slice(first, first + AT_ONCE))
    const reports = await Promise.all(
      batches.map((some) => inFolder((folder) => checkMutants(folder, ['original', ...some]))),
    )
    results.push(...reports.flatMap((one) => one.results))
  })

  const found = (name: string) => failures(results, `${idOf(name)} (openai-chat)`)

  it('is told from the right one, which passes everything', () => {
    const original = results.filter(({subject}) => subject === 'original (openai-chat)')
    expect(original.length).to.be.greaterThan(100)
    expect(found('original')).to.deep.equal([])
  })

  for (const [name, id] of Object.entries(MUTANTS)) {
    it(`${name}: ${id}`, () => {
      expect(found(name)).to.include(id)
    })
  }

  for (const [name, {check}] of Object.entries(REWRITTEN)) {
    it(`${name}: ${check}`, () => {
      expect(found(name)).to.include(check)
    })
  }
})

function idOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** One package in which every mutant is a provider of its own. */
async function checkMutants(folder: string, names: readonly string[]): Promise<JsonReport> {
  const original = join(PLUGINS, 'vibe-provider-openai-compatible/dist/index.js')
  await mkdir(folder, {recursive: true})
  await cp(original, join(folder, 'original.js'))
  await cp(join(import.meta.dirname, 'fixtures/mutants.js'), join(folder, 'mutants.js'))
  const code = await readFile(original, 'utf8')
  const good = await goodManifest()
  for (const name of names) {
    const change = REWRITTEN[name]
    if (change !== undefined) await writeFile(join(folder, `${idOf(name)}.js`), rewritten(code, change))
    const entry = change === undefined ? {module: './mutants.js', export: name} : {module: `./${idOf(name)}.js`}
    const manifest = {...good, id: idOf(name), entry: {...entry, implements: ['openai-chat']}}
    await writeFile(join(folder, `${idOf(name)}.json`), JSON.stringify(manifest))
  }
  const providers = names.map((name) => `./${idOf(name)}.json`)
  await writeFile(join(folder, 'package.json'), JSON.stringify({...GOOD_PACKAGE, vibe: {apiVersion: 1, providers}}))
  return report([folder, '--leg', 'replay', '--leg', 'grammar'])
}

function rewritten(code: string, {from, to}: {from: RegExp; to: string}): string {
  const changed = code.replace(from, to)
  if (changed === code) throw new Error(`the provider's code has nothing like ${from} any more`)
  return changed
}
