import {setValue} from '../../../src/config/write.ts'

/** Sets `times` values of its own, as one of several processes, and names each once it is written. */
const [file = '', name = '', times = '0'] = process.argv.slice(2)
const signal = new AbortController().signal
for (let turn = 0; turn < Number(times); turn++) {
  await setValue(file, {path: ['customHeaders', `X-${name}-${turn}`], value: 'here'}, signal)
  process.stdout.write(`X-${name}-${turn}\n`)
}
