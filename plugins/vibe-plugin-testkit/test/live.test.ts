import {expect} from 'chai'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {
  dialectOf,
  jsonReply,
  refusal,
  withServer,
  type Answer,
  type Reply,
  type ScriptedAnswer,
} from 'vibe-plugin-testkit'
import {check, failures, goodManifest, inFolder, report, writeGoodPackage} from './support.ts'

const KEY = 'sk-live-0123456789abcdef'
const dialect = dialectOf('openai-chat')
const usage = {input: 20, output: 3}

/** A service with a model that does as it is asked. */
function model(answers: Partial<Record<'word' | 'tool' | 'sum', ScriptedAnswer>> = {}): Answer {
  return ({path, json, headers}): Reply => {
    if (headers['authorization'] !== `Bearer ${KEY}`) return refusal(dialect, {status: 401, message: `Bad key ${KEY}`})
    if (path.endsWith('/models')) return jsonReply({data: [{id: 'small'}, {id: 'large'}]})
    const {messages, tools} = json as {messages: Array<{role: string}>; tools?: object[]}
    if (messages.at(-1)?.role === 'tool') return dialect.reply(answers.sum ?? {text: 'It is 42.', usage})
    const call = {id: 'call_1', name: 'add', input: {a: 2, b: 40}}
    if (tools) return dialect.reply(answers.tool ?? {toolCalls: [call], usage})
    return dialect.reply(answers.word ?? {text: 'Ready.', usage})
  }
}

const live = (url: string, ...more: string[]) => [
  '--leg',
  'live',
  '--endpoint',
  `${url}/v1`,
  '--key-env',
  'MY_KEY',
  ...more,
]

async function withPackage(run: (folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    await writeGoodPackage(folder)
    await run(folder)
  })
}

describe('the live leg', function () {
  this.timeout(30_000)

  it('asks a handful of questions, and passes', async () => {
    await withPackage((folder) =>
      withServer(model(), async ({url, requests}) => {
        const {code, results} = await report([folder, ...live(url)], {MY_KEY: KEY})
        expect(failures(results)).to.deep.equal([])
        expect(code).to.equal(0)
        expect(results.filter(({leg, status}) => leg === 'live' && status === 'passed')).to.have.length(7)
        expect(results.some(({leg}) => leg === 'grammar')).to.equal(true)
        expect(requests.length).to.be.at.most(10)
        const limits = requests
          .filter(({json}) => json !== undefined)
          .map(({json}) => (json as {max_tokens?: number}).max_tokens)
        expect(limits.every((limit) => limit !== undefined && limit <= 256)).to.equal(true)
        expect((requests.find(({json}) => json !== undefined)?.json as {model: string}).model).to.equal('small')
      }),
    )
  })

  it('asks the model that is named', async () => {
    await withPackage((folder) =>
      withServer(model(), async ({url, requests}) => {
        expect((await report([folder, ...live(url, '--model', 'large')], {MY_KEY: KEY})).code).to.equal(0)
        expect(requests.filter(({json}) => json !== undefined).every(({body}) => body.includes('"large"'))).to.equal(
          true,
        )
      }),
    )
  })

  it('tells what went wrong, without the key', async () => {
    await withPackage((folder) =>
      withServer(model(), async ({url}) => {
        const {code, stdout, stderr} = await check([folder, ...live(url)], {MY_KEY: `${KEY}-old`})
        expect(code).to.equal(8)
        expect(stdout).to.include('live/')
        expect(stdout + stderr).to.not.include(`${KEY}-old`)
      }),
    )
  })

  it('sees a service that does not count', async () => {
    await withPackage((folder) =>
      withServer(model({word: {text: 'Ready.'}}), async ({url}) => {
        const {results} = await report([folder, ...live(url)], {MY_KEY: KEY})
        expect(failures(results)).to.deep.equal(['live/usage'])
      }),
    )
  })

  it('does not hold a model that calls no tools against the provider', async () => {
    await withPackage((folder) =>
      withServer(model({tool: {text: 'The sum is 42.', usage}}), async ({url}) => {
        const {code, results} = await report([folder, ...live(url)], {MY_KEY: KEY})
        expect(code).to.equal(0)
        expect(results.find(({id}) => id === 'live/tool-call')).to.include({
          status: 'skipped',
          reason: 'this model called no tool',
        })
      }),
    )
  })

  it('is skipped without a key, and says so', async () => {
    await withPackage(async (folder) => {
      const manifest = {...(await goodManifest()), entry: {module: './index.js', implements: ['openai-chat']}}
      const auth = [{kind: 'api-key', env: ['GOOD_API_KEY']}]
      await writeFile(join(folder, 'vibe.provider.json'), JSON.stringify({...manifest, auth}))
      const {code, notes, results} = await report([folder, '--leg', 'live'], {GOOD_API_KEY: ''})
      expect({code, results}).to.deep.equal({code: 0, results: []})
      expect(notes).to.deep.equal(['live: skipped for good (openai-chat): there is no key in GOOD_API_KEY.'])
    })
  })

  it('asks nobody unless it is told to', async () => {
    await withPackage(async (folder) => {
      const {notes, results} = await report([folder, '--leg', 'replay'], {GOOD_API_KEY: KEY})
      expect(results.some(({leg}) => leg === 'live')).to.equal(false)
      expect(notes.join()).to.include('--leg live')
    })
  })
})
