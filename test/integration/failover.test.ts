import {expect} from 'chai'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {openaiChatReply, sseEvent, type Reply} from 'vibe-plugin-testkit'
import {messagesOf, noSuchModel, sessionRecords, startPair, status, type Pair} from '../support/failing-over.ts'

const ODD_ID = 'call/with.odd:characters-and-much-more-than-forty-of-them'
let pair: Pair | undefined

const done = () => openaiChatReply({text: 'Done by the spare one.', usage: {input: 20, output: 5}})
const writes = (content: string): Reply =>
  openaiChatReply({
    toolCalls: [{id: ODD_ID, name: 'write', input: {path: 'made.txt', content}}],
    reasoning: 'thinking about it',
    usage: {input: 10, output: 5},
  })

/** Some words, then the connection is gone. */
function brokenOff(text: string): Reply {
  const head = {id: 'x', object: 'chat.completion.chunk', created: 1, model: 'm'}
  const frame = sseEvent({
    ...head,
    choices: [{index: 0, delta: {role: 'assistant', content: text}, finish_reason: null}],
  })
  return {
    status: 200,
    headers: {'content-type': 'text/event-stream'},
    steps: [{write: frame}, {waitMs: 50}, {destroy: true}],
  }
}

describe('going on with a fallback', function () {
  this.timeout(60_000)
  afterEach(async () => {
    await pair?.close()
    pair = undefined
  })

  it('carries the task over after the first tool call, with ids that every service takes, and runs nothing twice', async () => {
    pair = await startPair(
      (_request, index) => (index === 0 ? writes('one\n') : status(429, {'retry-after': '3600'})),
      done,
    )
    const {code, result, stderr} = await pair.run('make the file')
    expect(code, stderr).to.equal(0)
    expect(result.text).to.equal('Done by the spare one.')
    expect(result.answeredBy).to.deep.equal({provider: 'spare', model: 'spare-model'})
    expect(readFileSync(join(pair.sandbox.project, 'made.txt'), 'utf8')).to.equal('one\n')
    const messages = messagesOf(pair.spare)
    const call = messages.find(({role}) => role === 'assistant')?.tool_calls?.[0]
    expect(call?.id).to.match(/^[A-Za-z0-9]{9}$/)
    expect(messages.filter(({role}) => role === 'tool').map((message) => message.tool_call_id)).to.deep.equal([
      call?.id,
    ])
    expect(pair.spare.requests[0]?.headers['authorization']).to.equal('Bearer sk-spare-0123456789abcdef')
    expect(pair.spare.requests[0]?.body).not.to.contain('thinking about it')
    const answers = sessionRecords(pair.sandbox.home).filter(({type}) => type === 'assistant')
    expect(answers.map(({provider}) => provider)).to.deep.equal(['work', 'spare'])
    expect(answers.map(({model}) => model)).to.deep.equal(['work-model', 'spare-model'])
  })

  it('says who goes on and why, as an event and in plain words', async () => {
    pair = await startPair(() => noSuchModel(), done)
    const streamed = await pair.sandbox.vibe(['run', '--output-format', 'stream-json', 'go'], {env: pair.env})
    const events = streamed.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    const event = events.find(({type}) => type === 'failover')
    expect(event).to.deep.include({
      v: 1,
      from: {provider: 'work', model: 'work-model'},
      to: {provider: 'spare', model: 'spare-model'},
      code: 'model-not-found',
      discarded: '',
    })
    const plain = await pair.sandbox.vibe(['run', 'go'], {env: pair.env})
    expect(plain.stdout).to.equal('Done by the spare one.\n')
    expect(plain.stderr).to.match(
      /work \(work-model\) cannot go on: .*does not exist.* Going on with spare \(spare-model\)\./,
    )
    expect(plain.stderr).to.match(/spare-model · 20 in, 5 out/)
  })

  it('goes on after the retries of an overloaded service', async () => {
    pair = await startPair(() => status(529), done)
    const {code, result} = await pair.run('go')
    expect(code).to.equal(0)
    expect(result.text).to.equal('Done by the spare one.')
    expect(pair.work.requests).to.have.length(4)
    expect(pair.spare.requests).to.have.length(1)
  })

  it('goes on when nobody listens', async () => {
    pair = await startPair(done, done)
    await pair.work.close()
    const {code, result} = await pair.run('go')
    expect(code).to.equal(0)
    expect(result.answeredBy?.provider).to.equal('spare')
  })

  it('starts an answer anew that broke off, and keeps the half of it for people only', async () => {
    pair = await startPair(() => brokenOff('Half an ans'), done)
    const plain = await pair.sandbox.vibe(['run', 'go'], {env: pair.env})
    expect(plain.code).to.equal(0)
    expect(plain.stdout).to.equal('Done by the spare one.\n')
    expect(plain.stderr).to.contain('Half an ans').and.contain('does not count')
    expect(pair.spare.requests[0]?.body).not.to.contain('Half an ans')
    const half = sessionRecords(pair.sandbox.home).find(({discarded}) => discarded === true)
    expect(half).to.deep.include({provider: 'work', stopReason: 'interrupted'})
    const again = await pair.sandbox.vibe(['run', '--continue', '--provider', 'spare', 'more'], {env: pair.env})
    expect(again.code).to.equal(0)
    expect(pair.spare.requests[1]?.body).not.to.contain('Half an ans')
  })

  it('does not hide a key that is refused from the start', async () => {
    pair = await startPair(() => status(401), done)
    const {code, result} = await pair.run('go')
    expect(code).to.equal(4)
    expect(result.error?.hint).to.contain('provider:update work --key-stdin')
    expect(pair.spare.requests).to.have.length(0)
  })

  it('goes on when a key that worked is refused later', async () => {
    pair = await startPair((_request, index) => (index === 0 ? writes('x\n') : status(401)), done)
    const {code, result} = await pair.run('go')
    expect(code).to.equal(0)
    expect(result.answeredBy?.provider).to.equal('spare')
  })

  it('does not ask another service what the request itself is to blame for', async () => {
    pair = await startPair(() => status(400), done)
    const {code} = await pair.run('go')
    expect(code).to.equal(3)
    expect(pair.spare.requests).to.have.length(0)
  })

  it('ends in one error that names all who failed', async () => {
    pair = await startPair(
      () => noSuchModel(),
      () => status(401),
    )
    const {code, result, stderr} = await pair.run('go')
    expect(code, stderr).to.equal(3)
    expect(result.error?.code).to.equal('all-providers-failed')
    expect(result.error?.message).to.match(/work \(work-model\): .* spare \(spare-model\): .*key/)
  })

  it('passes over an entry that is broken and takes the next', async () => {
    pair = await startPair(() => noSuchModel(), done)
    await pair.sandbox.vibe(['config:set', 'providers.work.fallbacks', '["gone", "spare"]'])
    const {code, stdout, stderr} = await pair.sandbox.vibe(['run', 'go'], {env: pair.env})
    expect(code, stderr).to.equal(0)
    expect(stdout).to.equal('Done by the spare one.\n')
    expect(stderr).to.contain('no provider is called "gone"')
  })

  it('takes another model of the same provider', async () => {
    pair = await startPair(
      (request) => ((request.json as {model: string}).model === 'work-model' ? noSuchModel() : done()),
      done,
    )
    await pair.sandbox.vibe(['provider:update', 'work', '--fallback', '/small/model'], {env: pair.env})
    const {code, result} = await pair.run('go')
    expect(code).to.equal(0)
    expect(result.answeredBy).to.deep.equal({provider: 'work', model: 'small/model'})
  })
})

