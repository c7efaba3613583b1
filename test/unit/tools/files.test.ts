import {chmodSync, linkSync, lstatSync, readFileSync, statSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {execFileSync} from 'node:child_process'
import {expect} from 'chai'
import {createEditTool} from '../../../src/tools/edit.ts'
import {createReadTool} from '../../../src/tools/read.ts'
import {createWriteTool} from '../../../src/tools/write.ts'
import {call, makeWorkspace, options, prepare, refusal, type Workspace} from './workspace.ts'

const read = createReadTool()
const edit = createEditTool()
const write = createWriteTool()

describe('the file tools', () => {
  let workspace: Workspace
  beforeEach(() => {
    workspace = makeWorkspace()
  })
  afterEach(() => workspace.remove())
  const text = (path: string) => readFileSync(join(workspace.root, path), 'utf8')

  describe('read', () => {
    it('numbers lines and says what the lines do not show', async () => {
      workspace.put('a.txt', '\ufeffone\r\ntwo\r\nthree')
      const {content, summary} = await call(read, {path: 'a.txt'}, workspace)
      expect(content).to.equal(
        '1\tone\n2\ttwo\n3\tthree\n[line ends are CRLF and are kept by edit; no newline at the end of the file]',
      )
      expect(summary).to.include('read a.txt, lines 1-3 of 3')
    })

    it('pages, caps lines and characters, and says how to go on', async () => {
      workspace.put('long.txt', Array.from({length: 5000}, (_, index) => `l${index + 1}\n`).join(''))
      expect((await call(read, {path: 'long.txt', offset: 10, limit: 2}, workspace)).content).to.equal(
        '10\tl10\n11\tl11\n[lines 12-5000 not shown: go on with offset 12]',
      )
      expect((await call(read, {path: 'long.txt'}, workspace)).content).to.include(
        '2000\tl2000\n[lines 2001-5000 not shown',
      )
      workspace.put('wide.txt', `${'x'.repeat(100_000)}\n`.repeat(100))
      const wide = (await call(read, {path: 'wide.txt'}, workspace)).content
      expect(wide.length).to.be.below(52_000)
      expect(wide).to.include('more characters]').and.include('go on with offset')
    })

    it('answers clearly for everything that is no text', async () => {
      workspace.put('bin', Buffer.from([1, 0, 2]))
      workspace.put('latin', Buffer.from([0x41, 0xe4, 0x42]))
      workspace.put('huge', '')
      execFileSync('truncate', ['-s', '5G', join(workspace.root, 'huge')])
      execFileSync('mkfifo', [join(workspace.root, 'pipe')])
      workspace.put('empty', '')
      const cases: Array<[string, string]> = [
        ['bin', 'binary'],
        ['latin', 'not valid UTF-8'],
        ['huge', 'too large'],
        ['pipe', 'no regular file'],
        ['none', 'does not exist'],
        ['.', 'folder'],
      ]
      for (const [path, words] of cases) {
        const outcome = await call(read, {path}, workspace)
        expect(outcome.isError, path).to.equal(true)
        expect(outcome.content, path).to.include(words)
      }
      expect((await call(read, {path: 'empty'}, workspace)).content).to.equal('(the file is empty)')
      expect((await call(read, {path: 'empty', offset: 3}, workspace)).isError).to.equal(undefined)
    })

    it('asks for the real place behind a link', async () => {
      writeFileSync(join(workspace.outside, 'x'), 'secret')
      symlinkSync(join(workspace.outside, 'x'), join(workspace.root, 'innocent'))
      const {access} = await prepare(read, {path: 'innocent'}, workspace)
      expect(access).to.deep.equal([{kind: 'read', path: join(workspace.outside, 'x'), given: 'innocent'}])
    })

    it('does not read through a link that took the place of the file after the check', async () => {
      const path = workspace.put('a', 'fine')
      writeFileSync(join(workspace.outside, 'x'), 'secret')
      const prepared = await prepare(read, {path: 'a'}, workspace)
      execFileSync('ln', ['-sf', join(workspace.outside, 'x'), path])
      const {content, isError} = await prepared.execute(options())
      expect(isError).to.equal(true)
      expect(content).to.not.include('secret')
    })

    it('names what is wrong with an input', async () => {
      expect((await refusal(prepare(read, {path: 'a', force: true}, workspace))).message).to.equal(
        'read was not done: unknown member "force"; read takes path, offset, limit.',
      )
      expect((await refusal(prepare(read, {}, workspace))).message).to.include('"path" (string) is missing')
      expect((await refusal(prepare(read, {path: 3}, workspace))).message).to.include('"path" must be a string')
      expect((await refusal(prepare(read, {path: 'a', offset: 0}, workspace))).message).to.include('at least 1')
      expect((await refusal(prepare(read, {path: 'a', offset: 1.5}, workspace))).message).to.include('whole number')
      expect((await refusal(prepare(read, {path: 'a\0'}, workspace))).message).to.include('NUL')
      workspace.put('a', 'x\ny\n')
      expect((await call(read, {path: 'a', offset: '2', limit: null}, workspace)).content).to.equal('2\ty')
      const wordy = {file_path: 'a', offset: 2, explanation: 'I look', description: 'a look'}
      expect((await call(read, wordy, workspace)).content).to.equal('2\ty')
      expect((await call(read, {arguments: {path: 'a', offset: 2}}, workspace)).content).to.equal('2\ty')
    })
  })

  describe('edit', () => {
    it('changes the one place, shows the whole diff before, and may go on without reading again', async () => {
      workspace.put('a.txt', 'one\ntwo\n')
      await call(read, {path: 'a.txt'}, workspace)
      const prepared = await prepare(edit, {path: 'a.txt', old_string: 'two', new_string: 'TWO\nthree'}, workspace)
      expect(text('a.txt')).to.equal('one\ntwo\n')
      expect(prepared.preview).to.deep.equal({
        kind: 'diff',
        files: [
          {
            path: 'a.txt',
            op: 'change',
            diff: '--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,3 @@\n one\n-two\n+TWO\n+three\n',
            added: 2,
            removed: 1,
          },
        ],
      })
      const outcome = await prepared.execute(options())
      expect(outcome).to.include({content: 'Edited a.txt, now lines 2-3.', summary: 'edit a.txt (+2 -1)'})
      expect((await call(edit, {path: 'a.txt', old_string: 'one', new_string: '1'}, workspace)).isError).to.equal(
        undefined,
      )
      expect(text('a.txt')).to.equal('1\nTWO\nthree\n')
    })

    it('keeps CRLF, BOM, mode and a missing final newline', async () => {
      const path = workspace.put('a.sh', '\ufeffone\r\ntwo\r\nend')
      chmodSync(path, 0o751)
      await call(read, {path: 'a.sh'}, workspace)
      await call(edit, {path: 'a.sh', old_string: 'two\nend', new_string: '2\n3\nend'}, workspace)
      expect(text('a.sh')).to.equal('\ufeffone\r\n2\r\n3\r\nend')
      expect(statSync(path).mode & 0o777).to.equal(0o751)
    })

    it('writes to the target of a link and to all names of a hard-linked file', async () => {
      const path = workspace.put('real.txt', 'old')
      symlinkSync('real.txt', join(workspace.root, 'link.txt'))
      linkSync(path, join(workspace.root, 'hard.txt'))
      await call(read, {path: 'link.txt'}, workspace)
      await call(edit, {path: 'link.txt', old_string: 'old', new_string: 'new'}, workspace)
      expect([text('real.txt'), text('hard.txt')]).to.deep.equal(['new', 'new'])
      expect(lstatSync(join(workspace.root, 'link.txt')).isSymbolicLink()).to.equal(true)
    })

    it('refuses what is missing, does not fit, or fits twice', async () => {
      workspace.put('a.txt', 'one\none\n')
      await call(read, {path: 'a.txt'}, workspace)
      const refused = (old: string, path = 'a.txt') =>
        refusal(prepare(edit, {path, old_string: old, new_string: 'x'}, workspace))
      expect((await refused('one')).code).to.equal('ambiguous')
      expect((await refused('two')).code).to.equal('no_match')
      expect((await refused('two', 'b.txt')).code).to.equal('missing')
      expect(text('a.txt')).to.equal('one\none\n')
    })

    it('changes what was not read, or changed since, only where the text is there exactly and once', async () => {
      const path = workspace.put('a.txt', 'one\ntwo\n')
      const edited = (old: string, next: string) =>
        call(edit, {path: 'a.txt', old_string: old, new_string: next}, workspace)
      expect((await refusal(edited('one \ntwo', '1\ntwo'))).code).to.equal('unread')
      await edited('two', '2')
      expect((await refusal(call(write, {path: 'a.txt', content: 'x'}, workspace))).code).to.equal('unread')
      await call(read, {path: 'a.txt'}, workspace)
      writeFileSync(path, 'one\n2\nthree\n')
      const stale = await refusal(edited('one \n2', '1\n2'))
      expect(stale.code).to.equal('stale')
      expect(stale.message).to.include('+three')
      await edited('three', '3')
      expect(text('a.txt')).to.equal('one\n2\n3\n')
      expect((await refusal(call(write, {path: 'a.txt', content: 'x'}, workspace))).code).to.equal('stale')
    })

    it('says by which rung a text was found, and shows the place', async () => {
      workspace.put('a.py', 'def f():\n    x = 1\n    y = 2\n')
      await call(read, {path: 'a.py'}, workspace)
      const done = await call(edit, {path: 'a.py', old: 'x = 1\ny = 2', new: 'x = 3\ny = 2'}, workspace)
      expect(done.content).to.include('found by indentation').and.include('+    x = 3')
    })

    it('refuses when the file changes between the approval and the write', async () => {
      const path = workspace.put('a.txt', 'one\n')
      await call(read, {path: 'a.txt'}, workspace)
      const prepared = await prepare(edit, {path: 'a.txt', old_string: 'one', new_string: 'x'}, workspace)
      writeFileSync(path, 'two\n')
      const outcome = await prepared.execute(options())
      expect(outcome.isError).to.equal(true)
      expect(outcome.edits).to.equal(undefined)
      expect(outcome.content).to.include('changed since it was read')
      expect(text('a.txt')).to.equal('two\n')
    })

    it('writes nothing after an abort', async () => {
      workspace.put('a.txt', 'one\n')
      await call(read, {path: 'a.txt'}, workspace)
      const prepared = await prepare(edit, {path: 'a.txt', old_string: 'one', new_string: 'x'}, workspace)
      expect((await prepared.execute(options(AbortSignal.abort()))).isError).to.equal(true)
      expect(text('a.txt')).to.equal('one\n')
    })
  })

  describe('write', () => {
    it('makes files with their folders', async () => {
      const prepared = await prepare(write, {path: 'src/deep/a.ts', content: 'x\n'}, workspace)
      const {preview} = prepared
      expect(preview.kind === 'diff' && preview.files).to.have.lengthOf(1)
      expect(preview.kind === 'diff' && preview.files[0]).to.include({op: 'create', added: 1})
      expect(prepared.access).to.deep.equal([
        {kind: 'edit', path: join(workspace.root, 'src/deep/a.ts'), given: 'src/deep/a.ts'},
      ])
      expect((await prepared.execute(options())).content).to.equal('Made src/deep/a.ts.')
      expect(text('src/deep/a.ts')).to.equal('x\n')
    })

    it('replaces only what was read, and keeps its CRLF and BOM', async () => {
      workspace.put('a.txt', '\ufeffone\r\n')
      expect((await refusal(prepare(write, {path: 'a.txt', content: 'x'}, workspace))).code).to.equal('unread')
      await call(read, {path: 'a.txt'}, workspace)
      await call(write, {path: 'a.txt', content: 'two\nthree\n'}, workspace)
      expect(text('a.txt')).to.equal('\ufefftwo\r\nthree\r\n')
      expect((await refusal(prepare(write, {path: 'a.txt', content: 'two\nthree\n'}, workspace))).code).to.equal('noop')
    })

    it('does not overwrite a file that appeared after the approval', async () => {
      const prepared = await prepare(write, {path: 'new.txt', content: 'mine'}, workspace)
      workspace.put('new.txt', 'theirs')
      expect((await prepared.execute(options())).content).to.include('made by someone else')
      expect(text('new.txt')).to.equal('theirs')
    })

    it('shows the real place behind links, and refuses folders and binaries', async () => {
      symlinkSync(workspace.outside, join(workspace.root, 'docs'))
      expect((await prepare(write, {path: 'docs/a', content: 'x'}, workspace)).access[0]).to.include({
        path: join(workspace.outside, 'a'),
      })
      workspace.put('sub/x', '')
      expect((await refusal(prepare(write, {path: 'sub', content: 'x'}, workspace))).code).to.equal('is-folder')
      expect((await refusal(prepare(write, {path: 'sub/x/y', content: 'x'}, workspace))).code).to.equal('path')
      expect((await refusal(prepare(write, {path: 'new/', content: 'x'}, workspace))).code).to.equal('is-folder')
      expect((await refusal(prepare(write, {path: 'a', content: '\ud800'}, workspace))).code).to.equal('malformed')
    })
  })
})
