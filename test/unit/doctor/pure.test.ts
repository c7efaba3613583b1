import {expect} from 'chai'
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {clockFinding} from '../../../src/doctor/clock.ts'
import {exitFor} from '../../../src/doctor/examine.ts'
import {nodeFinding} from '../../../src/doctor/installation.ts'
import {pathFinding, programsOnPath, type Program} from '../../../src/doctor/path-collisions.ts'
import {terminalFindings} from '../../../src/doctor/terminal.ts'
import {findingLines} from '../../../src/ui/doctor.ts'
import {styleFor} from '../../../src/ui/style.ts'

describe('the version of Node', () => {
  const states: Array<[string, string]> = [
    ['20.19.0', 'error'],
    ['22.12.9', 'error'],
    ['22.13.0', 'ok'],
    ['24.0.0', 'ok'],
  ]
  for (const [version, state] of states)
    it(`${version} is ${state}`, () => expect(nodeFinding(version, 'node').state).to.equal(state))
})

describe('programs called vibe', () => {
  const program = (kind: Program['kind'], path: string): Program => ({kind, path, what: kind})

  it('are judged by the first one', () => {
    expect(pathFinding([]).state).to.equal('warning')
    expect(pathFinding([program('this', '/a/vibe'), program('other', '/b/vibe')])).to.include({state: 'ok'})
    const hidden = pathFinding([program('other', '/b/vibe'), program('this', '/a/vibe')])
    expect(hidden).to.include({state: 'warning', mend: 'Put /a first in PATH, or type vibe-coder'})
    expect(pathFinding([program('copy', '/b/vibe')]).detail).to.contain('/b/vibe')
  })

  it('are found by their endings on Windows, and told apart by what is in them', () => {
    const folder = mkdtempSync(join(tmpdir(), 'vibe-path-'))
    writeFileSync(join(folder, 'vibe.cmd'), '@node "%~dp0\\node_modules\\vibe-coder\\bin\\run.js" %*', {mode: 0o755})
    writeFileSync(join(folder, 'vibe.exe'), 'MZ from vibe.cli.entrypoint', {mode: 0o755})
    const own = join(folder, 'node_modules/vibe-coder')
    mkdirSync(own, {recursive: true})
    const other = mkdtempSync(join(tmpdir(), 'vibe-root-'))
    const env = {Path: `${folder};${folder};C:\\none`, PATHEXT: '.EXE;.CMD'}
    const kinds = [own, other].map((root) => programsOnPath(env, root, 'win32').map(({kind}) => kind))
    const [first] = programsOnPath(env, own, 'win32')
    for (const each of [folder, other]) rmSync(each, {recursive: true})
    expect(kinds).to.deep.equal([
      ['other', 'this'],
      ['other', 'copy'],
    ])
    expect(first?.what).to.equal('Mistral Vibe')
  })
})

describe('the terminal', () => {
  const usual = {inputIsTerminal: true, outputIsTerminal: true, columns: 80, rows: 24}
  const ofId = (id: string, facts = usual, env: Record<string, string> = {}) =>
    terminalFindings(facts, {TERM: 'xterm', LANG: 'C.UTF-8', ...env}, 'linux').find((finding) => finding.id === id)

  it('is looked at for its size, its kind and its letters', () => {
    expect(ofId('terminal')).to.include({state: 'ok', detail: 'xterm, 80 columns, 24 rows'})
    expect(ofId('terminal', {...usual, columns: 0})).to.include({state: 'warning'})
    expect(ofId('terminal', {...usual, columns: 30})).to.include({state: 'warning'})
    expect(ofId('terminal', usual, {TERM: 'dumb'})).to.include({state: 'warning'})
    expect(ofId('terminal', {...usual, outputIsTerminal: false})).to.include({state: 'skipped'})
    expect(ofId('locale', usual, {LC_ALL: 'C'})).to.include({state: 'warning'})
    expect(ofId('locale', usual, {LANG: 'de_DE.utf8'})).to.include({state: 'ok'})
    expect(ofId('colours', usual, {NO_COLOR: '1'})?.detail).to.equal('off (NO_COLOR)')
    expect(ofId('multiplexer', usual, {TMUX: '/tmp/x'})?.detail).to.equal('tmux')
    expect(terminalFindings(usual, {}, 'win32').some(({id}) => id === 'locale')).to.equal(false)
  })
})

describe('the clock', () => {
  const now = Date.parse('2026-01-01T12:00:00Z')

  it('is compared with the date that a service sends', () => {
    expect(clockFinding('Thu, 01 Jan 2026 12:01:00 GMT', now).state).to.equal('ok')
    expect(clockFinding('Thu, 01 Jan 2026 13:00:00 GMT', now)).to.include({state: 'warning'})
    expect(clockFinding('Thu, 01 Jan 2026 13:00:00 GMT', now).detail).to.contain('60 minutes behind')
    expect(clockFinding('Thu, 01 Jan 2026 11:50:00 GMT', now).detail).to.contain('10 minutes ahead')
    for (const nonsense of ['', 'soon', '\u001b[31m']) expect(clockFinding(nonsense, now).state).to.equal('skipped')
  })
})

describe('the lines of the doctor', () => {
  const style = styleFor({write: () => undefined}, {})
  const finding = {
    id: 'x',
    title: 'Thing',
    detail: 'it is \u001b[31mred and has a long sentence about it',
    mend: 'vibe mend',
  }

  it('obey nothing in a finding, break at blanks, and keep the mend whole', () => {
    const lines = findingLines([{...finding, state: 'error'}], {columns: 30, env: {}, style})
    expect(lines.join('\n')).not.to.contain('\u001b')
    expect(lines).to.include('    → vibe mend')
    expect(lines[0]?.split('\n').every((line) => line.length <= 30)).to.equal(true)
    expect(lines.at(-1)).to.match(/1 thing to mend/)
  })

  it('have a mend only where there is something to mend', () => {
    expect(findingLines([{...finding, state: 'ok'}], {columns: undefined, env: {}, style})).to.deep.equal([
      '✓ Thing: it is ␛[31mred and has a long sentence about it',
      '',
      'All is well.',
    ])
  })

  it('lead to exit 3 by an error alone', () => {
    expect(
      exitFor([
        {...finding, state: 'warning'},
        {...finding, state: 'skipped'},
      ]),
    ).to.equal(0)
    expect(
      exitFor([
        {...finding, state: 'warning'},
        {...finding, state: 'error'},
      ]),
    ).to.equal(3)
  })
})
