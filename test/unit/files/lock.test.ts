import {expect} from 'chai'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, mkdtempSync, readdirSync, readFileSync, utimesSync, writeFileSync} from 'node:fs'
import {hostname, tmpdir} from 'node:os'
import {join} from 'node:path'
import {VibeError} from '../../../src/errors.ts'
import {withLock} from '../../../src/files/lock.ts'
import {holderState, ownRecord, parseRecord} from '../../../src/files/lock-record.ts'

const worker = join(import.meta.dirname, 'lock-worker.ts')
const never = new AbortController().signal

function start(...args: string[]) {
  return spawn(process.execPath, [worker, ...args], {stdio: ['ignore', 'pipe', 'inherit']})
}

describe('the lock', function () {
  this.timeout(30_000)
  let path = ''
  beforeEach(() => {
    path = join(mkdtempSync(join(tmpdir(), 'vibe-lock-')), 'count')
  })

  it('lets several processes count without losing one', async () => {
    writeFileSync(path, '0')
    const exits = await Promise.all(
      [1, 2, 3, 4].map(async () => (await once(start(path, 'count', '50'), 'exit'))[0] as number),
    )
    expect(exits).to.deep.equal([0, 0, 0, 0])
    expect(readFileSync(path, 'utf8')).to.equal('200')
    expect(readdirSync(join(path, '..'))).to.deep.equal(['count'])
  })

  it('takes over at once from a killed process, and only one waiter gets it at a time', async () => {
    writeFileSync(path, '0')
    const child = start(path, 'hang')
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(existsSync(`${path}.lock`)).to.equal(true)
    const before = performance.now()
    let inside = 0
    let most = 0
    await Promise.all(
      Array.from({length: 12}, () =>
        withLock(path, never, async () => {
          most = Math.max(most, ++inside)
          await new Promise((resolve) => setTimeout(resolve, 2))
          inside--
        }),
      ),
    )
    expect(most).to.equal(1)
    expect(performance.now() - before).to.be.below(5_000)
    expect(readdirSync(join(path, '..'))).to.deep.equal(['count'])
  })

  it('never takes the lock of a living process, and stops waiting when told', async () => {
    const child = start(path, 'hang')
    await once(child.stdout, 'data')
    const error = await withLock(path, AbortSignal.timeout(300), async () => 'entered').catch(
      (caught: unknown) => caught,
    )
    expect(error).to.be.instanceOf(Error)
    expect(existsSync(`${path}.lock`)).to.equal(true)
    child.kill('SIGKILL')
    await once(child, 'exit')
  })

  it('gives the lock back when the work fails, and passes the failure on', async () => {
    const failure = new VibeError({code: 'x', message: 'x', exit: 3})
    const error = await withLock(path, never, async () => Promise.reject(failure)).catch((caught: unknown) => caught)
    expect(error).to.equal(failure)
    expect(existsSync(`${path}.lock`)).to.equal(false)
  })

  it('clears away what killed writers left, and nothing else', async () => {
    const folder = join(path, '..')
    const token = '0123456789abcdef01'
    const old = [
      '.count.0123456789ab.tmp',
      `count.lock.${token}`,
      `count.lock.claim-${token}.${token}`,
      `count.lock.claim-${token}.claim-torn`,
    ]
    const others = [
      '.count.0123456789ab.tmp.txt',
      '.other.0123456789ab.tmp',
      'count.lock.mine',
      '.count.0123456789ac.tmp',
    ]
    for (const name of [...old, ...others]) writeFileSync(join(folder, name), '')
    const past = new Date(Date.now() - 120_000)
    for (const name of [...old, ...others.slice(0, -1)]) utimesSync(join(folder, name), past, past)
    await withLock(path, never, async () => undefined)
    expect(readdirSync(folder).sort()).to.deep.equal(others.sort())
  })

  it('judges holders: ourselves, the dead, a reused id, another machine, torn text', () => {
    const own = ownRecord()
    expect(parseRecord(JSON.stringify(own))).to.deep.equal(own)
    expect(holderState({...own, pid: 2 ** 22 + 1})).to.equal('dead')
    expect(holderState({...own, host: 'elsewhere'})).to.equal('unknown')
    expect(holderState(undefined)).to.equal('unknown')
    if (own.started !== undefined) {
      expect(holderState(own)).to.equal('alive')
      expect(holderState({...own, started: '1'})).to.equal('dead')
    }
    expect(own.host).to.contain(hostname())
    for (const text of [
      '',
      '{',
      'null',
      '[]',
      '{"token":"../x","pid":1,"host":""}',
      '{"token":"000000000000000000","pid":-1,"host":""}',
    ]) {
      expect(parseRecord(text)).to.equal(undefined)
    }
  })
})
