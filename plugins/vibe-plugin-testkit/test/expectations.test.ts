import {expect} from 'chai'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {check, failures, GOOD_PACKAGE, inFolder, report, writeGoodPackage, type Json} from './support.ts'

/** A package whose one flaw is that nobody finds it. */
async function flawed(expected: Json, run: (folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    await writeGoodPackage(folder)
    await writeFile(join(folder, 'package.json'), JSON.stringify({...GOOD_PACKAGE, keywords: []}))
    await writeFile(join(folder, 'conformance.json'), JSON.stringify(expected))
    await run(folder)
  })
}

describe('conformance.json', function () {
  this.timeout(30_000)

  it('lets a check fail knowingly, and says so', async () => {
    await flawed({'static/keywords': 'nobody shall find it'}, async (folder) => {
      const {code, results, counts} = await report([folder, '--leg', 'static'])
      expect(code).to.equal(0)
      expect(counts).to.include({failed: 0, 'expected-failure': 1})
      expect(results.find(({id}) => id === 'static/keywords')).to.include({
        status: 'expected-failure',
        reason: 'nobody shall find it',
      })
      expect((await check([folder, '--leg', 'static'])).stdout).to.match(
        /! static\/keywords[^\n]*\n[^\n]*\n[^\n]*\n\s+known\s+nobody shall find it/,
      )
    })
  })

  it('may say it of one provider of several', async () => {
    await flawed({'static/keywords@vibe-provider-good': 'known'}, async (folder) => {
      expect((await report([folder, '--leg', 'static'])).code).to.equal(0)
    })
    await flawed({'static/keywords@another': 'known'}, async (folder) => {
      const {code, results} = await report([folder, '--leg', 'static'])
      expect(code).to.equal(8)
      expect(failures(results)).to.have.members(['static/keywords', 'static/keywords@another'])
    })
  })

  it('is an error where the check passes again', async () => {
    await flawed({'static/keywords': 'known', 'static/readme': 'not written yet'}, async (folder) => {
      const {code, results} = await report([folder, '--leg', 'static'])
      expect(code).to.equal(8)
      expect(results.find(({id}) => id === 'static/readme')).to.include({status: 'stale'})
      expect(failures(results)).to.deep.equal(['static/readme'])
    })
  })

  it('is an error where it names no check', async () => {
    await flawed({'static/keywords': 'known', 'static/redme': 'a slip'}, async (folder) => {
      const {code, results} = await report([folder, '--leg', 'static'])
      expect(code).to.equal(8)
      expect(failures(results)).to.deep.equal(['static/redme'])
    })
  })

  it('says nothing about legs that are not run', async () => {
    await flawed({'static/keywords': 'known', 'replay/text': 'known', 'live/chat': 'known'}, async (folder) => {
      expect((await report([folder, '--leg', 'static'])).code).to.equal(0)
    })
  })

  it('has to be an object of reasons', async () => {
    for (const text of ['[]', '{"static/readme": ""}', '{"static/readme": 1}', '{', `{"x": "${'y'.repeat(600)}"}`]) {
      await inFolder(async (folder) => {
        await writeGoodPackage(folder)
        await writeFile(join(folder, 'conformance.json'), text)
        const {code, stdout, stderr} = await check([folder, '--leg', 'static'])
        expect({code, stdout}, text).to.deep.equal({code: 2, stdout: ''})
        expect(stderr, text).to.match(/conformance\.json/)
      })
    }
  })

  it('may lie elsewhere, and must then be there', async () => {
    await flawed({}, async (folder) => {
      const file = join(folder, 'elsewhere.json')
      const args = [folder, '--leg', 'static', '--expect', file]
      expect((await check(args)).code).to.equal(2)
      await writeFile(file, '{"static/keywords": "known"}')
      expect((await check(args)).code).to.equal(0)
    })
  })
})

describe('the command line of vibe-provider-check', function () {
  this.timeout(30_000)
  for (const args of [['--leg', 'all'], ['--nonsense'], ['a', 'b']]) {
    it(`refuses ${args.join(' ')}`, async () => {
      const {code, stdout, stderr} = await check(args)
      expect({code, stdout}).to.deep.equal({code: 2, stdout: ''})
      expect(stderr).to.match(/^vibe-provider-check: [^\n]+\nSee --help\.\n$/)
    })
  }

  it('explains itself', async () => {
    const {code, stdout} = await check(['--help'])
    expect(code).to.equal(0)
    for (const word of ['static', 'replay', 'grammar', 'live', '--expect', '--dialect', '--key-env', 'Exit'])
      expect(stdout).to.include(word)
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).to.be.at.most(100)
  })

  it('takes several legs, in one flag or in two', async () => {
    await inFolder(async (folder) => {
      await writeGoodPackage(folder)
      const legs = async (...args: string[]) => new Set((await report([folder, ...args])).results.map(({leg}) => leg))
      expect([...(await legs('--leg', 'static,grammar'))]).to.deep.equal(['static', 'grammar'])
      expect([...(await legs('--leg', 'static', '--leg', 'replay'))]).to.deep.equal(['static', 'replay'])
    })
  })
})
