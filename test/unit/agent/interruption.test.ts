import {expect} from 'chai'
import {spawn} from 'node:child_process'
import {join} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'

const MODULE = join(import.meta.dirname, '../../../src/agent/interruption.ts')
const HANGING = `
  import {listenForInterruption} from ${JSON.stringify(MODULE)}
  listenForInterruption().signal.addEventListener('abort', () => console.log('stopping'))
  setInterval(() => {}, 1000)
  console.log('ready')`

describe('interruption', () => {
  it('raises its signal at first and ends the process at the second one, whichever it is', async function () {
    this.timeout(10_000)
    const child = spawn(process.execPath, ['--input-type=module', '-e', HANGING])
    let out = ''
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    const ended = new Promise((resolve) => child.on('close', (_code, signal) => resolve(signal)))
    for (let n = 0; n < 200 && !out.includes('ready'); n++) await wait(20)
    child.kill('SIGINT')
    child.kill('SIGINT')
    await wait(250)
    expect(out).to.contain('stopping')
    expect(child.exitCode ?? child.signalCode).to.equal(null)
    child.kill('SIGTERM')
    expect(await ended).to.equal('SIGTERM')
  })
})
