import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'
import type {Provider} from 'vibe-plugin-api'
import {ask, failure, play, provider, result, said, textOf, user} from './support.ts'

describe('vibe-provider-replay: a session', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'replay-'))
  })
  afterEach(async () => rm(folder, {recursive: true, force: true}))

  const at = '2026-11-25T10:00:00.000Z'
  const records = [
    {type: 'session', v: 1, id: 's1', at, cwd: '/p', vibe: '0.1.0'},
    {type: 'user', at, content: [{type: 'text', text: 'fix it'}]},
    {
      type: 'assistant',
      at,
      provider: 'a',
      model: 'm-1',
      stopReason: 'tool-calls',
      usage: {input: 5},
      content: [
        {type: 'reasoning', text: 'hm', providerMetadata: {anthropic: {signature: 'sig'}}},
        {type: 'tool-call', callId: 'c1', name: 'read', input: {path: 'a'}},
      ],
    },
    {type: 'tool-start', at, callId: 'c1', name: 'read', input: {path: 'a'}},
    {
      type: 'tool-result',
      at,
      part: {type: 'tool-result', callId: 'c1', name: 'read', content: [{type: 'text', text: 'l1\nl2\nl3'}]},
    },
    {type: 'from-the-future', at},
    {
      type: 'assistant',
      at,
      provider: 'a',
      model: 'm-1',
      stopReason: 'interrupted',
      usage: {},
      content: [{type: 'text', text: 'Do'}],
    },
  ]
  async function session(lines: unknown[], tail = ''): Promise<Provider> {
    const file = join(folder, 'session.jsonl')
    await writeFile(file, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n${tail}`)
    return provider({file})
  }

  it('plays its answers with metadata, usage and model', async () => {
    const events = await play(await session(records), ask(user('fix it')))
    expect(events[0]).to.deep.include({type: 'response-start', model: 'm-1'})
    expect(events.find((event) => event.type === 'reasoning-end')?.providerMetadata).to.deep.equal({
      anthropic: {signature: 'sig'},
    })
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

  it('does not mind how long something took', async () => {
    const timed = (text: string) => ({
      type: 'tool-result',
      at,
      part: {type: 'tool-result', callId: 'c1', name: 'shell', content: [{type: 'text', text}]},
    })
    const log = [
      ...records.slice(0, 3),
      timed('[exit code 0, 0.1 s]\n# duration_ms 12.5\nℹ ok (3ms)\nport 80 set'),
      records.at(-1),
    ]
    const target = await session(log)
    const after = (text: string) => ask(user('fix it'), said(), result('c1', text))
    expect(
      textOf(await play(target, after('[exit code 0, 12 s]\n# duration_ms 9\nℹ ok (41.5ms)\nport 80 set'))),
    ).to.equal('Do')
    const other = await failure(
      play(target, after('[exit code 1, 0.1 s]\n# duration_ms 12.5\nℹ ok (3ms)\nport 81 set')),
    )
    expect(other.message).to.include('- [exit code 0, … s]').and.include('+ port 81 set')
  })

  it('counts what a request counts: no silent answer, and one message for texts in a row', async () => {
    const silent = {
      type: 'assistant',
      at,
      content: [{type: 'reasoning', text: 'hm'}],
      stopReason: 'end-turn',
      usage: {},
    }
    const again = {type: 'user', at, content: [{type: 'text', text: ' please'}]}
    const target = await session([...records.slice(0, 2), silent, again, ...records.slice(-1)])
    expect(textOf(await play(target, ask(user('fix it please'))))).to.equal('Do')
  })

  it('skips half a last line, and refuses any other broken line', async () => {
    expect(
      textOf(
        await play(await session(records.slice(0, 2).concat(records.slice(-1)), '{"type":"us'), ask(user('fix it'))),
      ),
    ).to.equal('Do')
    const broken = await session([records[0], 'text', records[1]])
    expect((await failure(play(broken, ask(user('a'))))).message).to.include('line 2 is not a JSON object')
    const headless = await session(records.slice(1))
    expect((await failure(play(headless, ask(user('a'))))).message).to.include('line 1 must be a session record')
  })
})
