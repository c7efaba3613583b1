import {expect} from 'chai'
import fc from 'fast-check'
import {plainModels, plainReport, plainUsage} from '../../../src/providers/foreign-results.ts'
import {watchGlobals} from '../../../src/providers/foreign-globals.ts'
import {OddEvent, readEvent} from '../../../src/providers/stream-events.ts'

const TYPES = [
  'response-start',
  'text-start',
  'text-delta',
  'text-end',
  'tool-call-start',
  'tool-call-delta',
  'tool-call-end',
]

describe('what a plugin gives', () => {
  const anything = fc.anything({withBigInt: true, withNullPrototype: true})

  it('is an event as plain JSON, nothing, or refused with a reason', () => {
    const members = fc.dictionary(
      fc.constantFrom('index', 'text', 'callId', 'name', 'inputText', 'providerMetadata'),
      anything,
    )
    const event = fc.tuple(fc.constantFrom(...TYPES, 'usage-update', 'response-end', 'x'), members)
    fc.assert(
      fc.property(event, ([type, rest]) => {
        try {
          const read = readEvent({...rest, type})
          if (read) expect(JSON.parse(JSON.stringify(read.event))).to.deep.equal(read.event)
        } catch (error) {
          expect(error).to.be.instanceOf(OddEvent)
        }
      }),
    )
  })

  it('is read once', () => {
    let reads = 0
    const event = {
      type: 'text-delta',
      index: 0,
      get text() {
        return reads++ === 0 ? 'a' : 7
      },
    }
    expect(readEvent(event)?.event).to.deep.equal({type: 'text-delta', index: 0, text: 'a'})
    expect(reads).to.equal(1)
  })

  it('is a list of models, or refused', () => {
    fc.assert(
      fc.property(
        fc.oneof(anything, fc.array(anything), fc.array(fc.record({id: anything, kind: anything}))),
        (list) => {
          try {
            for (const {id, kind} of plainModels(list)) {
              expect(id).to.be.a('string').with.length.within(1, 200)
              expect(kind).to.be.oneOf(['chat', 'embedding'])
            }
          } catch (error) {
            expect(error).to.have.property('message', 'listModels() gave no list')
          }
        },
      ),
    )
  })

  it('keeps members of models that a newer contract adds', () => {
    const [model] = plainModels([
      {id: 'm', kind: 'chat', contextWindow: 'x', sizeBytes: 5, voices: ['a'], price: {input: 1, output: -1}},
    ])
    expect(model).to.deep.equal({id: 'm', kind: 'chat', sizeBytes: 5, voices: ['a'], price: {input: 1}})
  })

  it('is a report or refused, and counts that are numbers', () => {
    expect(plainReport({ok: true, latencyMs: NaN})).to.deep.equal({ok: true, latencyMs: 0, warnings: []})
    expect(plainReport({ok: false, error: {}})).to.have.nested.property('error.code', 'unknown')
    for (const odd of [null, 7, [], {}, {ok: 'yes'}, {ok: false}]) expect(() => plainReport(odd)).to.throw('no report')
    expect(plainUsage({input: 5n, output: NaN, inputCacheRead: -1, outputReasoning: 3, raw: {a: 1n}})).to.deep.equal({
      outputReasoning: 3,
    })
  })
})

describe('the globals after a plugin', () => {
  it('are as before, and what was changed of the language is named', () => {
    const before = {
      map: Array.prototype.map,
      parse: JSON.parse,
      log: console.log,
      fetch: globalThis.fetch,
      cwd: process.cwd(),
    }
    const putBack = watchGlobals()
    Object.assign(Object.prototype, {polluted: 1})
    Object.assign(Array.prototype, {map: null})
    JSON.parse = () => 7
    console.log = () => undefined
    globalThis.fetch = () => Promise.reject(new Error('stolen'))
    Object.assign(globalThis, {myOwnThing: 1})
    Error.stackTraceLimit = 50
    process.chdir('/')
    const {language} = putBack()
    const after = {
      map: Array.prototype.map,
      parse: JSON.parse,
      log: console.log,
      fetch: globalThis.fetch,
      cwd: process.cwd(),
    }
    expect(after).to.deep.equal(before)
    expect(language).to.have.members(['Object.prototype.polluted', 'Array.prototype.map', 'JSON.parse'])
    expect({}).to.not.have.property('polluted')
    expect(globalThis).to.have.property('myOwnThing', 1)
    Reflect.deleteProperty(globalThis, 'myOwnThing')
  })

  it('are not touched when nothing was changed, and watching is cheap', () => {
    const started = performance.now()
    for (let round = 0; round < 100; round++) expect(watchGlobals()()).to.deep.equal({language: [], process: []})
    expect((performance.now() - started) / 100).to.be.below(10)
  })
})
