import {expect} from 'chai'
import {mkdtempSync, rmSync, writeFileSync, chmodSync, statSync, readdirSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import {KEYS, startPty, type Pty} from '../support/pty.ts'

const PROGRAM = join(import.meta.dirname, '..', 'support', 'screen-program.ts')
let folder: string
let pty: Pty | undefined

function start(what: string, size: {columns: number; rows: number} = {columns: 80, rows: 24}, env = {}): Pty {
  const argv = [process.execPath, PROGRAM, what, folder].map((word) => `'${word}'`).join(' ')
  const shell = 'for n in $(seq 1 50); do echo "history $n of the shell"; done'
  const options = {cwd: folder, env: {PATH: process.env['PATH'] ?? '', ...env}, ...size}
  pty = startPty('/bin/sh', ['-c', `${shell}; ${argv}; echo "ended with $?"; stty -a | grep -o -- '-\\?icanon'`], options)
  return pty
}

const count = (text: string, wanted: string) => text.split(wanted).length - 1

describe('the chat screen in a terminal', function () {
  this.timeout(60_000)
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vibe-screen-'))
  })
  afterEach(() => {
    pty?.close()
    rmSync(folder, {recursive: true, force: true})
  })

  for (const [from, ...widths] of [
    [100, 40, 200, 60, 120, 80],
    [200, 40, 100, 41, 90, 40],
  ]) {
    it(`keeps every paragraph once and the shell's history, from ${from} columns through ${widths.join(', ')}`, async () => {
      const screen = start('stream', {columns: from ?? 80, rows: 24})
      await screen.see('Paragraph-3.')
      for (const columns of widths) {
        screen.resize(columns, 24)
        await wait(250)
      }
      await screen.see('FINISHED', 30_000)
      screen.resize(200, 24)
      await wait(200)
      const text = screen.text().replaceAll('\n', ' ')
      for (let n = 1; n <= 60; n++) {
        expect(count(text, `Paragraph-${n}.`), `paragraph ${n}\n${screen.text()}`).to.equal(1)
        expect(count(text, `end-${n}.`), `end of paragraph ${n}\n${screen.text()}`).to.equal(1)
      }
      for (let n = 1; n <= 50; n++) expect(count(text, `history ${n} of the shell`), `history ${n}`).to.equal(1)
      // oxlint-disable-next-line no-control-regex
      expect(screen.raw()).not.to.match(/\u001B\[(2J|3J|\?1049|\?47|\?100[023]h|\d*;?\d*r)/)
    })
  }
})
