import {expect} from 'chai'
import {openaiChatReply, startScriptedServer} from 'vibe-plugin-testkit'
import {makeVibeHome} from '../support/vibe.ts'

/** What is needed by some commands only, and expensive to load. */
const LATER = [
  'ajv',
  'enquirer',
  'highlight.js',
  'listr2',
  'marked',
  'openai',
  '@anthropic-ai/sdk',
  'typescript',
  'esbuild',
]

describe('what a start loads', () => {
  it('for one answer is nothing that another command needs', async () => {
    const vibe = await makeVibeHome()
    const server = await startScriptedServer(() => openaiChatReply({text: 'Hello.'}))
    const env = {VIBE_CODER_ENDPOINT: `${server.url}/v1`, VIBE_CODER_MODEL: 'scripted'}
    const run = await vibe.runRecorded(['run', 'say hello'], {env})
    await server.close()
    await vibe.remove()
    expect(run.code, run.stderr).to.equal(0)
    expect(server.requests).to.have.length(1)
    expect(run.packages.filter((name) => LATER.includes(name))).to.deep.equal([])
    expect(run.packages, 'the recorder sees what is in bundles').to.include('@oclif/core')
  })

  it('for completion is neither oclif nor the network', async () => {
    const vibe = await makeVibeHome()
    const words = ['vibe', 'setup', '--provider', 'openai', '--model', 'gpt-5-n']
    const run = await vibe.runRecorded(['__complete', '--shell', 'fish', '--index', '5', '--', ...words])
    await vibe.remove()
    expect(run.stdout).to.match(/^values\ngpt-5-nano\b/)
    expect(
      run.packages.filter((name) => [...LATER, '@oclif/core', 'got', 'builtin:undici'].includes(name)),
    ).to.deep.equal([])
  })

  it('for the help is no provider', async () => {
    const vibe = await makeVibeHome()
    const run = await vibe.runRecorded(['help'])
    await vibe.remove()
    expect(run.files.filter((path) => /vibe-provider-/.test(path))).to.deep.equal([])
    expect(run.packages.filter((name) => [...LATER, 'got', 'builtin:undici'].includes(name))).to.deep.equal([])
  })
})
