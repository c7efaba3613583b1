import {expect} from 'chai'
import {existsSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {startScriptedServer} from 'vibe-plugin-testkit'
import {exitCodeTable} from '../../src/exit-code-table.ts'
import {manifestProblems} from '../../src/providers/manifest-check.ts'
import {
  documentedCommands,
  flagsIn,
  manifestCommands,
  readDocument,
  snippets,
  unknownFlags,
} from '../support/documents.ts'
import {runProgram} from '../support/program.ts'
import {createSandbox, ROOT, type Sandbox} from '../support/sandbox.ts'
import {blankOut} from '../support/scan.ts'
import {codeUnder} from '../support/tree.ts'

const DOCUMENTS = [
  'README.md',
  'docs/configuration.md',
  'docs/architecture.md',
  'docs/plugins.md',
  'docs/troubleshooting.md',
  'docs/writing-a-provider.md',
]
const GUIDE = snippets(readDocument('docs/writing-a-provider.md'))
const KEY = 'acme-key-of-a-test'

function guideSnippet(language: string, beginning: RegExp): string {
  const found = GUIDE.find((snippet) => snippet.language === language && beginning.test(snippet.text))
  if (!found) throw new Error(`docs/writing-a-provider.md has no ${language} snippet like ${beginning}`)
  return found.text
}

const packageJson = guideSnippet('json', /"vibe-provider-acme"/)
const manifestJson = guideSnippet('json', /"protocol"/)

function writePackage(box: Sandbox, files: Record<string, string>): string {
  const folder = join(box.project, 'vibe-provider-acme')
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), {recursive: true})
    writeFileSync(join(folder, name), text)
  }
  return folder
}

/** The guide's manifest with its `entry` instead of a protocol. */
function codeManifest(): object {
  const {protocol: _protocol, quirks: _quirks, ...rest} = JSON.parse(manifestJson) as Record<string, unknown>
  return {...rest, ...(JSON.parse(`{${guideSnippet('json', /^"entry"/)}}`) as object)}
}

async function typeCheckedAndBuilt(folder: string): Promise<void> {
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(join(ROOT, 'plugins/vibe-plugin-api'), join(folder, 'node_modules/vibe-plugin-api'), 'dir')
  const options = {
    module: 'nodenext',
    target: 'es2023',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUnusedLocals: true,
    typeRoots: [join(ROOT, 'node_modules/@types')],
    types: ['node'],
    rootDir: 'src',
    outDir: 'dist',
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({compilerOptions: options, include: ['src']}))
  const tsc = await runProgram([process.execPath, join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder])
  expect(tsc.stdout + tsc.stderr).to.equal('')
}

describe('the guide to writing a provider', function () {
  this.timeout(60_000)
  let box: Sandbox
  beforeEach(() => {
    box = createSandbox()
  })
  afterEach(() => box.remove())

  it('shows manifests that the strict validator accepts', () => {
    expect(manifestProblems(JSON.parse(manifestJson), 'strict')).to.deep.equal([])
    expect(manifestProblems(codeManifest(), 'strict')).to.deep.equal([])
  })

  it('shows a module that compiles against vibe-plugin-api alone and answers', async () => {
    const folder = writePackage(box, {
      'package.json': packageJson,
      'vibe.provider.json': JSON.stringify(codeManifest()),
      'src/index.ts': guideSnippet('ts', /createProvider/),
    })
    await typeCheckedAndBuilt(folder)
    expect((await box.vibe(['plugins', 'link', folder])).code).to.equal(0)
    const server = await startScriptedServer(({path}) => ({steps: [{write: path === '/answer' ? 'hello' : 'ok'}]}))
    const added = ['provider:add', 'acme', '--type', 'acme', '--key-env', 'ACME_API_KEY', '--model', 'some-model']
    const env = {ACME_API_KEY: KEY, ACME_BASE_URL: server.url}
    const saved = await box.vibe(added, {env})
    expect(saved.code, saved.stderr).to.equal(0)
    const tested = await box.vibe(['provider:test'], {env})
    expect(tested.code, tested.stderr).to.equal(0)
    const run = await box.vibe(['run', '-p', 'acme', 'say hello'], {env})
    expect([run.code, run.stdout], run.stderr).to.deep.equal([0, 'hello\n'])
    for (const {path, headers} of server.requests)
      expect(path === '/answer' ? headers['authorization'] : undefined).to.be.oneOf([undefined, `Bearer ${KEY}`])
    await server.close()
  })

  it('names exports of the testkit that exist', async () => {
    const text = guideSnippet('ts', /vibe-plugin-testkit/)
    const names = (/\{(.*?)\}/.exec(text)?.[1] ?? '').split(',').map((name) => name.trim())
    expect(await import('vibe-plugin-testkit')).to.include.all.keys(names)
  })
})

describe('the documents', () => {
  const commands = manifestCommands()

  for (const path of DOCUMENTS) {
    it(`${path} names commands and flags that exist`, () => {
      const documented = documentedCommands(path, commands)
      expect(documented.filter(({id}) => id === undefined).map(({where}) => where)).to.deep.equal([])
      const wrong = documented.map((command) => [command.where, unknownFlags(command, commands)] as const)
      expect(wrong.filter(([, flags]) => flags.length > 0)).to.deep.equal([])
    })
  }

  it('README.md lists flags beside the command that has them', () => {
    const rows = readDocument('README.md').matchAll(/^\| `vibe (\w+)[^|]*`.*\|$/gm)
    for (const [row, id = ''] of rows) {
      if (!commands.has(id)) continue
      expect(unknownFlags({where: row, id, flags: flagsIn(row)}, commands), row).to.deep.equal([])
    }
  })

  it('README.md has the exit codes that programs get', () => {
    const table = /## Exit codes\n\n\| code \| meaning \|\n\|---\|---\|\n((?:\|.*\|\n)+)/.exec(
      readDocument('README.md'),
    )
    const expected = exitCodeTable.map(({code, meaning}) => `| ${code} | ${meaning} |\n`).join('')
    expect(table?.[1]).to.equal(expected)
  })

  it('links lead to files that exist', () => {
    const targets = DOCUMENTS.flatMap((path) =>
      [...readDocument(path).matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)].map(([, target = '']) =>
        join(ROOT, dirname(path), target),
      ),
    )
    expect(targets.filter((target) => !existsSync(target))).to.deep.equal([])
  })

  it('hints in the source name commands that exist', async () => {
    const topics = new Set([...commands.keys()].flatMap((id) => [id, id.split(':')[0] ?? id]))
    const sources = (await codeUnder('src', 'bin')).filter(({path}) => !path.startsWith('src/build/'))
    const named = sources.flatMap(({path, text}) =>
      [
        ...blankOut(text, {strings: false}).matchAll(
          /(?<=['"`]|→ |then +|or {3})vibe ([a-z]+(?::[a-z]+)?)(?=['"`\s])/g,
        ),
      ].map((match) => ({
        path,
        id: match[1] ?? '',
      })),
    )
    const prose = new Set(['is', 'needs', 'knows', 'fix'])
    expect(named.filter(({id}) => !topics.has(id) && !prose.has(id))).to.deep.equal([])
  })
})
