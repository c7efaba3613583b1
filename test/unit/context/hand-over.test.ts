import {expect} from 'chai'
import fc from 'fast-check'
import type {AssistantPart, ToolResultPart} from 'vibe-plugin-api'
import {handOver} from '../../../src/context/hand-over.ts'
import type {HistoryMessage} from '../../../src/sessions/history.ts'

const reader = {provider: 'spare', model: 'm', images: true}
const metadata = {work: {signature: 'secret of the other service'}}

const call = (callId: string): AssistantPart => ({
  type: 'tool-call',
  callId,
  name: 'read',
  input: {path: 'a'},
  providerMetadata: metadata,
})
const result = (callId: string): ToolResultPart => ({
  type: 'tool-result',
  callId,
  name: 'read',
  content: [{type: 'text', text: callId}],
})

/** An answer with calls, and their results in another order. */
function exchange(ids: readonly string[], by: HistoryMessage['by']): HistoryMessage[] {
  const thought: AssistantPart = {type: 'reasoning', text: 'a thought', providerMetadata: metadata}
  return [
    {role: 'assistant', content: [thought, {type: 'text', text: 'words'}, ...ids.map(call)], ...(by ? {by} : {})},
    {role: 'tool', content: ids.toReversed().map(result)},
  ]
}

const someIds = fc.array(fc.uniqueArray(fc.string({minLength: 1, unit: 'binary'}), {minLength: 1, maxLength: 6}), {
  minLength: 1,
  maxLength: 5,
})

describe('the history for another reader', () => {
  it('gives calls of others ids that every service takes, and each result keeps its call', () => {
    fc.assert(
      fc.property(someIds, (answers) => {
        const history = answers.flatMap((ids) => exchange(ids, {provider: 'work', model: 'm'}))
        const {messages} = handOver(history, reader)
        for (let index = 0; index < answers.length; index++) {
          const [answer, results] = [messages[index * 2], messages[index * 2 + 1]]
          const ids = answer?.content.flatMap((part) => (part.type === 'tool-call' ? [part.callId] : []))
          expect(new Set(ids).size).to.equal(answers[index]?.length)
          for (const id of ids ?? []) expect(id).to.match(/^[A-Za-z0-9]{9}$/)
          // The text of each result is the id it had.
          const texts = new Map(
            results?.content.map((part) => [(part as ToolResultPart).callId, textOf(part as ToolResultPart)]),
          )
          expect(ids?.map((id) => texts.get(id))).to.deep.equal(answers[index])
        }
      }),
    )
  })

  it('is the same each time, however the history goes on', () => {
    fc.assert(
      fc.property(someIds, (answers) => {
        const history = answers.flatMap((ids) => exchange(ids, {provider: 'work', model: 'm'}))
        const shorter = handOver(history.slice(0, -2), reader).messages
        expect(handOver(history, reader).messages.slice(0, -2)).to.deep.equal(shorter)
      }),
    )
  })

  it('hands back what the reader itself wrote, untouched', () => {
    const history = exchange(['odd id'], {provider: 'spare', model: 'm'})
    const {messages} = handOver(history, reader)
    expect(messages[0]?.content).to.deep.equal(history[0]?.content)
    expect(messages[1]).to.deep.equal(history[1])
    expect(messages[0]).not.to.have.property('by')
  })

  it('leaves out thoughts and opaque data of others, also where nobody knows who wrote', () => {
    for (const by of [undefined, {provider: 'work', model: 'm'}]) {
      const text = JSON.stringify(handOver(exchange(['x'], by), reader))
      expect(text).not.to.contain('a thought').and.not.to.contain('secret of the other')
      expect(text).to.contain('words')
    }
  })

  it('leaves out thoughts of another model of the same provider, but keeps its ids', () => {
    const {messages} = handOver(exchange(['x'], {provider: 'spare', model: 'other'}), reader)
    expect(messages[0]?.content.map(({type}) => type)).to.deep.equal(['text', 'tool-call'])
    expect(messages[1]?.content[0]).to.have.property('callId', 'x')
  })

  it('says where an image stood that the reader cannot take, and counts them', () => {
    const image = {type: 'file', mediaType: 'image/png', data: new Uint8Array(3)} as const
    const history: HistoryMessage[] = [{role: 'user', content: [{type: 'text', text: 'look'}, image]}]
    const {messages, imagesLeftOut} = handOver(history, {...reader, images: false})
    expect(imagesLeftOut).to.equal(1)
    expect(messages[0]?.content[1]).to.have.property('type', 'text')
    expect(handOver(history, reader).messages).to.deep.equal(history)
  })
})

function textOf({content}: ToolResultPart): string {
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('')
}
