import {expect} from 'chai'
import {mkdir, rm, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {checkPackage, type CheckResult} from 'vibe-plugin-testkit'
import {check, failures, GOOD_PACKAGE, goodManifest, inFolder, report, writeGoodPackage, type Json} from './support.ts'

type Case = {
  says: string
  /** The checks that fail, and no others. */
  fails: string[]
  pjson?: Json
  manifest?: Json
  code?: string
  also?: (folder: string) => Promise<unknown>
}

const AT_ONCE = 4
const FUNCTION = 'export const createProvider = () => ({})\n'

const cases: readonly Case[] = [
  {says: 'no licence', fails: ['static/package'], pjson: {license: undefined}},
  {
    says: 'CommonJS',
    fails: ['static/package'],
    pjson: {type: 'commonjs'},
    code: 'exports.createProvider = () => ({})\n',
  },
  {says: 'no header', fails: ['static/header'], pjson: {vibe: undefined}},
  {
    says: 'another contract',
    fails: ['static/header'],
    pjson: {vibe: {apiVersion: 99, providers: ['./vibe.provider.json']}},
  },
  {
    says: 'a manifest outside',
    fails: ['static/files', 'static/manifest'],
    pjson: {vibe: {apiVersion: 1, providers: ['./../x.json']}},
  },
  {says: 'no oclif member', fails: ['static/oclif'], pjson: {oclif: undefined}},
  {says: 'hooks', fails: ['static/oclif'], pjson: {oclif: {hooks: {init: './x.js'}}}},
  {says: 'commands', fails: ['static/oclif'], pjson: {oclif: {commands: './commands'}}},
  {says: 'no keyword', fails: ['static/keywords'], pjson: {keywords: ['ai']}},
  {says: 'an install script', fails: ['static/install-scripts'], pjson: {scripts: {postinstall: 'node x.js'}}},
  {says: 'a dependency on vibe', fails: ['static/dependencies'], pjson: {dependencies: {'vibe-coder': '*'}}},
  {says: 'a peer', fails: ['static/dependencies'], pjson: {peerDependencies: {'vibe-plugin-api': '1'}}},
  {says: 'a manifest that is not published', fails: ['static/files'], pjson: {files: ['*.js']}},
  {says: 'code that is not published', fails: ['static/files'], pjson: {files: ['vibe.provider.json']}},
  {says: 'a module that is lost', fails: ['static/entry', 'static/files'], code: `import './lost.js'\n${FUNCTION}`},
  {
    says: 'an import without a dependency',
    fails: ['static/imports'],
    code: `import {ProviderError} from 'vibe-plugin-api'\n${FUNCTION}`,
    also: linkContract,
  },
  {
    says: 'a settings file of npm',
    fails: ['static/stray-files'],
    pjson: {files: ['*.js', 'vibe.provider.json', '.env']},
    also: (folder) => writeFile(join(folder, '.env'), 'KEY=1'),
  },
  {says: 'no README', fails: ['static/readme'], also: (folder) => rm(join(folder, 'README.md'))},
  {says: 'an empty README', fails: ['static/readme'], also: (folder) => writeFile(join(folder, 'README.md'), '# x')},
  {
    says: 'too much',
    fails: ['static/size'],
    pjson: {files: ['*.js', '*.json', '*.bin']},
    also: (folder) => writeFile(join(folder, 'x.bin'), Buffer.alloc(11 * 1024 * 1024)),
  },
  {says: 'an unknown member', fails: ['static/manifest'], manifest: {endpont: 'x'}},
  {says: 'a reserved id', fails: ['static/id'], manifest: {id: 'openai'}},
  {
    says: "another provider's key",
    fails: ['static/variables'],
    manifest: {auth: [{kind: 'api-key', env: ['OPENAI_API_KEY']}]},
  },
  {
    says: "a variable of vibe's",
    fails: ['static/variables'],
    manifest: {auth: [{kind: 'api-key', env: ['VIBE_CODER_API_KEY']}]},
  },
  {
    says: 'a catalogue from the future',
    fails: ['static/catalogue'],
    manifest: {models: {source: 'catalog', asOf: '2999-01-01', catalog: [{id: 'a', kind: 'chat'}]}},
  },
  {
    says: 'a price that is 0',
    fails: ['static/catalogue'],
    manifest: {
      models: {source: 'catalog', asOf: '2026-11-01', catalog: [{id: 'a', kind: 'chat', price: {input: 0, output: 0}}]},
    },
  },
  {
    says: 'a default that cannot chat',
    fails: ['static/default-model'],
    manifest: {models: {source: 'catalog', asOf: '2026-11-01', default: 'a', catalog: [{id: 'a', kind: 'embedding'}]}},
  },
  {says: 'a missing entry', fails: ['static/entry', 'static/files'], manifest: {entry: {module: './gone.js'}}},
  {says: 'another export', fails: ['static/entry'], code: 'export const create = () => ({})\n'},
  {says: 'code that throws', fails: ['static/entry'], code: `throw new Error('no')\n${FUNCTION}`},
  {says: 'a greeting', fails: ['static/import-quiet'], code: `console.log('hello')\n${FUNCTION}`},
  {
    says: 'slowness',
    fails: ['static/import-time'],
    code: `await new Promise((done) => setTimeout(done, 900))\n${FUNCTION}`,
  },
  {says: 'a timer', fails: ['static/import-clean'], code: `setInterval(() => {}, 1000)\n${FUNCTION}`},
  {
    says: 'a connection',
    fails: ['static/import-offline'],
    code: `import net from 'node:net'\nnet.connect(9, '127.0.0.1').on('error', () => {})\n${FUNCTION}`,
  },
  {says: 'a changed prototype', fails: ['static/import-alone'], code: `Array.prototype.last = 1\n${FUNCTION}`},
  {says: 'another fetch', fails: ['static/import-alone'], code: `globalThis.fetch = async () => {}\n${FUNCTION}`},
  {says: 'a changed variable', fails: ['static/import-alone'], code: `process.env.HTTPS_PROXY = 'x'\n${FUNCTION}`},
  {says: 'a taken signal', fails: ['static/import-alone'], code: `process.on('SIGINT', () => {})\n${FUNCTION}`},
  {
    says: 'a program that it starts',
    fails: ['static/entry'],
    code: `import {execSync} from 'node:child_process'\nexecSync('true')\n${FUNCTION}`,
  },
  {
    says: 'a file that it writes',
    fails: ['static/entry'],
    code: `import {writeFileSync} from 'node:fs'\nwriteFileSync('written', '')\n${FUNCTION}`,
  },
  {says: 'an id that looks like ours', fails: ['static/id'], manifest: {id: 'open-ai'}},
  {says: 'a version that is none', fails: ['static/package'], pjson: {version: '1'}},
  {says: 'a private package', fails: ['static/package'], pjson: {private: true}},
  {says: 'the name of vibe itself', fails: ['static/package'], pjson: {name: 'vibe-coder'}},
  ...['file:../x', 'github:a/b', 'git+https://x/y.git', 'https://x/y.tgz', 'link:../x', 'workspace:*'].map((range) => ({
    says: `a dependency ${range}`,
    fails: ['static/dependencies'],
    pjson: {dependencies: {x: range}},
  })),
  {
    says: 'a key in its code',
    fails: ['static/stray-files'],
    code: `const key = 'sk-proj-${'a1B2c3D4e5'.repeat(5)}'\n${FUNCTION}`,
  },
  {says: 'an end of the process', fails: ['static/entry'], code: `process.exit(0)\n${FUNCTION}`},
]

describe('the static leg', function () {
  this.timeout(60_000)
  const found = new Map<string, CheckResult[]>()
  before(async () => {
    const waiting = cases.values()
    const worker = async () => {
      for (const {says, fails: _, ...changes} of waiting)
        found.set(says, await inFolder((folder) => checkChanged(folder, changes)))
    }
    await Promise.all(Array.from({length: AT_ONCE}, worker))
  })

  it('passes a package that has everything', async () => {
    await inFolder(async (folder) => {
      await writeGoodPackage(folder)
      const {code, results} = await report([folder, '--leg', 'static'])
      expect(failures(results)).to.deep.equal([])
      expect(code).to.equal(0)
    })
  })

  for (const {says, fails} of cases) {
    it(`sees ${says}`, () => {
      const results = found.get(says) ?? []
      expect(failures(results).sort()).to.deep.equal(fails)
      const [bad] = results.filter(({status}) => status === 'failed')
      expect(bad).to.include.keys('expected', 'got', 'mend')
    })
  }

  it('ends with 8 for any of them', async () => {
    await inFolder(async (folder) => {
      await writeChanged(folder, {pjson: {keywords: []}})
      expect((await check([folder, '--leg', 'static'])).code).to.equal(8)
    })
  })

  it('has nothing to say about a folder without a package', async () => {
    await inFolder(async (folder) => {
      const {code, stdout, stderr} = await check([folder])
      expect({code, stdout}).to.deep.equal({code: 2, stdout: ''})
      expect(stderr).to.match(/^vibe-provider-check: There is no package\.json in .*\n/)
      await writeFile(join(folder, 'package.json'), '{"name": ')
      expect((await check([folder])).stderr).to.match(/package\.json is not JSON/)
    })
  })

  it('shows no control characters of a package', async () => {
    await inFolder(async (folder) => {
      await writeChanged(folder, {pjson: {version: '1.0.0\u001b[31m'}, code: `console.log('\u001b[2J')\n${FUNCTION}`})
      const {stdout} = await check([folder, '--leg', 'static'])
      expect(stdout).to.include('static/import-quiet')
      expect(stdout.replaceAll('\n', '')).to.match(/^[^\p{Cc}]*$/u)
    })
  })
})

async function writeChanged(
  folder: string,
  {pjson, manifest, code, also}: Omit<Case, 'says' | 'fails'>,
): Promise<void> {
  await writeGoodPackage(folder)
  // Anything will do as code where nothing is asked.
  await writeFile(join(folder, 'index.js'), code ?? FUNCTION)
  const entry = {module: './index.js', implements: ['openai-chat']}
  await writeFile(join(folder, 'vibe.provider.json'), JSON.stringify({...(await goodManifest()), entry, ...manifest}))
  await writeFile(join(folder, 'package.json'), JSON.stringify({...GOOD_PACKAGE, ...pjson}))
  await also?.(folder)
}

async function checkChanged(folder: string, changes: Omit<Case, 'says' | 'fails'>): Promise<CheckResult[]> {
  await writeChanged(folder, changes)
  return (await checkPackage({folder, legs: ['static']})).results
}

async function linkContract(folder: string): Promise<void> {
  await mkdir(join(folder, 'node_modules'))
  await symlink(join(import.meta.dirname, '../../vibe-plugin-api'), join(folder, 'node_modules/vibe-plugin-api'))
}
