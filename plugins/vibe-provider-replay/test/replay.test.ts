import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'
import fc from 'fast-check'
import {isProviderError, type JsonObject, type Provider} from 'vibe-plugin-api'
import {ask, failure, play, provider, result, said, textOf, user} from './support.ts'

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
        toolCalls: [
          {id: 'a', name: 'read', input: {}},
          {id: 'b', name: 'write', input},
        ],
        usage: {input: 7, output: 3},
      },
    ])
    const events = await play(target, ask(user('go')))
    expect(textOf(events)).to.equal('one two  three\nfour')
    expect(events.filter((event) => event.type === 'text-delta')).to.have.length(4)
    const ends = events.filter((event) => event.type === 'tool-call-end')
    expect(ends.map((event) => [event.callId, event.input])).to.deep.equal([
      ['a', {}],
      ['b', input],
    ])
    const pieces = events.flatMap((event) =>
      event.type === 'tool-call-delta' && event.index === 3 ? [event.inputText] : [],
    )
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
      {
        expect: {toolResults: [{callId: 'c', includes: ['pass 3', 'fail 0'], isError: false}, {callId: 'd'}]},
        text: 'y',
      },
    ])
    const first = await failure(play(target, ask(user('delete it'))))
    expect(first.message).to.include('tools\n- read, edit\n+ none').and.include('- includes rename\n+ delete it')
    const second = await failure(play(target, ask(user('rename'), said(), result('c', 'pass 2\nfail 1', true))))
    expect(second.message)
      .to.include('- no error\n+ an error')
      .and.include('- includes pass 3\n- includes fail 0\n+ pass 2\n+ fail 1')
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
    await writeFile(file, '\uFEFF{"v": 1, "name": "n", "answers": []}')
    expect(await target.validateConnection(options)).to.include({ok: true, modelsSeen: 1})
    expect(await target.listModels?.(options)).to.deep.include({
      id: 'replay',
      name: 'Recorded answers',
      kind: 'chat',
      input: ['text'],
      tools: true,
      price: {free: true},
    })
  })

  it('never crashes on any JSON in place of a script', async () => {
    const target = (value: unknown) => script(value)
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.jsonValue(),
            fc.record({text: fc.jsonValue(), expect: fc.jsonValue(), toolCalls: fc.jsonValue()}),
          ),
        ),
        async (answers) => {
          try {
            await play(await target(answers), ask(user('go')))
          } catch (error) {
            expect(isProviderError(error), String(error)).to.equal(true)
          }
        },
      ),
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
})
