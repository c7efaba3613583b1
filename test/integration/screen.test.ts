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
  const [name = '', count = ''] = what.split(' ')
  const argv = [process.execPath, PROGRAM, name, folder, ...(count === '' ? [] : [count])]
    .map((word) => `'${word}'`)
    .join(' ')
  const shell = 'for n in $(seq 1 50); do echo "history $n of the shell"; done'
  const options = {cwd: folder, env: {PATH: process.env['PATH'] ?? '', ...env}, ...size}
  pty = startPty(
    '/bin/sh',
    ['-c', `${shell}; ${argv}; echo "ended with $?"; stty -a | grep -o -- '-\\?icanon'`],
    options,
  )
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
      const screen = start('stream 30', {columns: from ?? 80, rows: 24})
      await screen.see('Paragraph-3.')
      // Somebody who writes meanwhile has the cursor elsewhere.
      if (from === 200) screen.type('a draft')
      for (const columns of widths) {
        screen.resize(columns, 24)
        await wait(120)
      }
      await screen.see('FINISHED', 30_000)
      screen.resize(200, 24)
      await wait(200)
      const text = screen.text().replaceAll('\n', ' ')
      for (let n = 1; n <= 30; n++) {
        expect(count(text, `Paragraph-${n}.`), `paragraph ${n}\n${screen.text()}`).to.equal(1)
        expect(count(text, `end-${n}.`), `end of paragraph ${n}\n${screen.text()}`).to.equal(1)
      }
      for (let n = 1; n <= 50; n++) expect(count(text, `history ${n} of the shell`), `history ${n}`).to.equal(1)
      // oxlint-disable-next-line no-control-regex
      expect(screen.raw()).not.to.match(/\u001B\[(2J|3J|\?1049|\?47|\?100[023]h|\d*;?\d*r)/)
    })
  }

  it('writes nothing anew that is finished, and stays small while it streams', async () => {
    const screen = start('stream 12', {columns: 100, rows: 30})
    await screen.see('FINISHED', 30_000)
    const written = 12 * 230
    expect(count(screen.raw(), 'end-7.')).to.be.below(12)
    expect(screen.raw().length).to.be.below(written * 12)
  })

  it('puts the real cursor where the text is, also behind wide characters and joined emoji', async () => {
    const screen = start('echo')
    await screen.see('scripted · code')
    screen.type('日本語 👨‍👩‍👧 é')
    await screen.see('日本語')
    await wait(100)
    expect(screen.cursor().line).to.match(/^› 日本語/)
    expect(screen.cursorVisible()).to.equal(true)
    const before = screen.cursor().column
    screen.type('\u007F')
    await wait(100)
    expect(screen.cursor().column).to.equal(before - 1)
    screen.type('\u007F\u007F')
    await wait(100)
    expect(screen.cursor().column).to.equal(2 + 6 + 1)
    screen.type(KEYS.enter)
    await screen.see('got "日本語 "')
  })

  it('breaks lines by every key for it, and sends them as one message', async () => {
    const screen = start('echo')
    await screen.see('›')
    screen.type('a\u001B[13;2ub\u001B\rc\nd\\\re\u001B[27;2;13~f')
    await wait(100)
    screen.type(KEYS.enter)
    expect(await screen.see('got')).to.contain(String.raw`got "a\nb\nc\nd\ne\nf"`)
  })

  it('takes a paste of 500 lines as a label, and never sends by itself', async () => {
    const screen = start('echo')
    await screen.see('›')
    const text = Array.from({length: 500}, (_, n) => `line ${n}`).join('\r')
    screen.type(`see \u001B[200~${text}\u001B[201~`)
    await screen.see('› see [Pasted #1, 500 lines]')
    await wait(100)
    expect(screen.text()).not.to.contain('got')
    screen.type(KEYS.enter)
    await screen.see(/got "see line 0\\nline 1\\n/)
    expect(screen.text()).to.contain('› see [Pasted #1, 500 lines]')
  })

  it('keeps the history of a project for the next chat, only for its user', async () => {
    const first = start('echo')
    await first.see('›')
    first.type(`the first message${KEYS.enter}`)
    await first.see('got')
    first.type(`another one${KEYS.enter}`)
    await first.see('got "another one"')
    first.type(KEYS.controlD)
    await first.see('closed')
    first.close()
    const file = join(folder, 'history', readdirSync(join(folder, 'history'))[0] ?? '')
    expect(statSync(file).mode & 0o777).to.equal(0o600)
    const second = start('echo')
    await second.see('›')
    second.type(`draft${KEYS.up}${KEYS.up}`)
    await second.see('› the first message')
    second.type(`${KEYS.down}${KEYS.down}`)
    await second.see('› draft')
    second.type(`${KEYS.controlC}\u0012irst`)
    await second.see('search: irst')
    second.type(`${KEYS.enter}${KEYS.enter}`)
    await second.see('got "the first message"')
  })

  it('queues what is sent while it answers, shows it, and gives it back', async () => {
    const screen = start('echo')
    await screen.see('›')
    screen.type(`stream 15${KEYS.enter}`)
    await screen.see('answering')
    screen.type(`keep me${KEYS.enter}`)
    await screen.see('next: keep me')
    screen.type(`drop me${KEYS.enter}`)
    await screen.see('next: drop me')
    screen.type(KEYS.up)
    await screen.see('› drop me')
    screen.type('\u0015')
    await screen.see('got "keep me"')
    expect(screen.text()).not.to.contain('got "drop me"')
  })

  it('stops on Esc and on Ctrl-C, clears a text and brings it back, and leaves on the second Ctrl-C', async () => {
    const screen = start('stream')
    await screen.see('Paragraph-2.')
    const started = performance.now()
    screen.type(KEYS.escape)
    await screen.see('STOPPED')
    expect(performance.now() - started).to.be.below(500)
    screen.type(`a draft${KEYS.controlC}`)
    await wait(100)
    screen.type(KEYS.up)
    await screen.see('› a draft')
    screen.type(KEYS.controlC)
    await wait(100)
    screen.type(KEYS.controlC)
    await screen.see('ctrl+c again to leave')
    screen.type(KEYS.controlC)
    await screen.see('ended with 0')
    await screen.see(/^icanon$/m)
    expect(screen.text()).to.contain('Paragraph-2.')
  })

  it('shows menus for commands and files, completes, and sends what is typed in full', async () => {
    const screen = start('echo')
    await screen.see('›')
    screen.type('/')
    await screen.see('❯ /help  what can be typed here')
    screen.type(`${KEYS.down}\t`)
    await screen.see('› /mode ')
    screen.type(`\u0015/help${KEYS.enter}`)
    await screen.see('got "/help"')
    screen.type('look at @src/b')
    await screen.see('❯ @src/b.ts')
    screen.type(`${KEYS.enter}now${KEYS.enter}`)
    await screen.see('got "look at @src/b.ts now"')
    screen.type('?')
    await screen.see('Ctrl-R')
    screen.type('x')
    await wait(100)
    expect(screen.text()).not.to.contain('Ctrl-R')
    screen.type(`\u0015/nope${KEYS.enter}`)
    await screen.see('got "/nope"')
  })

  it('writes in the editor of choice and brings the text back', async () => {
    const editor = join(folder, 'my editor')
    writeFileSync(editor, '#!/bin/sh\necho "editing $1"; echo "and more" >> "$1"\n')
    chmodSync(editor, 0o755)
    const screen = start('echo', undefined, {VISUAL: `"${editor}"`})
    await screen.see('›')
    screen.type('some text\n\u0007')
    await screen.see('and more')
    screen.type(KEYS.enter)
    expect(await screen.see('got')).to.contain(String.raw`got "some text\nand more"`)
  })

  for (const [what, ending] of [
    ['crash', 'ended with 1'],
    ['SIGTERM', 'ended with 143'],
  ] as const) {
    it(`gives the terminal back after ${what}`, async () => {
      const screen = start(what === 'crash' ? 'crash' : 'pid')
      if (what === 'SIGTERM') {
        const [, pid] = /pid (\d+)/.exec(await screen.see(/pid \d+/)) ?? []
        process.kill(Number(pid), 'SIGTERM')
      }
      await screen.see(ending)
      await screen.see(/^icanon$/m)
      expect(screen.cursorVisible()).to.equal(true)
      expect(screen.raw()).to.contain('\u001B[?2004l').and.contain('\u001B[<u').and.contain('\u001B[>4;0m')
      if (what === 'crash') expect(screen.text()).to.contain('told to crash')
    })
  }

  it('stops on Ctrl-Z with a sane terminal, and comes back with fg', async () => {
    const options = {cwd: folder, env: {PATH: process.env['PATH'] ?? '', PS1: 'ready$ '}, columns: 80, rows: 24}
    pty = startPty('/bin/bash', ['--norc', '--noprofile', '-i'], options)
    await pty.see('ready$')
    pty.type(`'${process.execPath}' '${PROGRAM}' echo '${folder}'\r`)
    await pty.see('scripted · code')
    pty.type('half a thought')
    await pty.see('› half a thought')
    pty.type('\u001A')
    await pty.see('Stopped')
    pty.type('stty -a | grep -o -- "-\\?icanon"\r')
    await pty.see(/^icanon$/m)
    pty.type('fg\r')
    await pty.see(/fg[^]*› half a thought/)
    pty.type(`, whole${KEYS.enter}`)
    expect(await pty.see('got')).to.contain('got "half a thought, whole"')
  })

  describe('asks', () => {
    for (const [name, keys, answer] of [
      ['a lone y as a yes', ['y'], '{"key":"y"}'],
      [
        'a sentence as words, whatever it begins with',
        ['yes but keep it short\r'],
        '{"words":"yes but keep it short"}',
      ],
      ['a sentence typed slowly as words', [...'y not'].map(String).concat('\r'), '{"words":"y not"}'],
      ['Esc as a stop', [KEYS.escape], '"none"'],
    ] as const) {
      it(`and takes ${name}`, async () => {
        const screen = start('ask')
        await screen.see('Apply?')
        await wait(700)
        for (const key of keys) {
          screen.type(key)
          await wait(150)
        }
        expect(await screen.see('ANSWER')).to.contain(`ANSWER ${answer}`)
      })
    }

    it('and takes nothing of what was typed too early, nor a bare Enter', async () => {
      const screen = start('ask')
      screen.type('y')
      await screen.see('Apply?')
      screen.type('y\r')
      await wait(1500)
      screen.type('\r\r')
      await wait(800)
      expect(screen.text()).not.to.contain('ANSWER')
      screen.type('n')
      await screen.see('ANSWER {"key":"n"}')
    })

    it('and queues a message that was begun before the question', async () => {
      const screen = start('ask')
      await screen.see('Apply?')
      screen.type('a message that goes on')
      await wait(800)
      screen.type('y')
      await wait(800)
      screen.type(KEYS.enter)
      await screen.see('next: a message that goes ony')
      expect(screen.text()).not.to.contain('ANSWER')
      screen.type('y')
      await screen.see('got "a message that goes ony"')
    })
  })
})
