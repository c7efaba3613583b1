import {spawnSync} from 'node:child_process'
import {cp, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'
import type {Message} from 'vibe-plugin-api'
import {ask, failure, play, provider, result, said, user} from './support.ts'

const packageRoot = new URL('..', import.meta.url)

describe('vibe-provider-replay: the demo', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'replay-'))
  })
  afterEach(async () => rm(folder, {recursive: true, force: true}))

  const runTests = (cwd: string, reporter: string) => {
    const {NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, ...env} = process.env
    return spawnSync(process.execPath, ['--test', `--test-reporter=${reporter}`], {cwd, env, encoding: 'utf8'})
  }

  it('mends the sample project through its own tool calls, red before and green after', async () => {
    const project = join(folder, 'project')
    await cp(new URL('demo/project/', packageRoot), project, {recursive: true})
    const target = await provider({})
    const tools = ['read', 'edit', 'shell'].map((name) => ({name, description: '', inputSchema: {}}))
    const messages: Message[] = [user('Make the tests pass.')]
    const used: string[] = []
    for (;;) {
      const events = await play(target, {...ask(...messages), tools})
      const calls = events.filter((event) => event.type === 'tool-call-end')
      messages.push({
        role: 'assistant',
        content: calls.map(({callId, name, input}) => ({type: 'tool-call', callId, name, input: input ?? {}})),
      })
      if (calls.length === 0) break
      for (const {callId, name, input} of calls) {
        used.push(name)
        const path = join(project, String(input?.['path']))
        if (name === 'read') messages.push(result(callId, await readFile(path, 'utf8')))
        else if (name === 'edit') {
          const before = await readFile(path, 'utf8')
          expect(before.split(String(input?.['old_string']))).to.have.length(2)
          await writeFile(path, before.replace(String(input?.['old_string']), String(input?.['new_string'])))
          messages.push(result(callId, 'edited'))
        } else {
          expect(input?.['command']).to.equal('node --test')
          const reporter = used.filter((tool) => tool === 'shell').length === 1 ? 'tap' : 'spec'
          const {status, stdout} = runTests(project, reporter)
          messages.push(result(callId, stdout, status === 0 ? undefined : true))
        }
      }
    }
    expect(used).to.deep.equal(['read', 'read', 'shell', 'edit', 'shell'])
    expect(runTests(project, 'tap').status).to.equal(0)
  })

  it('does not close when the second run is still red', async () => {
    const tail = result('demo_5', 'ℹ tests 3\nℹ pass 2\nℹ fail 1', true)
    const error = await failure(play(await provider({}), ask(user('go'), said(), said(), said(), said(), tail)))
    expect(error.message).to.include('- includes pass 3')
  })
})
