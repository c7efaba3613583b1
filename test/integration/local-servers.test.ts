import {expect} from 'chai'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {
  jsonReply,
  ollamaReply,
  openaiChatReply,
  startScriptedServer,
  type Answer,
  type Reply,
  type ScriptedAnswer,
  type ScriptedServer,
} from 'vibe-plugin-testkit'
import {createSandbox, ROOT, type Sandbox} from '../support/sandbox.ts'

const EDIT: ScriptedAnswer[] = [
  {reasoning: 'Look first.', toolCalls: [{id: 'c1', name: 'read', input: {path: 'a.txt'}}]},
  {toolCalls: [{id: 'c2', name: 'edit', input: {path: 'a.txt', old_string: 'two', new_string: '2'}}]},
  {text: 'Done: größer.', usage: {input: 900, output: 7}},
]

/** Speaks one protocol's answers to the edit turn, by the number of tools that ran; every other chat is a trial. */
function speaker(reply: (answer: ScriptedAnswer) => Reply, chatPath: string, others: Record<string, object>): Answer {
  return ({path, body, json}) => {
    if (path !== chatPath) return jsonReply(others[path] ?? {error: 'no such path'}, path in others ? 200 : 404)
    if (!body.includes('change two')) return reply({text: 'ready'})
    const ran = (json as Chat).messages.filter(({role}) => role === 'tool').length
    return reply(EDIT[ran] ?? {text: 'out of answers'})
  }
}

const ollama = () =>
  speaker(ollamaReply, '/api/chat', {
    '/api/version': {version: '0.12.6'},
    '/api/tags': {models: [{name: 'tiny:1b', size: 815_000_000, details: {parameter_size: '1B'}}]},
    '/api/show': {
      capabilities: ['completion', 'tools'],
      model_info: {'general.architecture': 'llama', 'llama.context_length': 32_768},
    },
  })
const lmstudio = () =>
  speaker(openaiChatReply, '/v1/chat/completions', {'/v1/models': {object: 'list', data: [{id: 'tiny:1b'}]}})

type Line = {type: string; [key: string]: unknown}

describe('a local server through a linked plugin', function () {
  this.timeout(60_000)
  let sandbox: Sandbox
  let server: ScriptedServer
  beforeEach(() => {
    sandbox = createSandbox()
  })
  afterEach(async () => {
    await server.close()
    sandbox.remove()
  })

  async function vibe(args: readonly string[], env: Record<string, string> = {}) {
    const run = await sandbox.vibe(args, {env})
    expect(run.code, `${args.join(' ')}\n${run.stderr}`).to.equal(0)
    return run
  }

  const link = (name: string) => vibe(['plugins', 'link', join(ROOT, 'plugins', name), '--no-install'])

  const editChats = (chatPath: string) =>
    server.requests.filter(({path, body}) => path === chatPath && body.includes('change two'))

  async function editTurn(args: readonly string[], env: Record<string, string> = {}): Promise<Line[]> {
    const file = join(sandbox.project, 'a.txt')
    writeFileSync(file, 'one\r\ntwo\r\nthree')
    const run = await vibe(['run', ...args, '--yes', '--output-format', 'stream-json', 'change two'], env)
    expect(readFileSync(file, 'utf8')).to.equal('one\r\n2\r\nthree')
    const events = run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line)
    expect(events.at(-1)).to.include({type: 'result', status: 'ok', turns: 3, text: 'Done: größer.'})
    return events
  }

  it('adds Ollama and edits a file with it', async () => {
    server = await startScriptedServer(ollama())
    await link('vibe-provider-ollama')
    await vibe(['provider:add', 'home', '--type', 'ollama', '--endpoint', server.url, '--model', 'tiny:1b', '--yes'])
    const list = await vibe(['model:list', 'home'])
    expect(list.stdout).to.contain('tiny:1b')
    const events = await editTurn(['--provider', 'home'])
    expect(events.some(({type}) => type === 'reasoning')).to.equal(true)
    const last = editChats('/api/chat').at(-1)?.json as Chat | undefined
    expect(last).to.deep.include({model: 'tiny:1b', stream: true, truncate: false})
    expect(last?.options.num_ctx).to.be.oneOf([4096, 8192])
    expect(last?.messages.filter(({role}) => role === 'tool').map(({tool_name}) => tool_name)).to.deep.equal([
      'read',
      'edit',
    ])
    const ids = last?.messages.flatMap(({tool_calls = []}) => tool_calls.map(({id}) => id)) ?? []
    expect(new Set(ids).size).to.equal(2)
  })

  it('finds Ollama where OLLAMA_HOST says, without a scheme', async () => {
    server = await startScriptedServer(ollama())
    await link('vibe-provider-ollama')
    const host = {OLLAMA_HOST: new URL(server.url).host, OLLAMA_CONTEXT_LENGTH: '6144'}
    await vibe(['provider:add', 'home', '--type', 'ollama', '--model', 'tiny:1b', '--yes'], host)
    await editTurn(['--provider', 'home'], host)
    expect(editChats('/api/chat').map(({json}) => (json as Chat).options.num_ctx)).to.deep.equal([6144, 6144, 6144])
  })

  it('says at once when Ollama answered without a part of the request', async () => {
    const cut = ollamaReply({text: 'ok', usage: {input: 900, output: 1}})
    server = await startScriptedServer(({path}) => (path === '/api/chat' ? cut : jsonReply({version: '0.5.0'})))
    await link('vibe-provider-ollama')
    const add = ['provider:add', 'home', '--type', 'ollama', '--endpoint', server.url, '--model', 'tiny:1b']
    await vibe([...add, '--no-validate', '--yes'])
    const {stdout, stderr} = await vibe(['run', '--provider', 'home', 'many words '.repeat(4000)])
    expect(stdout).to.equal('ok\n')
    expect(stderr).to.match(/Ollama saw 900 of about 1\d{4} tokens of this request/)
  })

  it('says how to get a model that is missing', async () => {
    server = await startScriptedServer(({path}) =>
      path === '/api/chat' ? jsonReply({error: "model 'gone' not found"}, 404) : jsonReply({version: '1'}),
    )
    await link('vibe-provider-ollama')
    const add = ['provider:add', 'home', '--type', 'ollama', '--endpoint', server.url, '--model', 'gone']
    await vibe([...add, '--no-validate', '--yes'])
    const {code, stderr} = await sandbox.vibe(['run', '--provider', 'home', 'hello'])
    expect(code).to.not.equal(0)
    expect(stderr).to.contain("model 'gone' not found").and.contain('ollama pull gone')
  })

  it('adds LM Studio and edits a file with it', async () => {
    server = await startScriptedServer(lmstudio())
    await link('vibe-provider-lmstudio')
    const endpoint = `${server.url}/v1`
    await vibe(['provider:add', 'studio', '--type', 'lmstudio', '--endpoint', endpoint, '--model', 'tiny:1b', '--yes'])
    await editTurn(['--provider', 'studio'])
    const chats = editChats('/v1/chat/completions')
    expect(chats).to.have.length(3)
    for (const {headers} of chats) expect(headers).to.not.have.property('authorization')
  })
})

type Chat = {
  options: {num_ctx: number}
  messages: Array<{role: string; tool_name?: string; tool_calls?: Array<{id: string}>}>
}
