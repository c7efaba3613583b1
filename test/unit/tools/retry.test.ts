import {expect} from 'chai'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {createApplyPatchTool} from '../../../src/tools/apply-patch.ts'
import {createDeleteTool, createMoveTool} from '../../../src/tools/delete-and-move.ts'
import {createMultiEditTool} from '../../../src/tools/multi-edit.ts'
import {createReadTool} from '../../../src/tools/read.ts'
import {call, makeWorkspace, prepare, refusal, type Workspace} from './workspace.ts'

describe('tools for several edits', () => {
  let workspace: Workspace
  const multi = createMultiEditTool()
  const text = (name: string) => readFileSync(join(workspace.root, name), 'utf8')

  beforeEach(async () => {
    workspace = makeWorkspace()
    workspace.put('a.txt', 'one\ntwo\nthree\n')
    await call(createReadTool(), {path: 'a.txt'}, workspace)
  })
  afterEach(() => workspace.remove())

  it('keep the edits that fit until the others are sent again', async () => {
    const edits = [
      {old_string: 'one', new_string: '1'},
      {old_string: 'tow', new_string: '2'},
      {old_string: 'three', new_string: '3'},
    ]
    const refused = await refusal(prepare(multi, {path: 'a.txt', edits}, workspace))
    expect(refused.code).to.equal('no_match')
    expect(refused.message).to.match(/^Nothing written\.\nOf 3 edits, 1, 3 are fine and kept: .*"retry_of": "b1"/)
    expect(refused.message).to.include('edit 2, a.txt: no_match.')
    expect(text('a.txt')).to.equal('one\ntwo\nthree\n')
    const again = {path: 'a.txt', edits: [{old_string: 'two', new_string: '2'}], retry_of: 'b1'}
    await call(multi, again, workspace)
    expect(text('a.txt')).to.equal('1\n2\n3\n')
    expect((await refusal(prepare(multi, again, workspace))).code).to.equal('unknown-batch')
  })

  it('look at the file again when the waiting edits are made', async () => {
    const edits = [
      {old_string: 'one', new_string: '1'},
      {old_string: 'tow', new_string: '2'},
    ]
    await refusal(prepare(multi, {path: 'a.txt', edits}, workspace))
    workspace.put('a.txt', 'uno\ntwo\n')
    const again = {path: 'a.txt', edits: [{old_string: 'two', new_string: '2'}], retry_of: 'b1'}
    const refused = await refusal(prepare(multi, again, workspace))
    expect(refused.message).to.include('Since you read it, a.txt was changed:').and.include('+uno')
    expect(text('a.txt')).to.equal('uno\ntwo\n')
  })

  it('delete and move files, and take patches in the format a model knows', async () => {
    await call(createMoveTool(), {path: 'a.txt', to: 'b/c.txt'}, workspace)
    const diff = '--- a/b/c.txt\n+++ b/b/c.txt\n@@ -1 +1 @@\n-one\n+1\n'
    await call(createApplyPatchTool(), {input: diff}, workspace)
    expect(text('b/c.txt')).to.equal('1\ntwo\nthree\n')
    const prepared = await prepare(createDeleteTool(), {file_path: 'b/c.txt'}, workspace)
    expect(prepared.access).to.deep.equal([{kind: 'edit', path: join(workspace.root, 'b/c.txt'), given: 'b/c.txt'}])
    await call(createDeleteTool(), {path: 'b/c.txt'}, workspace)
    expect((await refusal(prepare(createDeleteTool(), {path: 'b/c.txt'}, workspace))).code).to.equal('missing')
  })
})
