import {expect} from 'chai'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import {jsonReply, openaiChatReply, sseEvent, startScriptedServer, type ScriptedServer} from 'vibe-plugin-testkit'
import {createSandbox, VIBE, type Sandbox} from '../support/sandbox.ts'
import {PROBED, startSmallModel, type ChatBody, type SmallModel} from '../support/small-model.ts'

type Finding = {is: string; why: string}
type Report = {rung: string; findings: Record<string, Finding>; contextWindow?: number; at: string; model: string}

describe('vibe provider:probe', function () {
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

  const place = () => ['--type', 'openai-compatible', '--endpoint', `${server.url}/v1`, '--model', 'tiny', '--no-key']
  const add = (...more: string[]) => sandbox.vibe(['provider:add', 'small', ...place(), ...more])
  const json = (stdout: string) => JSON.parse(stdout) as Report
  const cache = () => join(sandbox.home, '.cache', 'vibe-coder', 'abilities.json')

  async function probe(model: SmallModel): Promise<Report> {
    server = await startSmallModel(model)
    expect((await add('--no-validate')).code).to.equal(0)
    expect(server.requests).to.have.length(0)
    const run = await sandbox.vibe(['provider:probe', '--json'])
    expect(run.code, run.stderr).to.equal(0)
    expect(run.stderr).to.contain('a few hundred tokens')
    return json(run.stdout)
  }

  const words = ({findings}: Report) => Object.fromEntries(Object.entries(findings).map(([name, {is}]) => [name, is]))
  const task: SmallModel['task'] = [{text: 'Nothing to do.'}]

  it('measures a model that can do everything with three requests', async () => {
    const report = await probe({tools: 'call', task, other: PROBED.native})
    expect(report.rung).to.equal('native')
    expect(words(report)).to.deep.include({
      text: 'yes',
      streaming: 'yes',
      usage: 'yes',
      tools: 'yes',
      parallelTools: 'yes',
    })
    expect(words(report)).to.deep.include({jsonCalls: 'unknown', searchReplace: 'unknown'})
    const bodies = server.requests.map(({json: body}) => body as ChatBody).filter((body) => body?.messages)
    expect(bodies).to.have.length(3)
    expect(bodies.every((body) => (body.max_tokens ?? Infinity) <= 256)).to.equal(true)
  })

  for (const rung of ['json', 'search-replace', 'whole-file'] as const) {
    for (const tools of ['refuse', 'ignore'] as const) {
      it(`finds that ${rung} works where tools are ${tools === 'refuse' ? 'refused' : 'ignored'}`, async () => {
        const report = await probe({tools, task, other: PROBED[rung]})
        expect(report.rung).to.equal(rung)
        expect(report.findings['tools']?.is).to.equal('no')
        const shown = await sandbox.vibe(['provider:show', '--json'])
        expect(JSON.parse(shown.stdout)).to.deep.include({rung})
        const events = await sandbox.vibe(['run', '--output-format', 'stream-json', 'mend the red test'])
        expect(JSON.parse(events.stdout.split('\n')[0] ?? '')).to.include({type: 'start', rung})
      })
    }
  }

  it('is not held up by a service that pays no heed to limits', async () => {
    const rubbish = '<<<<<<< SEARCH\nshades.txt\n```\n{"name": "lookup"'.repeat(5_000)
    const report = await probe({tools: 'ignore', task, other: () => ({text: rubbish})})
    expect(report.rung).to.equal('native')
  })

  it('stops a model that never ends, and makes of it what can be made', async () => {
    let sent = 0
    const rambling = createServer((request, response) => {
      if (request.url?.endsWith('/models')) return void response.end('{"object":"list","data":[{"id":"tiny"}]}')
      response.writeHead(200, {'content-type': 'text/event-stream'})
      const piece = sseEvent({
        id: 'r',
        choices: [{index: 0, delta: {content: 'word '.repeat(50)}, finish_reason: null}],
      })
      const timer = setInterval(() => {
        response.write(piece)
        sent += 250
      }, 2)
      response.on('close', () => clearInterval(timer))
    }).listen(0, '127.0.0.1')
    await once(rambling, 'listening')
    server = await startSmallModel({tools: 'ignore', task})
    const endpoint = `http://127.0.0.1:${(rambling.address() as AddressInfo).port}/v1`
    const args = ['--type', 'openai-compatible', '--endpoint', endpoint, '--model', 'tiny', '--no-key', '--no-validate']
    expect((await sandbox.vibe(['provider:add', 'small', ...args])).code).to.equal(0)
    const run = await sandbox.vibe(['provider:probe', '--json'])
    rambling.closeAllConnections()
    rambling.close()
    expect(run.code, run.stderr).to.equal(0)
    expect(json(run.stdout).rung).to.equal('native')
    expect(words(json(run.stdout))).to.include({text: 'yes', streaming: 'yes', usage: 'unknown', tools: 'unknown'})
    expect(sent).to.be.below(400_000)
  })

  it('starts at the top with a model that did nothing it was asked', async () => {
    expect((await probe({tools: 'ignore', task})).rung).to.equal('native')
  })

  it('is part of provider:add, which shows and keeps what it found', async () => {
    server = await startSmallModel({tools: 'refuse', task, other: PROBED.json})
    const run = await add()
    expect(run.code, run.stderr).to.equal(0)
    expect(run.stderr).to.contain('measuring what it can do').and.to.contain('JSON')
    const shown = await sandbox.vibe(['provider:show', 'small'])
    expect(shown.stdout).to.match(/rung +json +measured \d{4}-\d\d-\d\d/)
    expect(shown.stdout).to.match(/abilities +text, streaming, usage, jsonCalls, no tools/)
  })

  it('shows a table for people, at any width', async () => {
    server = await startSmallModel({tools: 'refuse', task, other: PROBED.json})
    await add('--no-validate')
    const {stdout} = await sandbox.vibe(['provider:probe', 'small', '--model', 'tiny'])
    expect(stdout).to.match(/✗ tool calls +no, the service refuses tools/)
    expect(stdout).to.contain('Way of calling tools: json')
  })

  it('does not believe what was measured at another address, and forgets when it is told', async () => {
    const report = await probe({tools: 'refuse', task, other: PROBED.json})
    expect(report.rung).to.equal('json')
    const rung = async () => (JSON.parse((await sandbox.vibe(['provider:show', '--json'])).stdout) as Report).rung
    expect(await rung()).to.equal('json')
    const moved = await sandbox.vibe(['provider:update', 'small', '--endpoint', `${server.url}/v2`, '--no-validate'])
    expect(moved.code, moved.stderr).to.equal(0)
    expect(await rung()).to.equal('native')
    await sandbox.vibe(['provider:update', 'small', '--endpoint', `${server.url}/v1`, '--no-validate'])
    expect(await rung()).to.equal('json')
    const forgot = await sandbox.vibe(['provider:probe', '--forget', '--json'])
    expect(JSON.parse(forgot.stdout)).to.deep.equal({name: 'small', forgotten: 1})
    expect(await rung()).to.equal('native')
  })

  it('lets the user choose, whatever was measured', async () => {
    await probe({tools: 'refuse', task, other: PROBED.json})
    const update = await sandbox.vibe(['provider:update', 'small', '--tool-mode', 'whole-file'])
    expect(update.code, update.stderr).to.equal(0)
    const shown = await sandbox.vibe(['provider:show'])
    expect(shown.stdout).to.match(/rung +whole-file +you chose it/)
    await sandbox.vibe(['provider:update', 'small', '--tool-mode', 'auto'])
    expect((await sandbox.vibe(['provider:show'])).stdout).to.match(/rung +json/)
  })

  it('measures again when the cache is damaged', async () => {
    await probe({tools: 'refuse', task, other: PROBED.json})
    for (const damage of ['{"format": 1, "models": {"small', '[]', '{"format": 1, "models": 7}', '\0'.repeat(100)]) {
      writeFileSync(cache(), damage)
      const shown = await sandbox.vibe(['provider:show', '--json'])
      expect(shown.code, shown.stderr).to.equal(0)
      expect(json(shown.stdout).rung).to.equal('native')
      expect(json((await sandbox.vibe(['provider:probe', '--json'])).stdout).rung).to.equal('json')
    }
  })

  it('loses nothing when several measure at once', async () => {
    server = await startSmallModel({tools: 'refuse', task, other: PROBED.json})
    await add('--no-validate')
    const models = ['a', 'b', 'c', 'd']
    const runs = await Promise.all(models.map((model) => sandbox.vibe(['provider:probe', '--model', model, '--json'])))
    expect(runs.map(({code}) => code)).to.deep.equal([0, 0, 0, 0])
    const kept = JSON.parse(readFileSync(cache(), 'utf8')) as {models: object}
    expect(Object.keys(kept.models)).to.have.length(4)
  })

  it('ends at once when it is interrupted, and keeps nothing', async () => {
    server = await startScriptedServer(() => ({
      status: 200,
      headers: {'content-type': 'text/event-stream'},
      steps: [{stall: true}],
    }))
    await add('--no-validate')
    const child = spawn(process.execPath, [VIBE, 'provider:probe'], {cwd: sandbox.project, env: sandbox.env})
    const ended = once(child, 'exit')
    while (server.requests.length === 0) await wait(20)
    const started = performance.now()
    child.kill('SIGINT')
    expect(await ended).to.deep.equal([130, null])
    expect(performance.now() - started).to.be.below(2000)
    expect(existsSync(cache())).to.equal(false)
  })

  it('saves a provider whose model cannot be measured, and says so', async () => {
    let chats = 0
    server = await startScriptedServer((request) => {
      if (request.path.endsWith('/models')) return jsonReply({object: 'list', data: [{id: 'tiny'}]})
      chats++
      return chats === 1 ? openaiChatReply({text: 'ready'}) : jsonReply({error: {message: 'told to fail'}}, 400)
    })
    const run = await add()
    expect(run.code, run.stderr).to.equal(0)
    expect(run.stderr).to.contain('not measured: ')
  })

  it('ends with the key when that is refused, and with the service when it is away', async () => {
    server = await startScriptedServer(() => jsonReply({error: {message: 'Incorrect API key provided'}}, 401))
    await add('--no-validate')
    expect((await sandbox.vibe(['provider:probe'])).code).to.equal(4)
    expect(server.requests).to.have.length(1)
    await server.close()
    const away = await sandbox.vibe(['provider:probe'])
    expect(away.code).to.equal(5)
    expect(away.stdout).to.equal('')
  })
})
