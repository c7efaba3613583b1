import {expect} from 'chai'
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {ChatEvent} from 'vibe-plugin-api'
import {openaiChatReply, sseEvent, startScriptedServer, type ScriptedServer} from 'vibe-plugin-testkit'
import {loadConfig} from '../../src/config/load.ts'
import {buildInstance} from '../../src/providers/instances.ts'
import {openProvider} from '../../src/providers/load.ts'
import {readRegistry} from '../../src/providers/registry.ts'
import type {PluginSource, Registry} from '../../src/providers/types.ts'
import {createSandbox, ROOT} from '../support/sandbox.ts'
import {chatPlugin, installPlugins} from '../support/user-plugins.ts'

const KEY = 'key-0123456789abcdef'
const HOST = {fetch: globalThis.fetch, userAgent: 'vibe-test/0', debug: () => {}, vibeVersion: '0.1.0'}

function bundled(): PluginSource[] {
  const {dependencies} = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {dependencies: object}
  return Object.keys(dependencies)
    .filter((name) => name.startsWith('vibe-provider-'))
    .map((name) => {
      const root = join(ROOT, 'plugins', name)
      const pjson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {version: string}
      return {name, version: pjson.version, type: 'core', root, pjson}
    })
}

describe('services that come with vibe', () => {
  const ids = readdirSync(join(ROOT, 'plugins/vibe-provider-services/services')).map((name) =>
    name.replace('.json', ''),
  )
  let folder: string
  let registry: Registry
  let server: ScriptedServer
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vibe-services-'))
    const own = {cacheFolder: join(folder, 'cache'), dataFolder: join(folder, 'data')}
    registry = await readRegistry({plugins: bundled(), vibeVersion: '0.1.0', prefer: {}, ...own})
    server = await startScriptedServer(() => openaiChatReply({text: 'here', usage: {input: 4, output: 1}}))
  })
  after(async () => {
    await server.close()
    rmSync(folder, {recursive: true, force: true})
  })

  it('are all usable as they are', () => {
    expect(registry.entries.filter(({state}) => state !== 'ok')).to.deep.equal([])
    expect(registry.entries.map(({id}) => id)).to.include.members(ids)
  })

  for (const id of ids) {
    it(`${id} is opened by the registry and answers with the key of its variable`, async () => {
      const {manifest} = registry.get(id)
      const variable = manifest.auth.flatMap((method) => (method.kind === 'api-key' ? method.env : []))[0] ?? ''
      const env = {XDG_CONFIG_HOME: join(folder, 'config')}
      const config = loadConfig({env, cwd: folder, trusted: false})
      const instance = {type: id, endpoint: server.url, credential: {env: variable}, model: 'm'}
      const resolved = buildInstance(
        {name: id, instance, origin: {layer: 'user'}},
        {config, registry, env: {...env, [variable]: KEY}, selection: {}, dataFolder: join(folder, 'data')},
      )
      const {provider} = await openProvider({instance: resolved, registry, host: HOST})
      const request = {model: 'm', messages: [{role: 'user' as const, content: [{type: 'text' as const, text: 'hi'}]}]}
      const events: ChatEvent[] = []
      for await (const event of provider.chat(request, {signal: AbortSignal.timeout(5000)})) events.push(event)
      expect(events.at(-1)).to.deep.include({type: 'response-end', stopReason: 'end-turn'})
      expect(JSON.stringify(server.requests.at(-1)?.headers)).to.include(KEY)
    })
  }

  it('need no more than a key to be added, without a connection', async () => {
    const box = createSandbox()
    try {
      const added = await box.vibe([
        'provider:add',
        'fast',
        '--type',
        'groq',
        '--key-env',
        'GROQ_API_KEY',
        '--no-validate',
      ])
      expect(added, added.stderr).to.include({code: 0})
      const shown = JSON.parse((await box.vibe(['provider:show', 'fast', '--json'])).stdout) as object
      expect(JSON.stringify(shown)).to.include('https://api.groq.com/openai/v1')
    } finally {
      box.remove()
    }
  })

  const replayed = [
    ['deepseek', {reasoning_content: 'hm'}, {reasoning_content: 'hm'}],
    [
      'openrouter',
      {reasoning: 'hm', reasoning_details: [{type: 'reasoning.encrypted', data: 'opaque', index: 0}]},
      {reasoning_details: [{type: 'reasoning.encrypted', data: 'opaque', index: 0}]},
    ],
  ] as const
  for (const [id, thought, expected] of replayed) {
    it(`${id} gets back from a whole turn of vibe what it wants of its thoughts`, async () => {
      const box = createSandbox()
      const think = sseEvent({id: 'x', choices: [{index: 0, delta: thought, finish_reason: null}]})
      const call = openaiChatReply({toolCalls: [{id: 'c1', name: 'read', input: {path: 'a.txt'}}]})
      const service = await startScriptedServer(({body}) =>
        body.includes('"role":"tool"')
          ? openaiChatReply({text: 'done'})
          : {...call, steps: [{write: think}, ...call.steps]},
      )
      try {
        writeFileSync(join(box.project, 'a.txt'), 'one')
        const added = ['provider:add', 'it', '--type', id, '--endpoint', service.url, '--no-key', '--model', 'm']
        await box.vibe([...added, '--no-validate'])
        const run = await box.vibe(['run', 'read it', '--yes'])
        expect(run.code, run.stderr).to.equal(0)
        const {messages} = service.requests.at(-1)?.json as {messages: Array<{role: string}>}
        expect(messages.find(({role}) => role === 'assistant')).to.deep.include(expected)
      } finally {
        await service.close()
        box.remove()
      }
    })
  }

  it('find an address and a key in their own variables', async () => {
    const box = createSandbox()
    const env = {AZURE_OPENAI_ENDPOINT: `${server.url}/`, AZURE_OPENAI_API_KEY: KEY}
    try {
      const added = await box.vibe(['provider:add', 'work', '--type', 'azure-openai', '--model', 'mine'], {env})
      expect(added.code, added.stderr).to.equal(0)
      expect((await box.vibe(['run', 'hi'], {env})).stdout).to.include('here')
      expect(server.requests.at(-1)).to.deep.include({path: '/openai/v1/chat/completions'})
      expect(server.requests.at(-1)?.headers).to.include({'api-key': KEY}).and.not.have.property('authorization')
    } finally {
      box.remove()
    }
  })

  it("give way to a service's own package when the user says so", async () => {
    const box = createSandbox()
    try {
      installPlugins(box.home, [chatPlugin('vibe-provider-groq', 'groq', '')])
      await box.vibe(['provider:add', 'fast', '--type', 'groq', '--no-key', '--model', 'm', '--no-validate'])
      const before = await box.vibe(['provider:show', 'fast', '--json'])
      expect(before.stdout).to.include('vibe-provider-services')
      const preferred = await box.vibe(['provider:prefer', 'groq', 'vibe-provider-groq'])
      expect(preferred.code, preferred.stderr).to.equal(0)
      expect((await box.vibe(['run', 'hi', '--provider', 'fast'])).stdout).to.include('from the plugin')
    } finally {
      box.remove()
    }
  })

  it('want an address where everyone has one of their own', async () => {
    const box = createSandbox()
    try {
      const refused = await box.vibe(['provider:add', 'work', '--type', 'azure-openai', '--no-validate'])
      expect(refused.code).to.equal(3)
      expect(refused.stderr).to.include('--endpoint URL')
      mkdirSync(join(box.home, '.config/vibe-coder'), {recursive: true})
      const providers = {work: {type: 'azure-openai', model: 'm'}}
      writeFileSync(join(box.home, '.config/vibe-coder/config.json'), JSON.stringify({providers}))
      const bare = await box.vibe(['run', 'hi', '--provider', 'work'])
      expect(bare.code).to.equal(3)
      expect(bare.stderr).to.include('AZURE_OPENAI_ENDPOINT')
    } finally {
      box.remove()
    }
  })
})
