import {expect} from 'chai'
import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {openaiChatReply, startScriptedServer} from 'vibe-plugin-testkit'
import type {JsonObject} from 'vibe-plugin-api'
import {createSandbox} from '../support/sandbox.ts'
import {toolsForMode} from '../../src/tools/registry.ts'

const CALLS: Array<{name: string; input: JsonObject; gives: string}> = [
  {name: 'list', input: {}, gives: 'src/'},
  {name: 'glob', input: {pattern: '**/*.js'}, gives: 'src/a.js'},
  {name: 'grep', input: {pattern: 'ans(wer)+'}, gives: 'src/a.js:1:'},
  {name: 'search', input: {query: 'where is the answer'}, gives: 'src/a.js\n1:export const answer'},
  {name: 'read', input: {path: 'src/a.js'}, gives: '= 41'},
  {name: 'edit', input: {path: 'src/a.js', old_string: '41', new_string: '42'}, gives: 'src/a.js'},
  {name: 'write', input: {path: 'b/new.txt', content: 'new\n'}, gives: 'b/new.txt'},
  {
    name: 'multi_edit',
    input: {path: 'b/new.txt', edits: [{old_string: 'new', new_string: 'newer'}]},
    gives: 'b/new.txt',
  },
  {
    name: 'apply_patch',
    input: {patch: '*** Begin Patch\n*** Add File: c.txt\n+c\n*** Add File: d.txt\n+d\n*** End Patch\n'},
    gives: 'Made d.txt',
  },
  {
    name: 'edit_files',
    input: {
      edits: [
        {path: 'c.txt', old_string: 'c\n', new_string: 'C\n', whole_lines: true},
        {path: 'f.txt', content: 'f\n'},
      ],
    },
    gives: 'Made f.txt',
  },
  {name: 'move', input: {path: 'c.txt', to: 'e/c.txt'}, gives: 'e/c.txt'},
  {name: 'delete', input: {path: 'd.txt'}, gives: 'Deleted d.txt'},
  {name: 'shell', input: {command: 'cat src/a.js b/new.txt'}, gives: '= 42'},
]

describe('every tool, in the built vibe', function () {
  this.timeout(60_000)

  it('does its work in one run', async () => {
    expect(CALLS.map((call) => call.name).sort()).to.deep.equal(
      toolsForMode('code')
        .map((tool) => tool.name)
        .sort(),
    )
    const sandbox = createSandbox()
    mkdirSync(join(sandbox.project, 'src'))
    writeFileSync(join(sandbox.project, 'src/a.js'), 'export const answer = 41\n')
    const server = await startScriptedServer((_request, index) => {
      const call = CALLS[index]
      return openaiChatReply(
        call ? {toolCalls: [{id: `c${index}`, name: call.name, input: call.input}]} : {text: 'done'},
      )
    })
    const env = {VIBE_CODER_ENDPOINT: `${server.url}/v1`, VIBE_CODER_MODEL: 'scripted'}
    const {code, stdout, stderr} = await sandbox.vibe(['run', '--yes', '--output-format', 'stream-json', 'go'], {env})
    await server.close()
    sandbox.remove()
    expect(code, stderr).to.equal(0)
    type Line = {type: string; name: string; ok: boolean; output: string}
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line)
    const results = lines.filter((line) => line.type === 'tool_result')
    expect(results.map(({name, ok}) => ({name, ok}))).to.deep.equal(CALLS.map(({name}) => ({name, ok: true})))
    for (const [index, {gives}] of CALLS.entries()) expect(results[index]?.output).to.contain(gives)
  })
})
