import {execFileSync} from 'node:child_process'
import {chmodSync, existsSync, mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {createCommitting, type Committing} from '../support/auto-commit.ts'

/** A git that kills whoever called it, before it does its work, at one of its calls. */
function installKiller(box: Committing): {folder: string; at: (call: number) => void; killed: () => boolean} {
  const folder = join(box.home, 'bin')
  mkdirSync(folder)
  const real = execFileSync('sh', ['-c', 'command -v git'], {encoding: 'utf8'}).trim()
  const count = join(box.home, 'calls')
  const killed = join(box.home, 'killed')
  const script = [
    '#!/bin/sh',
    `echo x >> ${count}`,
    // Calls come side by side as well: one of them does it.
    `[ "$(wc -l < ${count})" -ge "$(cat ${box.home}/at)" ] && mkdir ${killed} 2> /dev/null && kill -9 $PPID`,
    `exec ${real} "$@"`,
  ]
  writeFileSync(join(folder, 'git'), `${script.join('\n')}\n`)
  chmodSync(join(folder, 'git'), 0o755)
  return {
    folder,
    at(call) {
      rmSync(count, {force: true})
      rmSync(killed, {recursive: true, force: true})
      writeFileSync(join(box.home, 'at'), String(call))
    },
    killed: () => existsSync(killed),
  }
}

describe('a vibe that is killed while it commits', function () {
  this.timeout(120_000)
  let box: Committing
  beforeEach(() => {
    box = createCommitting()
  })
  afterEach(() => box.remove())

  it('leaves files, what is staged and the branch whole, and can go on', async () => {
    box.start({'a.txt': 'a\n', 'staged.txt': 's\n'})
    const killer = installKiller(box)
    const env = {PATH: `${killer.folder}:${box.env['PATH'] ?? ''}`, TMPDIR: box.home}
    box.put('staged.txt', 'staged\n')
    box.git('add', 'staged.txt')
    const staged = box.git('ls-files', '-s', 'staged.txt')
    // Before the eighth call there is only reading.
    for (let call = 8, killed = true; killed; call += 3) {
      const text = `change ${call}\n`
      box.put('a.txt', text)
      const before = box.git('rev-parse', 'HEAD')
      killer.at(call)
      const run = await box.vibe(['commit', '-m', 'Change', '--yes', 'a.txt'], {env})
      killed = killer.killed()
      if (killed) expect(run.code, run.stdout + run.stderr).to.not.equal(0)
      expect([box.read('a.txt'), box.git('ls-files', '-s', 'staged.txt')]).to.deep.equal([text, staged])
      const head = box.git('rev-parse', 'HEAD')
      if (head !== before) expect(box.git('rev-parse', 'HEAD^')).to.equal(before)
      killer.at(10_000)
      const again = await box.vibe(['commit', '-m', 'Change', '--yes', 'a.txt'], {env})
      expect(again.code, again.stderr).to.be.oneOf(head === before ? [0] : [2])
      expect([box.git('show', 'HEAD:a.txt'), box.git('status', '--porcelain')]).to.deep.equal([
        text.trim(),
        'M  staged.txt',
      ])
    }
    expect(box.git('fsck', '--no-dangling', '--no-progress')).to.equal('')
  })
})
