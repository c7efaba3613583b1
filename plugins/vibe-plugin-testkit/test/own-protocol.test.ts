import {expect} from 'chai'
import {cp, mkdir, readFile, rm, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {check, failures, inFolder, report} from './support.ts'

const PIGEON = join(import.meta.dirname, 'fixtures/pigeon')

/** A copy of the package, changed. */
async function changed(
  change: (folder: string) => Promise<unknown>,
  run: (folder: string) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    await cp(PIGEON, folder, {recursive: true})
    await mkdir(join(folder, 'node_modules'))
    await symlink(join(import.meta.dirname, '../../vibe-plugin-api'), join(folder, 'node_modules/vibe-plugin-api'))
    await change(folder)
    await run(folder)
  })
}

describe('a provider with a protocol of its own', function () {
  this.timeout(30_000)

  it('brings its dialect and passes', async () => {
    const {code, results} = await report([PIGEON])
    expect(failures(results)).to.deep.equal([])
    expect(code).to.equal(0)
    expect(results.filter(({leg, status}) => leg === 'replay' && status === 'passed').length).to.be.greaterThan(45)
    expect(results.find(({id}) => id === 'replay/tool-call')).to.include({
      status: 'skipped',
      reason: 'the protocol has no tools',
    })
  })

  it('is caught when it is wrong', async () => {
    const file = (folder: string) => join(folder, 'index.js')
    const careless = async (folder: string) => {
      const code = await readFile(file(folder), 'utf8')
      await writeFile(
        file(folder),
        code.replace(`throw failure('stream-interrupted'`, `fate ??= 'home'; void failure('x'`),
      )
    }
    await changed(careless, async (folder) => {
      expect(failures((await report([folder])).results)).to.include.members(['replay/truncated', 'replay/empty-body'])
    })
  })

  it('is caught when it sends what its service does not know', async () => {
    const strict = async (folder: string) => {
      const file = join(folder, 'conformance.js')
      const rule = `odd: ({json}) => Object.keys(json).find((name) => !['pigeon', 'letter', 'x_conformance_option'].includes(name)),`
      await writeFile(file, (await readFile(file, 'utf8')).replace("base: '',", `base: '', ${rule}`))
    }
    await changed(strict, async (folder) => {
      expect(failures((await report([folder])).results)).to.deep.equal([])
      const code = await readFile(join(folder, 'index.js'), 'utf8')
      await writeFile(
        join(folder, 'index.js'),
        code.replace('{pigeon: request.model,', '{pigeon: request.model, hat: 1,'),
      )
      const {results} = await report([folder])
      expect(failures(results)).to.deep.equal(['replay/known-members'])
      expect(results.find(({id}) => id === 'replay/known-members')).to.include({got: 'hat'})
    })
  })

  it('cannot be tried without a dialect, and is told what to do', async () => {
    await changed(
      (folder) => rm(join(folder, 'conformance.js')),
      async (folder) => {
        const {code, results} = await report([folder])
        expect(code).to.equal(8)
        const [first] = results.filter(({leg}) => leg === 'replay')
        expect(first).to.include({status: 'failed', subject: 'pigeon'})
        expect(first?.mend).to.include('conformance.js')
      },
    )
  })

  it('is told which setting its instance lacks', async () => {
    const withoutSettings = async (folder: string) => {
      const file = join(folder, 'conformance.js')
      await writeFile(file, (await readFile(file, 'utf8')).replace(/export const settings.*/, ''))
    }
    await changed(withoutSettings, async (folder) => {
      const [first] = (await report([folder, '--leg', 'replay'])).results
      expect(first).to.include({status: 'failed', got: 'loft is missing'})
    })
  })

  for (const [says, text] of [
    ['does not load', 'export const dialect ='],
    ['has no dialect that is one', 'export const dialect = 7'],
    [
      'has a dialect that cannot answer',
      `export const dialect = {name: 'x', base: '', chatPath: '/x', keyHeaders: []}`,
    ],
  ] as const) {
    it(`stops at a module that ${says}`, async () => {
      await changed(
        (folder) => writeFile(join(folder, 'conformance.js'), text),
        async (folder) => {
          const {code, stdout, stderr} = await check([folder])
          expect({code, stdout}).to.deep.equal({code: 2, stdout: ''})
          expect(stderr).to.match(/^vibe-provider-check: \S*conformance\.js/)
        },
      )
    })
  }

  it('may keep the module elsewhere', async () => {
    await changed(
      (folder) =>
        cp(join(folder, 'conformance.js'), join(folder, 'elsewhere.mjs')).then(() =>
          rm(join(folder, 'conformance.js')),
        ),
      async (folder) => {
        expect((await report([folder, '--leg', 'replay', '--dialect', join(folder, 'elsewhere.mjs')])).code).to.equal(0)
      },
    )
  })
})
