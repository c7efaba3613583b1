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

/** Calls that bring bytes or names to the disk, where a full, read-only or faulty one shows. */
const CALLS = ['pwrite64', 'fsync', 'rename', 'link', 'mkdir', 'unlink', 'ftruncate', 'fchmod']
/** Opening is most of all calls, and fails for want of handles or rights. */
const OPENING = new Set(['EMFILE', 'EACCES'])
const ERRORS = ['ENOSPC', 'EIO', 'EDQUOT', 'EACCES', 'EROFS', 'EMFILE']
/** A call may fail without harm, and the next ones need their try as well; so many in a row end the search. */
const HARMLESS_IN_A_ROW = 6

describe(`an apply of ten files on a disk that fails${becauseOfStrace}`, function () {
  this.timeout(280_000)
  let bench: Workbench

  before(async function () {
    if (!hasStrace) this.skip()
    bench = await openWorkbench()
  })
  after(() => bench?.remove())

  for (const errno of ERRORS) {
    it(`leaves every original as it was and names the file when one call ends in ${errno}, whichever it is`, async () => {
      let failures = 0
      for (const call of OPENING.has(errno) ? [...CALLS, 'openat'] : CALLS) {
        let harmless = 0
        await eachPoint(async (nth) => {
          const place = await bench.lay(`${errno}-${call}-${nth}`)
          const {code, output} = await runTen('apply', place, inject(call, `error=${errno}:when=${nth}`))
          const now = await pictureOf(place.root)
          harmless = code === 0 ? harmless + 1 : 0
          failures += code === 0 ? 0 : 1
          expect(now, `${call} ${nth}: ${output}`).deep.equal(code === 0 ? bench.fresh : bench.old)
          // Without our JSON it was Node itself that could not start.
          if (output.startsWith('{"ok":false')) expect(output, `${call} ${nth}`).contain(bench.base)
          await place.remove()
          return harmless < HARMLESS_IN_A_ROW
        })
      }
      expect(failures).greaterThan(40)
    })
  }
})
