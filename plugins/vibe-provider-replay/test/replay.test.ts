import {spawnSync} from 'node:child_process'
import {cp, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'
import fc from 'fast-check'
import {
  isProviderError,
  type ChatEvent,
  type ChatRequest,
  type JsonObject,
  type Message,
  type Provider,
  type ProviderError,
} from 'vibe-plugin-api'
import {grammarViolations} from 'vibe-plugin-testkit'
import {createProvider} from '../src/index.ts'

const packageRoot = new URL('..', import.meta.url)

async function provider(settings: JsonObject): Promise<Provider> {
  return await createProvider({
    apiVersion: 1,
    instanceId: 'recorded',
    providerId: 'replay',
    quirks: [],
    settings,
    endpoint: 'http://127.0.0.1:9',
    credential: async () => ({kind: 'none'}),
    fetch: () => Promise.reject(new Error('replay must not use the network')),
    userAgent: 'test',
    debug: () => undefined,
  })
}

const user = (text: string): Message => ({role: 'user', content: [{type: 'text', text}]})
const said = (text = 'x'): Message => ({role: 'assistant', content: [{type: 'text', text}]})
const result = (callId: string, text: string, isError?: true): Message => ({
  role: 'tool',
  content: [{type: 'tool-result', callId, name: 'shell', content: [{type: 'text', text}], ...(isError ? {isError} : {})}],
})
const ask = (...messages: Message[]): ChatRequest => ({model: 'replay', messages})

async function play(target: Provider, request: ChatRequest, signal = new AbortController().signal): Promise<ChatEvent[]> {
  const events: ChatEvent[] = []
  for await (const event of target.chat(request, {signal})) events.push(event)
  expect(grammarViolations(events)).to.deep.equal([])
  return events
}

async function failure(run: Promise<unknown>): Promise<ProviderError> {
  try {
    await run
  } catch (error) {
    if (isProviderError(error)) return error
    throw error
  }
  throw new Error('expected a ProviderError')
}

const textOf = (events: ChatEvent[]) => events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('')

describe('vibe-provider-replay', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'replay-'))
  })
  afterEach(async () => rm(folder, {recursive: true, force: true}))

  async function script(answers: unknown, more: JsonObject = {}): Promise<Provider> {
    const file = join(folder, 'script.json')
    await writeFile(file, JSON.stringify({v: 1, name: 'test', answers}))
    return provider({file, ...more})
  }

  it('streams reasoning, text and parallel tool calls in small pieces', async () => {
    const input = {path: 'src/a.ts', content: 'naïve 🎉 text that is long enough to be cut'}
    const target = await script([
      {
        reasoning: 'first think',
        text: 'one two  three\nfour',
        toolCalls: [{id: 'a', name: 'read', input: {}}, {id: 'b', name: 'write', input}],
        usage: {input: 7, output: 3},
      },
    ])
    const events = await play(target, ask(user('go')))
    expect(textOf(events)).to.equal('one two  three\nfour')
    expect(events.filter((event) => event.type === 'text-delta')).to.have.length(4)
    const ends = events.filter((event) => event.type === 'tool-call-end')
    expect(ends.map((event) => [event.callId, event.input])).to.deep.equal([['a', {}], ['b', input]])
    const pieces = events.flatMap((event) => (event.type === 'tool-call-delta' && event.index === 3 ? [event.inputText] : []))
    expect(pieces.length).to.be.greaterThan(3)
    expect(pieces.join('')).to.equal(ends[1]?.inputText)
    expect(events.at(-1)).to.deep.equal({type: 'response-end', stopReason: 'tool-calls', usage: {input: 7, output: 3}})
  })

  it('keeps usage unknown when the script has none, and plays an empty answer', async () => {
    const events = await play(await script([{}]), ask(user('go')))
    expect(events.at(-1)).to.deep.equal({type: 'response-end', stopReason: 'end-turn', usage: {}})
    expect(events).to.have.length(2)
  })

  it('picks the answer by place and refuses to go on after the last', async () => {
    const target = await script([{text: 'first'}, {text: 'second'}])
    expect(textOf(await play(target, ask(user('a'), said(), user('b'))))).to.equal('second')
    expect(textOf(await play(target, ask(user('a'))))).to.equal('first')
    const error = await failure(play(target, ask(user('a'), said(), user('b'), said(), user('c'))))
    expect(error).to.include({code: 'invalid-request', retryable: false})
    expect(error.message).to.match(/"test" is at its end: it has 2 answers, and this request asks for number 3/)
  })

  it('shows the difference when a request does not fit', async () => {
    const target = await script([
      {expect: {lastUserText: 'rename', tools: ['read', 'edit']}, text: 'x'},
      {expect: {toolResults: [{callId: 'c', includes: ['pass 3', 'fail 0'], isError: false}, {callId: 'd'}]}, text: 'y'},
    ])
    const first = await failure(play(target, ask(user('delete it'))))
    expect(first.message).to.include('tools\n- read, edit\n+ none').and.include('- includes rename\n+ delete it')
    const second = await failure(play(target, ask(user('rename'), said(), result('c', 'pass 2\nfail 1', true))))
    expect(second.message).to.include('- no error\n+ an error').and.include('- includes pass 3\n- includes fail 0\n+ pass 2\n+ fail 1')
    expect(second.message).to.include('result of call d\n- a result\n+ none')
    const good = ask(user('rename'), said(), result('c', 'pass 3\nfail 0'), result('d', ''))
    expect(textOf(await play(target, good))).to.equal('y')
  })

  it('warns instead when it is not strict', async () => {
    const target = await script([{expect: {lastUserText: 'rename'}, text: 'x'}], {strict: false})
    const [start] = await play(target, ask(user('delete')))
    expect(start?.type === 'response-start' && start.warnings[0]?.message).to.include('- includes rename')
  })

  it('names what is wrong in a script', async () => {
    const cases: Array<[unknown, RegExp]> = [
      [[1], /answers\[0\] must be an object/],
      [{}, /answers must be a list/],
      [[{toolCalls: [{id: 'a', name: 'b'}]}], /answers\[0\]\.toolCalls\[0\]\.input must be an object/],
      [[{txt: 'a'}], /answers\[0\] has an unknown member "txt"/],
      [[{expect: {toolResults: [{callId: 1}]}}], /toolResults\[0\]\.callId must be a text/],
      [[{expect: {toolResults: [{callId: 'a', isError: 'no'}]}}], /isError must be true or false/],
      [[{usage: {input: -1}}], /usage\.input must be a whole number/],
    ]
    for (const [answers, words] of cases) {
      const error = await failure(play(await script(answers), ask(user('go'))))
      expect(error.message).to.match(words)
      expect(error.code).to.equal('invalid-request')
    }
  })

  it('says that a file is absent or broken, and sees it once it is there', async () => {
    const file = join(folder, 'later.json')
    const target = await provider({file})
    const options = {signal: new AbortController().signal}
    const report = await target.validateConnection(options)
    expect(report.ok).to.equal(false)
    expect(report.ok ? '' : report.error.message).to.match(/later\.json cannot be read: ENOENT/)
    await writeFile(file, '{"v": 2}')
    expect((await failure(play(target, ask(user('a'))))).message).to.include('v must be 1, not 2')
    await writeFile(file, '{"v": 1, ')
    expect((await failure(play(target, ask(user('a'))))).message).to.match(/cannot be played: .*JSON/)
    await writeFile(file, '{"v": 1, "name": "n", "answers": []}')
    expect(await target.validateConnection(options)).to.include({ok: true, modelsSeen: 1})
    expect(await target.listModels?.(options)).to.deep.include({
      id: 'replay', name: 'Recorded answers', kind: 'chat', input: ['text'], tools: true, price: {free: true},
    })
  })

  it('never crashes on any JSON in place of a script', async () => {
    const target = (value: unknown) => script(value)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.jsonValue(), fc.record({text: fc.jsonValue(), expect: fc.jsonValue(), toolCalls: fc.jsonValue()}))), async (answers) => {
        try {
          await play(await target(answers), ask(user('go')))
        } catch (error) {
          expect(isProviderError(error), String(error)).to.equal(true)
        }
      }),
      {numRuns: 60},
    )
  })

  it('joins its pieces to the recorded text, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({unit: 'grapheme'}), async (text) => {
        expect(textOf(await play(await script([{text}]), ask(user('go'))))).to.equal(text)
      }),
      {numRuns: 60},
    )
  })

  it('aborts within 100 ms, before and in the middle', async () => {
    const target = await script([{text: 'word '.repeat(1000)}], {delayMs: 5000})
    const control = new AbortController()
    const running = failure(play(target, ask(user('a')), control.signal))
    await new Promise((resolve) => setTimeout(resolve, 30))
    const started = performance.now()
    control.abort()
    expect((await running).code).to.equal('aborted')
    expect(performance.now() - started).to.be.lessThan(100)
    expect((await failure(play(target, ask(user('a')), control.signal))).code).to.equal('aborted')
    const fast = await script([{text: 'word '.repeat(200_000)}])
    const late = AbortSignal.timeout(30)
    expect((await failure(play(fast, ask(user('a')), late))).code).to.equal('aborted')
  })

  describe('of a session', () => {
    const at = '2026-11-25T10:00:00.000Z'
    const records = [
      {type: 'session', v: 1, id: 's1', at, cwd: '/p', vibe: '0.1.0'},
      {type: 'user', at, content: [{type: 'text', text: 'fix it'}]},
      {
        type: 'assistant', at, provider: 'a', model: 'm-1', stopReason: 'tool-calls', usage: {input: 5},
        content: [
          {type: 'reasoning', text: 'hm', providerMetadata: {anthropic: {signature: 'sig'}}},
          {type: 'tool-call', callId: 'c1', name: 'read', input: {path: 'a'}},
        ],
      },
      {type: 'tool-start', at, callId: 'c1', name: 'read', input: {path: 'a'}},
      {type: 'tool-result', at, part: {type: 'tool-result', callId: 'c1', name: 'read', content: [{type: 'text', text: 'l1\nl2\nl3'}]}},
      {type: 'from-the-future', at},
      {type: 'assistant', at, provider: 'a', model: 'm-1', stopReason: 'interrupted', usage: {}, content: [{type: 'text', text: 'Do'}]},
    ]
    async function session(lines: unknown[], tail = ''): Promise<Provider> {
      const file = join(folder, 'session.jsonl')
      await writeFile(file, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n${tail}`)
      return provider({file})
    }

    it('plays its answers with metadata, usage and model', async () => {
      const events = await play(await session(records), ask(user('fix it')))
      expect(events[0]).to.deep.include({type: 'response-start', model: 'm-1'})
      expect(events.find((event) => event.type === 'reasoning-end')?.providerMetadata).to.deep.equal({anthropic: {signature: 'sig'}})
      expect(events.at(-1)).to.deep.equal({type: 'response-end', stopReason: 'tool-calls', usage: {input: 5}})
    })

    it('compares texts and results to the letter', async () => {
      const target = await session(records)
      expect((await failure(play(target, ask(user('fix it now'))))).message).to.include('- fix it\n+ fix it now')
      const changed = await failure(play(target, ask(user('fix it'), said(), result('c1', 'l1\nLX\nl3'))))
      expect(changed.message).to.match(/result of call c1\n- l2\n\+ LX$/)
      const events = await play(target, ask(user('fix it'), said(), result('c1', 'l1\nl2\nl3')))
      expect(events.at(-1)).to.include({stopReason: 'other', rawStopReason: 'interrupted'})
    })

    it('skips half a last line, and refuses any other broken line', async () => {
      expect(textOf(await play(await session(records.slice(0, 2).concat(records.slice(-1)), '{"type":"us'), ask(user('fix it'))))).to.equal('Do')
      const broken = await session([records[0], 'text', records[1]])
      expect((await failure(play(broken, ask(user('a'))))).message).to.include('line 2 is not a JSON object')
      const headless = await session(records.slice(1))
      expect((await failure(play(headless, ask(user('a'))))).message).to.include('line 1 must be a session record')
    })
  })

  describe('the demo', () => {
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
        messages.push({role: 'assistant', content: calls.map(({callId, name, input}) => ({type: 'tool-call', callId, name, input: input ?? {}}))})
        if (calls.length === 0) break
        for (const {callId, name, input} of calls) {
          used.push(name)
          const path = join(project, String(input?.['path']))
          if (name === 'read') messages.push(result(callId, await readFile(path, 'utf8')))
          else if (name === 'edit') {
            const before = await readFile(path, 'utf8')
            expect(before.split(String(input?.['old']))).to.have.length(2)
            await writeFile(path, before.replace(String(input?.['old']), String(input?.['new'])))
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
})