describe('a fallback that is not local', function () {
  this.timeout(60_000)
  afterEach(async () => {
    await pair?.close()
    pair = undefined
  })

  it('gets nothing without leave, and the error says how to give it', async () => {
    pair = await startPair(done, done, 'remote')
    await pair.work.close()
    const {code, result} = await pair.run('go')
    expect(code).to.equal(5)
    expect(result.error?.code).to.equal('network')
    expect(result.error?.hint).to.contain('vibe provider:update work --allow-remote-fallback')
    expect(pair.spare.requests).to.have.length(0)
  })

  it('goes on once the configuration allows it, unless offline mode is on', async () => {
    pair = await startPair(done, done, 'remote')
    await pair.work.close()
    const allowed = await pair.sandbox.vibe(['provider:update', 'work', '--allow-remote-fallback'], {env: pair.env})
    expect(allowed.code, allowed.stderr).to.equal(0)
    const {code, result} = await pair.run('go')
    expect(code).to.equal(0)
    expect(result.text).to.equal('Done by the spare one.')
    expect(pair.spare.requests).to.have.length(1)
    const offline = await pair.sandbox.vibe(['run', '--offline', 'go'], {env: pair.env})
    expect(offline.code).to.equal(5)
    expect(offline.stderr).to.contain('spare was passed over: Offline mode is on')
    expect(pair.spare.requests).to.have.length(1)
  })
})
