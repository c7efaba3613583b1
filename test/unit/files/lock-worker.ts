import {readFileSync, writeFileSync} from 'node:fs'
import {withLock} from '../../../src/files/lock.ts'

/** Counts a number in a file up, `times` times; or takes the lock and hangs, for the tests that kill it. */
const [path = '', action = '', times = '0'] = process.argv.slice(2)
const signal = new AbortController().signal
if (action === 'hang') {
  await withLock(path, signal, async () => {
    process.stdout.write('held\n')
    await new Promise((resolve) => setTimeout(resolve, 60_000))
  })
}
for (let turn = 0; turn < Number(times); turn++) {
  await withLock(path, signal, async () => writeFileSync(path, String(Number(readFileSync(path, 'utf8')) + 1)))
}
