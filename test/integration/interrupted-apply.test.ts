import {spawn} from 'node:child_process'
import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {becauseOfStrace, hasStrace} from '../support/faults.ts'
import {createSandbox, VIBE, type Sandbox} from '../support/sandbox.ts'

const FILES = 10
const NAMES = Array.from({length: FILES}, (_, index) => `file-${index}.txt`)

describe(`vibe after an apply that was killed${becauseOfStrace}`, function () {
  this.timeout(120_000)
  let sandbox: Sandbox
  before(function () {
    if (!hasStrace) this.skip()
  })
  beforeEach(() => {
    sandbox = createSandbox()
    for (const name of NAMES) writeFileSync(join(sandbox.project, name), `old ${name}\n`)
  })
  afterEach(() => sandbox?.remove())

  const patch = `*** Begin Patch\n${NAMES.map((name) => `*** Update File: ${name}\n@@\n-old ${name}\n+new ${name}\n`).join('')}*** End Patch\n`

  /** @param rename the how-manieth rename kills it */
  const killedAt = (rename: number) =>
    new Promise<number | null>((done, failed) => {
      const fault = [
        '-f',
        '-qqq',
        '-o',
        '/dev/null',
        '-e',
        'trace=rename',
        '-e',
        `inject=rename:signal=SIGKILL:when=${rename}`,
      ]
      const args = [...fault, process.execPath, VIBE, 'edit:apply', '--format', 'apply_patch', '--json']
      const env = {...process.env, ...sandbox.env, UV_THREADPOOL_SIZE: '1'}
      const child = spawn('strace', args, {cwd: sandbox.project, env, stdio: ['pipe', 'ignore', 'ignore']})
      child.stdin.on('error', () => undefined)
      child.stdin.end(patch)
      child.on('error', failed)
      child.on('close', (code, signal) => done(signal === null ? code : 137))
    })

  it('finds everything as it was or as it should be, with nothing beside it, whatever is started next', async () => {
    let killed = 0
    for (const rename of [1, 4, 8, 10, 11]) {
      if ((await killedAt(rename)) === 0) continue
      killed++
      const next = await sandbox.vibe(['config:path'])
      expect(next.stderr).to.contain('An earlier run was cut off')
      const states = NAMES.map((name) => readFileSync(join(sandbox.project, name), 'utf8').slice(0, 3))
      expect(new Set(states).size, `${rename}: ${states.join()}`).to.equal(1)
      expect(readdirSync(sandbox.project).sort()).to.deep.equal([...NAMES].sort())
      expect((await sandbox.vibe(['config:path'])).stderr).to.equal('')
      for (const name of NAMES) writeFileSync(join(sandbox.project, name), `old ${name}\n`)
    }
    expect(killed).to.be.greaterThan(2)
  })
})
