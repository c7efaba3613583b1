import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {
  becauseOfStrace,
  eachPoint,
  hasStrace,
  inject,
  openWorkbench,
  runTen,
  type Workbench,
} from '../support/faults.ts'
import {pictureOf} from '../support/ten-changes.ts'

/** Every call by which a file system is changed, or a file opened to change it. */
const CALLS = ['openat', 'pwrite64', 'fsync', 'ftruncate', 'fchmod', 'mkdir', 'rename', 'link', 'unlink']

describe(`an apply of ten files that is killed${becauseOfStrace}`, function () {
  this.timeout(280_000)
  let bench: Workbench

  before(async function () {
    if (!hasStrace) this.skip()
    bench = await openWorkbench()
  })
  after(() => bench?.remove())

  it('changes files by no other call than those tried here', async () => {
    const place = await bench.lay('calls')
    const trace = join(bench.base, 'calls', 'trace')
    await runTen('apply', place, {
      options: ['-y', '-e', 'trace=write,writev,pwritev,pwritev2,copy_file_range,sendfile'],
      trace,
    })
    const touched = (await readFile(trace, 'utf8')).split('\n').filter((line) => line.includes(`<${bench.base}`))
    expect(touched).deep.equal([])
  })

  for (const call of CALLS) {
    it(`is all old or all new after SIGKILL at each ${call}`, async () => {
      let points = 0
      await eachPoint(async (nth) => {
        const place = await bench.lay(`${call}-${nth}`)
        const {code} = await runTen('apply', place, inject(call, `signal=SIGKILL:when=${nth}`))
        if (code === 0) return false
        points++
        const recovered = await runTen('recover', place)
        expect(recovered.code, recovered.output).equal(0)
        const now = await pictureOf(place.root)
        if (JSON.stringify(now) !== JSON.stringify(bench.fresh)) expect(now, `${call} ${nth}`).deep.equal(bench.old)
        expect((await runTen('recover', place)).output).equal('{"ok":true,"value":[]}')
        await place.remove()
        return true
      })
      expect(points).greaterThan(0)
    })
  }
})
