import {expect} from 'chai'
import fc from 'fast-check'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {VibeError} from '../../../src/errors.ts'
import {forkSession} from '../../../src/sessions/fork.ts'
import {sessionsIn} from '../../../src/sessions/location.ts'
import {readSessionFile} from '../../../src/sessions/read.ts'
import {messagesOf} from '../../../src/sessions/resume.ts'
import {showSession} from '../../../src/sessions/show.ts'
import {viewSession} from '../../../src/sessions/view.ts'
import {sessionHtml} from '../../../src/ui/export/html.ts'
import {sessionJson} from '../../../src/ui/export/json.ts'
import {sessionMarkdown} from '../../../src/ui/export/markdown.ts'
import {detailLines} from '../../../src/ui/session-details.ts'
import {expectBalanced} from '../../support/self-contained.ts'
import {answered, called, linesOf, resulted, said} from '../../support/session-files.ts'

const odd = fc.oneof(
  fc.constantFrom(null, true, -1, 1e308, '', 'text', '2026-01-01T00:00:00Z', [], {}, [[]], '__proto__'),
  fc.jsonValue({maxDepth: 2}),
)
const part = fc.record(
  {
    type: fc.oneof(
      {arbitrary: fc.constantFrom('text', 'reasoning', 'tool-call', 'file', 'tool-result', 'new'), weight: 5},
      {arbitrary: odd, weight: 1},
    ),
    text: odd,
    callId: odd,
    name: odd,
    input: odd,
    mediaType: odd,
    data: fc.oneof(odd, fc.constant({$bytes: 'AAEC'})),
    content: odd,
    isError: odd,
  },
  {requiredKeys: ['type']},
)
const content = fc.oneof({arbitrary: fc.array(part, {maxLength: 4}), weight: 5}, {arbitrary: odd, weight: 1})
const record = fc.record(
  {
    type: fc.constantFrom(
      'session',
      'user',
      'assistant',
      'tool-start',
      'tool-result',
      'turn-end',
      'title',
      'fork',
      'new',
    ),
    at: odd,
    v: odd,
    id: odd,
    cwd: odd,
    vibe: odd,
    content,
    provider: odd,
    model: odd,
    stopReason: odd,
    usage: fc.oneof(odd, fc.record({input: odd, output: odd})),
    costUsd: odd,
    discarded: odd,
    callId: odd,
    name: odd,
    part: fc.oneof(
      part,
      part.map((one) => ({...one, type: 'tool-result', content: []})),
    ),
    status: odd,
    title: odd,
    from: odd,
    turns: odd,
  },
  {requiredKeys: ['type']},
)

describe('a session file with anything in it', function () {
  this.timeout(60_000)
  const folder = mkdtempSync(join(tmpdir(), 'vibe-odd-'))
  const places = {data: folder, cache: join(folder, 'cache')}
  after(() => rmSync(folder, {recursive: true, force: true}))

  /** Everything that reads one, which may say that it cannot, and nothing else. */
  async function readAll(bytes: Buffer | string): Promise<void> {
    writeFileSync(join(folder, 'aaaa.jsonl'), bytes)
    const file = sessionsIn(folder).find(({id}) => id === 'aaaa')
    if (!file) throw new Error('not found')
    messagesOf(readSessionFile(file.path).records)
    const details = await showSession(places, file)
    detailLines(details, {write: () => undefined})
    const view = await viewSession(places, file)
    const mask = (text: string) => text
    expectBalanced([...sessionHtml(view, mask)].join(''))
    JSON.parse([...sessionJson(view, mask)].join(''))
    expect([...sessionMarkdown(view, mask)].join('')).to.match(/^# /)
    try {
      const fork = forkSession(file, {vibe: '1', cwd: '/'})
      expect(readSessionFile(fork.path).setAside).to.equal(0)
      rmSync(fork.path)
    } catch (error) {
      if (!(error instanceof VibeError)) throw error
    }
  }

  it('is read, shown, exported and forked, or refused in words: records of odd shapes', () =>
    fc.assert(
      fc.asyncProperty(fc.array(record, {maxLength: 8}), (records) => readAll(linesOf(records))),
      {numRuns: 150},
    ))

  it('the same: bytes of a good one changed, cut or doubled anywhere', () => {
    const good = Buffer.from(
      linesOf([
        {type: 'session', v: 1, id: 'x', at: '2026-01-01T00:00:00Z', cwd: '/w', vibe: '1'},
        said('hello'),
        answered('x', {
          content: [
            {type: 'reasoning', text: 'r'},
            {type: 'text', text: '**b**'},
            called('c', 'edit', {path: 'a', old: 'b', new: 'c'}),
          ],
        }),
        resulted('c', 'edit', 'done'),
        {type: 'turn-end', at: '', status: 'ok'},
        {type: 'title', at: '', title: 't'},
      ]),
    )
    const change = fc.record({
      at: fc.nat({max: good.length - 1}),
      byte: fc.nat({max: 255}),
      kind: fc.constantFrom('set', 'cut', 'twice'),
    })
    return fc.assert(
      fc.asyncProperty(fc.array(change, {minLength: 1, maxLength: 4}), (changes) => {
        let bytes = Buffer.from(good)
        for (const {at, byte, kind} of changes) {
          if (kind === 'set' && at < bytes.length) bytes[at] = byte
          else if (kind === 'cut') bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + byte)])
          else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - byte))])
        }
        return readAll(bytes)
      }),
      {numRuns: 100},
    )
  })

  it('the same: nested a hundred thousand deep', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const line = JSON.stringify(answered('x', {content: [called('c', 'mcp', {in: 'DEEP'})]}))
    await readAll(`${JSON.stringify(said('x'))}\n${line.replace('"DEEP"', deep)}\n`)
  })
})
