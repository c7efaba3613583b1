import {expect} from 'chai'
import fc from 'fast-check'
import {appendFileSync, mkdtempSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Message} from 'vibe-plugin-api'
import {VibeError} from '../../../src/errors.ts'
import {findSession, latestSession, projectFolder} from '../../../src/sessions/location.ts'
import {createLog, reopenLog} from '../../../src/sessions/log.ts'
import {readSessionFile} from '../../../src/sessions/read.ts'
import type {SessionRecord} from '../../../src/sessions/records.ts'
import {messagesOf} from '../../../src/sessions/resume.ts'

const options = {scrub: (line: string) => line, onFailure: (message: string) => expect.fail(message)}
const at = '2026-01-01T00:00:00.000Z'
const user = (text: string): SessionRecord => ({type: 'user', at, content: [{type: 'text', text}]})
const assistant = (...callIds: string[]): SessionRecord => ({
  type: 'assistant',
  at,
  provider: 'p',
  model: 'm',
  content: [
    {type: 'text', text: 'ok'},
    ...callIds.map((callId) => ({type: 'tool-call' as const, callId, name: 'read', input: {}})),
  ],
  stopReason: 'tool-calls',
  usage: {},
})
const result = (callId: string): SessionRecord => ({
  type: 'tool-result',
  at,
  part: {type: 'tool-result', callId, name: 'read', content: [{type: 'text', text: 'done'}]},
})

function folder(): string {
  return mkdtempSync(join(tmpdir(), 'vibe-sessions-'))
}

describe('session log', () => {
  it('is private, one record a line, and survives a round trip', () => {
    const place = join(folder(), 'project')
    const log = createLog(place, options)
    const records = [user('line\u2028separator \ud800 lone'), assistant('a'), result('a')]
    for (const record of records) log.append(record, true)
    log.close()
    expect(statSync(place).mode & 0o777).to.equal(0o700)
    expect(statSync(log.path).mode & 0o777).to.equal(0o600)
    expect(readFileSync(log.path, 'utf8').split('\n')).to.have.length(4)
    const {records: read, setAside} = readSessionFile(log.path)
    expect(setAside).to.equal(0)
    expect(read).to.have.length(3)
    expect(read[0]).to.deep.equal(user('line\u2028separator \ufffd lone'))
  })

  it('keeps images as bytes', () => {
    const log = createLog(folder(), options)
    log.append({type: 'user', at, content: [{type: 'file', mediaType: 'image/png', data: new Uint8Array([1, 2, 255])}]})
    const [record] = readSessionFile(log.path).records
    expect(record?.type === 'user' && record.content[0]).to.deep.equal({
      type: 'file',
      mediaType: 'image/png',
      data: new Uint8Array([1, 2, 255]),
    })
  })

  it('writes what the scrubber leaves', () => {
    const log = createLog(folder(), {...options, scrub: (line) => line.replaceAll('sk-secret-value', '…alue')})
    log.append(user('my key is sk-secret-value'))
    expect(readFileSync(log.path, 'utf8')).not.to.contain('sk-secret-value')
  })

  it('says once that it cannot be written and goes on', () => {
    const said: string[] = []
    const file = join(folder(), 'file')
    writeFileSync(file, '')
    const log = createLog(join(file, 'below-a-file'), {...options, onFailure: (message) => said.push(message)})
    log.append(user('a'))
    log.append(user('b'))
    expect(said).to.have.length(1)
    expect(said[0]).to.contain('in memory only')
  })
})

describe('damaged session files', () => {
  const damages: Record<string, {tail: string; setAside: number}> = {
    'torn last line': {tail: '{"type":"user","at":"x","cont', setAside: 1},
    'NUL run': {tail: `${'\0'.repeat(300)}\n`, setAside: 1},
    binary: {tail: '\u0001\u0002\uFFFD\n', setAside: 1},
    'a later version': {tail: '{"type":"thought","v":9}\n', setAside: 0},
    'wrong shape': {tail: '{"type":"assistant","content":"text"}\n', setAside: 1},
    'empty lines and CRLF': {tail: '\r\n\n', setAside: 0},
    prototype: {
      tail: '{"type":"user","at":"x","content":[{"type":"text","text":"hi"}],"__proto__":{"polluted":1}}\n',
      setAside: 0,
    },
  }
  for (const [name, {tail, setAside}] of Object.entries(damages)) {
    it(`reads round ${name} and later records still arrive`, () => {
      const log = createLog(folder(), options)
      log.append(user('before'))
      log.close()
      appendFileSync(log.path, tail)
      const again = reopenLog(log, options)
      again.append(assistant())
      const read = readSessionFile(log.path)
      expect(read.setAside).to.equal(setAside)
      expect(read.records[0]).to.deep.equal(user('before'))
      expect(read.records.at(-1)).to.deep.equal(assistant())
      expect(({} as {polluted?: number}).polluted).to.equal(undefined)
    })
  }
})

describe('history from a session', () => {
  it('gives every call exactly one result directly after its message, wherever the log was cut', () => {
    const script: fc.Arbitrary<SessionRecord[]> = fc
      .array(fc.oneof(fc.constant('user'), fc.nat({max: 3})), {maxLength: 12})
      .map((steps) =>
        steps.flatMap((step, turn) => {
          if (step === 'user') return [user(`u${turn}`)]
          const ids = Array.from({length: Number(step)}, (_, n) => `call${n}`)
          return [assistant(...ids), ...ids.map(result)]
        }),
      )
    fc.assert(
      fc.property(script, fc.double({min: 0, max: 1, noNaN: true}), (records, cut) => {
        const messages = messagesOf(records.slice(0, Math.ceil(records.length * cut)))
        expectAcceptable(messages)
      }),
      {numRuns: 500},
    )
  })

  it('says that an interrupted call may have taken effect', () => {
    const messages = messagesOf([user('go'), assistant('a', 'b'), result('a')])
    const tool = messages.at(-1)
    expect(tool?.role === 'tool' && tool.content.map((part) => part.isError ?? false)).to.deep.equal([false, true])
  })
})

function expectAcceptable(messages: Message[]): void {
  for (const [index, message] of messages.entries()) {
    if (message.role === 'user') expect(messages[index + 1]?.role).not.to.equal('user')
    if (message.role !== 'assistant') continue
    const calls = message.content.flatMap((part) => (part.type === 'tool-call' ? [part.callId] : []))
    const next = messages[index + 1]
    const answered = next?.role === 'tool' ? next.content.map((part) => part.callId) : []
    expect(answered).to.deep.equal(calls)
  }
  expect(messages).to.be.an('array')
}

describe('finding a session', () => {
  it('takes the newest of the project, and any by the beginning of its id', () => {
    const data = folder()
    const log = createLog(projectFolder(data, '/w/project'), options)
    log.append(user('x'))
    expect(latestSession(data, '/w/project').id).to.equal(log.id)
    expect(findSession(data, log.id.slice(0, 6)).path).to.equal(log.path)
    expect(() => latestSession(data, '/w/other')).to.throw(VibeError, 'no session')
    expect(() => findSession(data, 'zz')).to.throw(VibeError, 'No session begins')
    expect(() => findSession(data, '')).to.throw(VibeError)
  })
})
