import {expect} from 'chai'
import {join} from 'node:path'
import {
  jsonReply,
  openaiChatReply,
  startScriptedServer,
  type RecordedRequest,
  type ScriptedServer,
} from 'vibe-plugin-testkit'
import {readDocument, snippets} from '../support/documents.ts'
import {buyPlugin, openPluginShop, type PluginShop} from '../support/plugin-shop.ts'
import {runProgram, type ProgramRun} from '../support/program.ts'
import {createSandbox, ROOT, type Sandbox} from '../support/sandbox.ts'
import {writeFileSync} from 'node:fs'

const KIT = ['api', 'testkit'].map((name) => `plugins/vibe-plugin-${name}`)
/** What the kit brings along. */
const SPEAKERS = ['anthropic', 'ollama', 'openai', 'openai-compatible'].map((name) => `plugins/vibe-provider-${name}`)
const EXAMPLES = ['acme', 'globex']
const KEY = 'guide-key-of-a-test'
/** What the commands of one walk may take together; the rest of ten minutes is for reading. */
const WALK_MS = 60_000

/** Answers a question about a file by reading it first. */
function answer({path, json}: RecordedRequest) {
  if (path.endsWith('/models')) return jsonReply({object: 'list', data: [{id: 'some-model', object: 'model'}]})
  const {messages = []} = json as {messages?: Array<{role: string; content: unknown}>}
  const result = messages.find(({role}) => role === 'tool')
  if (result) return openaiChatReply({text: `It says: ${JSON.stringify(result.content).includes('heron')}`})
  if (JSON.stringify(messages).includes('bird.txt'))
    return openaiChatReply({toolCalls: [{id: 'call_1', name: 'read', input: {path: 'bird.txt'}}]})
  return openaiChatReply({text: 'hello', usage: {input: 4, output: 1}})
}

describe('whoever follows the guide', function () {
  this.timeout(180_000)
  let shop: PluginShop
  let server: ScriptedServer
  let box: Sandbox
  before(async () => {
    shop = await openPluginShop([...KIT, ...SPEAKERS, ...EXAMPLES.map((id) => `examples/vibe-provider-${id}`)])
    server = await startScriptedServer(answer)
  })
  after(async () => {
    await server.close()
    await shop.close()
  })
  beforeEach(() => {
    box = createSandbox()
  })
  afterEach(() => box.remove())

  /** The service's address and key under the names that each provider reads. */
  const env = () => ({
    ...shop.env,
    ...Object.fromEntries(
      ['MINE', 'OURS', 'ACME', 'GLOBEX'].flatMap((name) => [
        [`${name}_BASE_URL`, `${server.url}/v1`],
        [`${name}_API_KEY`, KEY],
      ]),
    ),
  })

  /** Types each line of a shell snippet, in order and in one shell. */
  async function follow(text: string): Promise<ProgramRun[]> {
    const runs: ProgramRun[] = []
    let cwd = box.project
    for (const line of text.trim().split('\n')) {
      const [program = '', ...words] = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '')
      if (program === 'cd') {
        cwd = join(cwd, words[0] ?? '')
        continue
      }
      const run =
        program === 'vibe'
          ? await box.vibe(words, {cwd, env: env()})
          : await runProgram([program, ...words], {cwd, env: {...box.env, ...env()}})
      expect(run.code, `${line}\n${run.stdout}${run.stderr}`).to.equal(0)
      runs.push(run)
    }
    return runs
  }

  const walks = snippets(readDocument('docs/writing-a-provider.md')).filter(
    ({language, text}) => language === 'sh' && text.startsWith('vibe provider:create'),
  )

  it('finds two ways there', () => {
    expect(walks.map(({text}) => text.includes('--code'))).to.deep.equal([false, true])
  })

  for (const [place, {text}] of walks.entries())
    it(`gets from nothing to an answer by way ${place + 1} in a minute`, async () => {
      const started = performance.now()
      const runs = await follow(text)
      const ms = performance.now() - started
      expect(runs.at(-1)?.stdout).to.equal('hello\n')
      expect(ms).to.be.below(WALK_MS)
      expect(server.requests.at(-1)?.headers['authorization']).to.equal(`Bearer ${KEY}`)
    })

  for (const id of EXAMPLES) {
    const ways: Record<string, () => Promise<ProgramRun>> = {
      'from its tarball in a registry': () => buyPlugin(box, `vibe-provider-${id}`, env()),
      'from its folder': () =>
        box.vibe(['plugins', 'link', join(ROOT, 'examples', `vibe-provider-${id}`)], {env: env()}),
    }
    for (const [how, get] of Object.entries(ways))
      it(`can use the example ${id} ${how}, with a tool`, async () => {
        const got = await get()
        expect(got.code, got.stderr).to.equal(0)
        const add = ['provider:add', 'bird', '--type', id, '--key-env', `${id.toUpperCase()}_API_KEY`]
        const added = await box.vibe([...add, '--model', 'some-model'], {env: env()})
        expect(added.code, added.stderr).to.equal(0)
        writeFileSync(join(box.project, 'bird.txt'), 'a heron\n')
        const asked = await box.vibe(['chat', '-p', 'bird', 'what is in bird.txt?'], {env: env()})
        expect(asked.stdout, asked.stderr).to.equal('It says: true\n')
        expect(asked.code).to.equal(0)
      })
  }
})
