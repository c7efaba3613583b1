import {expect} from 'chai'
import {execFileSync} from 'node:child_process'
import {closeSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync, writeSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {VibeError} from '../../../src/errors.ts'
import {sessionsIn} from '../../../src/sessions/location.ts'
import {createLog, reopenLog} from '../../../src/sessions/log.ts'
import {readSessionFile} from '../../../src/sessions/read.ts'
import type {SessionRecord} from '../../../src/sessions/records.ts'
import {messagesOf} from '../../../src/sessions/resume.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'vibe-damage-'))
const user = (text: string) => JSON.stringify({type: 'user', at: '', content: [{type: 'text', text}]})
const options = {scrub: (line: string) => line, onFailure: (message: string) => expect.fail(message)}

function read(content: string | Buffer) {
  const path = join(folder(), 's.jsonl')
  writeFileSync(path, content)
  return readSessionFile(path)
}

describe('damaged sessions', () => {
  it('reads round a byte-order mark, NULs in the middle, carriage returns and what is no UTF-8', () => {
    expect(read(`\uFEFF${user('a')}\r\n`))
      .to.include({setAside: 0})
      .and.have.property('records')
      .with.length(1)
    expect(read(`${user('a')}\n${'\0'.repeat(5000)}\n${user('b')}\n`))
      .to.include({setAside: 1})
      .and.have.property('records')
      .with.length(2)
    expect(read(Buffer.from([0xff, 0xfe, 0x0a, 0x80, 0x0a])).setAside).to.equal(2)
    expect(read('').records).to.deep.equal([])
  })

  it('keeps a line separator inside a record, and takes a lone surrogate for what JSON says', () => {
    const {records, setAside} = read(
      `${user('a\u2028b')}\n{"type":"user","at":"","content":[{"type":"text","text":"\\ud800"}]}\n`,
    )
    expect(setAside).to.equal(0)
    expect(records).to.have.length(2)
  })

  it('gives a call whose id comes twice one result', () => {
    const call = {type: 'tool-call', callId: 'c', name: 'read', input: {}}
    const record = {
      type: 'assistant',
      at: '',
      provider: 'p',
      model: 'm',
      content: [call, call],
      stopReason: 'tool-calls',
      usage: {},
    }
    const messages = messagesOf([record as unknown as SessionRecord])
    expect(messages.map((message) => message.content.length)).to.deep.equal([1, 1])
  })

  it('joins 50,000 unanswered messages in no time', () => {
    const record = JSON.parse(user('a')) as SessionRecord
    const started = performance.now()
    expect(messagesOf(Array.from({length: 50_000}, () => record))).to.have.length(1)
    expect(performance.now() - started).to.be.below(1000)
  })

  it('takes up the end of 200 MB within 300 MB of memory', function () {
    this.timeout(60_000)
    const path = join(folder(), 'large.jsonl')
    const descriptor = openSync(path, 'w')
    writeSync(descriptor, '{"type":"session","v":1,"id":"x","at":"","cwd":"/w","vibe":"1"}\n')
    const block = Buffer.from(`${user('x'.repeat(2000))}\n`.repeat(500))
    for (let n = 0; n < 200; n++) writeSync(descriptor, block)
    closeSync(descriptor)
    const script = `
      import {readSessionFile} from ${JSON.stringify(join(import.meta.dirname, '../../../src/sessions/read.ts'))}
      const started = performance.now()
      const {records, cut} = readSessionFile(${JSON.stringify(path)})
      console.log(JSON.stringify({ms: performance.now() - started, kb: process.resourceUsage().maxRSS, cut, first: records[0].type, second: records[1].type}))`
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], {encoding: 'utf8'})
    const {ms, kb, ...rest} = JSON.parse(out) as {ms: number; kb: number}
    expect(rest).to.deep.equal({cut: true, first: 'session', second: 'user'})
    expect(kb).to.be.below(300 * 1024)
    expect(ms).to.be.below(4000)
    rmSync(path)
  })

  it('passes over links and folders that are named like sessions', () => {
    const place = folder()
    symlinkSync('/nowhere', join(place, 'dangling.jsonl'))
    symlinkSync('/etc/passwd', join(place, 'foreign.jsonl'))
    writeFileSync(join(place, 'real.jsonl'), `${user('a')}\n`)
    expect(sessionsIn(place).map((session) => session.id)).to.deep.equal(['real'])
  })
})

describe('a session in use', () => {
  it('is refused until it is closed, and the claim of a dead process counts for nothing', () => {
    const log = createLog(folder(), options)
    log.append(JSON.parse(user('a')) as SessionRecord)
    expect(() => reopenLog(log, options)).to.throw(VibeError, 'in use by another vibe')
    log.close()
    const again = reopenLog(log, options)
    again.close()
    const script = `
      import {ownRecord} from ${JSON.stringify(join(import.meta.dirname, '../../../src/files/lock-record.ts'))}
      console.log(JSON.stringify({...ownRecord()}))`
    const dead = execFileSync(process.execPath, ['--input-type=module', '-e', script], {encoding: 'utf8'})
    writeFileSync(`${log.path}.lock`, dead)
    reopenLog(log, options).close()
    writeFileSync(`${log.path}.lock`, '')
    reopenLog(log, options).close()
  })
})
