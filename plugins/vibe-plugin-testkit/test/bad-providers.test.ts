import {expect} from 'chai'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {check, failures, goodManifest, inFolder, report, writeGoodPackage} from './support.ts'

/** Providers that would break a careless kit; each has to end in a report, soon. */
const PROVIDERS: Readonly<Record<string, {code: string; fails: string}>> = {
  'never starts': {code: 'export const createProvider = () => new Promise(() => {})', fails: 'replay/contract'},
  'throws a text': {code: `export const createProvider = () => { throw 'no' }`, fails: 'replay/contract'},
  'makes nothing': {code: 'export const createProvider = () => undefined', fails: 'replay/contract'},
  'never ends its events': {
    code: `export const createProvider = () => ({id: 'good', validateConnection: async () => ({ok: true, latencyMs: 0, warnings: []}), async *chat() { for (;;) yield {type: 'usage-update', usage: {}} }})`,
    fails: 'replay/text',
  },
  'ends the process': {
    code: `export const createProvider = () => ({id: 'good', validateConnection: async () => process.exit(0), async *chat() { process.exit(0) }})`,
    fails: 'replay/text',
  },
  'throws from a timer': {
    code: `export const createProvider = () => ({id: 'good', validateConnection: async () => ({}), async *chat() { setTimeout(() => { throw new Error('late') }, 1); yield {type: 'response-start', warnings: []} }})`,
    fails: 'replay/strays',
  },
  'yields nonsense': {
    code: `export const createProvider = () => ({id: 'good', validateConnection: async () => null, async *chat() { yield null; yield 7; yield {type: 'text-delta', index: -1, text: 5} }})`,
    fails: 'grammar/shape',
  },
}

describe('a provider that', function () {
  this.timeout(60_000)
  for (const [says, {code, fails}] of Object.entries(PROVIDERS)) {
    it(`${says} ends in a report`, async () => {
      await inFolder(async (folder) => {
        await writeGoodPackage(folder)
        await writeFile(join(folder, 'index.js'), code)
        const run = await report([folder, '--leg', 'replay', '--leg', 'grammar'])
        expect(run.code).to.equal(8)
        expect(failures(run.results)).to.include(fails)
      })
    })
  }

  it('brings a manifest of 10 MB is told so', async () => {
    await inFolder(async (folder) => {
      await writeGoodPackage(folder)
      const manifest = JSON.stringify({...(await goodManifest()), description: 'x'.repeat(10_000_000)})
      await writeFile(join(folder, 'vibe.provider.json'), manifest)
      const {code, stdout} = await check([folder])
      expect(code).to.equal(8)
      expect(stdout).to.match(/static\/manifest[^\n]*\n[^\n]*\n\s+got[^\n]*bytes/)
    })
  })
})
