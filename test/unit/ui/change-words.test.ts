import {expect} from 'chai'
import {fileDiff} from '../../../src/edits/file-diff.ts'
import {changeReport} from '../../../src/ui/change-report.ts'
import {changeSummary} from '../../../src/ui/change-words.ts'
import {styleFor} from '../../../src/ui/style.ts'

type State = {text?: string; bytes?: number[]; mode?: number}

function said(path: string, states: {before?: State; after?: State; from?: string}): string {
  const {from} = states
  const [before, after] = [stateOf(states.before), stateOf(states.after)]
  return changeSummary(fileDiff({path, ...(from !== undefined && {from}), before, after}))
}

function stateOf(state: State | undefined) {
  if (!state) return undefined
  const {text = '', bytes, mode = 0o644} = state
  return {bytes: bytes ? Buffer.from(bytes) : Buffer.from(text, 'utf8'), mode}
}

describe('a change in words', () => {
  it('says new, deleted, moved, empty', () => {
    expect(said('a.ts', {before: {text: 'a\nb\n'}, after: {text: 'a\nc\nd\n'}})).to.equal('a.ts  +2 -1')
    expect(said('a.ts', {after: {text: 'a\n'}})).to.equal('a.ts  +1 -0  new file')
    expect(said('a.ts', {after: {text: ''}})).to.equal('a.ts  new file, empty')
    expect(said('a.ts', {before: {text: 'a\n'}})).to.equal('a.ts  +0 -1  deleted')
    expect(said('a.ts', {before: {text: ''}})).to.equal('a.ts  deleted, empty')
    const text = '1\n2\n3\n4\n'
    expect(said('b.ts', {from: 'a.ts', before: {text}, after: {text}})).to.equal(
      'a.ts → b.ts  renamed, content unchanged',
    )
    expect(said('b.ts', {from: 'a.ts', before: {text}, after: {text: '1\n2\n3\n5\n'}})).to.equal(
      'a.ts → b.ts  +1 -1  renamed, 75 % of it unchanged',
    )
  })

  it('says who may run it', () => {
    const text = 'x\n'
    expect(said('a', {after: {text, mode: 0o755}})).to.equal('a  +1 -0  new file, executable')
    expect(said('a', {before: {text}, after: {text, mode: 0o755}})).to.equal('a  now executable')
    expect(said('a', {before: {text, mode: 0o755}, after: {text}})).to.equal('a  no longer executable')
    expect(said('a', {before: {text}, after: {text, mode: 0o600}})).to.equal('a  permissions 644 → 600')
    expect(said('a', {before: {text}, after: {text: 'y\n', mode: 0o755}})).to.equal('a  +1 -1  now executable')
  })

  it('gives the size of what is no text', () => {
    expect(said('a.png', {before: {bytes: [0]}, after: {bytes: [0, 1]}})).to.equal('a.png  binary, 1 byte → 2 bytes')
    expect(said('a.png', {after: {bytes: Array<number>(3400).fill(0)}})).to.equal('a.png  new file, binary, 3.4 kB')
    expect(said('a.txt', {before: {bytes: [0xe9]}})).to.equal('a.txt  deleted, not UTF-8 text, 1 byte')
    expect(said('b.png', {from: 'a.png', before: {bytes: [0, 1]}, after: {bytes: [0, 1]}})).to.equal(
      'a.png → b.png  renamed, content unchanged, binary, 2 bytes',
    )
  })

  it('says how lines end, where that changes', () => {
    const said2 = (before: string, after: string) => said('a', {before: {text: before}, after: {text: after}})
    expect(said2('1\r\n2\r\n', '1\n2\n')).to.equal('a  +2 -2  line endings CRLF → LF in 2 lines')
    expect(said2('1\n2\n', '1\n2\r\n')).to.equal('a  +1 -1  line endings LF → CRLF in 1 line')
    expect(said2('1\r\n2\r\n', '1\r\n3\r\n')).to.equal('a  +1 -1')
    expect(said2('1\r\n', '1\r\n2\n')).to.equal('a  +1 -0  line endings LF between lines with CRLF')
    expect(said2('1\n2', '1\n2\n')).to.equal('a  +1 -1  newline at end of file added')
    expect(said2('1\n2\n', '1\n2')).to.equal('a  +1 -1  newline at end of file removed')
    expect(said2('1\n2', '1\n3')).to.equal('a  +1 -1')
    expect(said('a', {after: {text: '1\r\n2'}})).to.equal(
      'a  +2 -0  new file, line endings CRLF, no newline at end of file',
    )
  })

  it('lets no name move, colour or hide anything', () => {
    expect(said('a\u00A0b.ts ', {after: {text: ''}})).to.equal('a<U+00A0>b.ts·  new file, empty')
    expect(said('a\u001B[31m\n\u202Eb', {after: {text: ''}})).to.equal('a␛[31m␊<U+202E>b  new file, empty')
  })
})

describe('changes to be judged', () => {
  it('are one title and the diff for one file, the files in short for more', () => {
    const style = styleFor({write: () => undefined}, {})
    const state = (text: string) => ({bytes: Buffer.from(text)})
    const one = fileDiff({path: 'a', before: state('x\n'), after: state('y\n')})
    const two = fileDiff({path: 'b', before: undefined, after: state('')})
    expect(changeReport([one], {style, columns: 80})).to.deep.equal(['Change  a  +1 -1', '', ' 1   -x', '   1 +y'])
    expect(changeReport([one, two], {style, columns: 80})).to.deep.equal([
      '2 files  +1 -1',
      '  change  a  +1 -1',
      '  new     b  empty',
      '',
      '1 of 2  Change  a  +1 -1',
      '',
      ' 1   -x',
      '   1 +y',
      '',
      '2 of 2  New file  b  empty',
    ])
  })
})
