import {expect} from 'chai'
import {jsonReply, openaiChatJson, openaiChatReply, sseEvent, sseReply} from 'vibe-plugin-testkit'
import type {Loose} from 'vibe-openai-wire/wire'
import {answerOf, endOf, KEY, only, textOf, withServer} from './helpers.ts'

const SCRIPT = {
  reasoning: 'Let me think – ünïcode 🤔',
  text: 'Grüße, 世界! 👋🏽',
  toolCalls: [
    {id: 'call_a', name: 'read', input: {path: 'a.ts'}},
    {id: 'call_b', name: 'grep', input: {pattern: 'x{1,2}', deep: {list: [1, 2]}}},
  ],
  usage: {input: 10, output: 5, cacheRead: 4},
  model: 'served-model',
}

describe('openai-compatible chat', () => {
  for (const [name, reply] of [
    ['stream', openaiChatReply(SCRIPT)],
    ['whole document', openaiChatJson(SCRIPT)],
  ] as const) {
    it(`reads reasoning, text, parallel tool calls and usage from a ${name}`, () =>
      withServer(
        () => reply,
        async ({url}) => {
          const events = await answerOf(url)
          expect(textOf(events, 'reasoning')).to.equal(SCRIPT.reasoning)
          expect(textOf(events)).to.equal(SCRIPT.text)
          const calls = only(events, 'tool-call-end').map(({callId, name: tool, input}) => ({
            id: callId,
            name: tool,
            input,
          }))
          expect(calls).to.deep.equal(SCRIPT.toolCalls)
          const {stopReason, usage} = endOf(events)
          expect(stopReason).to.equal('tool-calls')
          expect(usage).to.deep.include({input: 10, output: 5, inputCacheRead: 4})
          expect(events[0]).to.deep.include({type: 'response-start', model: 'served-model'})
        },
      ))
  }

  it('sends the key, the user agent and the own headers, which win', () =>
    withServer(
      () => openaiChatReply({text: 'ok'}),
      async ({url, requests}) => {
        await answerOf(url, {headers: {'X-Team': 'blue', 'User-Agent': 'mine'}})
        await answerOf(url, {authHeader: {name: 'X-Api-Key', scheme: 'none'}})
        await answerOf(url, {authHeader: {name: 'Authorization', scheme: 'Basic'}, key: 'user:secret-word'})
        await answerOf(url, {key: null})
        const heads = requests.map(({headers}) => headers)
        expect(heads[0]).to.include({authorization: `Bearer ${KEY}`, 'x-team': 'blue', 'user-agent': 'mine'})
        expect(heads[1])
          .to.include({'x-api-key': KEY, 'user-agent': 'vibe-test/0'})
          .and.not.have.property('authorization')
        expect(heads[2]?.authorization).to.equal(`Basic ${Buffer.from('user:secret-word').toString('base64')}`)
        expect(heads[3]).to.not.have.property('authorization')
        expect(requests[0]?.path).to.equal('/chat/completions')
      },
    ))

  it('leaves usage undefined when the service names none', () =>
    withServer(
      () => openaiChatReply({text: 'ok'}),
      async ({url}) => {
        expect(endOf(await answerOf(url)).usage).to.deep.equal({})
      },
    ))

  it('reads legacy text, content in parts, thoughts in parts and the reasoning field', async () => {
    const choices: Array<[Loose, string, string]> = [
      [{choices: [{text: 'old', finish_reason: 'stop'}]}, 'old', ''],
      [
        {
          choices: [
            {
              message: {
                content: [
                  {type: 'text', text: 'a'},
                  {type: 'text', text: 'b'},
                ],
              },
              finish_reason: 'stop',
            },
          ],
        },
        'ab',
        '',
      ],
      [
        {
          choices: [
            {
              message: {
                content: [
                  {type: 'thinking', thinking: [{type: 'text', text: 'hm'}]},
                  {type: 'text', text: 'b'},
                ],
              },
            },
          ],
        },
        'b',
        'hm',
      ],
      [{choices: [{message: {content: 'x', reasoning: 'why'}}]}, 'x', 'why'],
      [{message: {content: 'bare'}}, 'bare', ''],
      [{choices: [{message: {content: null, text: 'there'}}]}, 'there', ''],
    ]
    for (const [document, text, reasoning] of choices) {
      await withServer(
        () => jsonReply(document),
        async ({url}) => {
          const events = await answerOf(url)
          expect(textOf(events)).to.equal(text)
          expect(textOf(events, 'reasoning')).to.equal(reasoning)
          expect(endOf(events).stopReason).to.equal('end-turn')
        },
      )
    }
  })

  it('marks a refusal and a content filter', async () => {
    const refusal = {choices: [{message: {content: null, refusal: 'I will not.'}, finish_reason: 'stop'}]}
    await withServer(
      () => jsonReply(refusal),
      async ({url}) => {
        const events = await answerOf(url)
        expect(textOf(events)).to.equal('I will not.')
        expect(endOf(events).stopReason).to.equal('refusal')
      },
    )
    await withServer(
      () => openaiChatReply({text: 'so f', stop: 'content_filter'}),
      async ({url}) => {
        expect(endOf(await answerOf(url))).to.deep.include({
          stopReason: 'content-filter',
          rawStopReason: 'content_filter',
        })
      },
    )
  })

  it('shows usage that comes with every chunk, and keeps the last', () => {
    const chunk = (text: string, output: number, finish: string | null) =>
      sseEvent({
        choices: [{delta: {content: text}, finish_reason: finish}],
        usage: {prompt_tokens: 3, completion_tokens: output},
      })
    return withServer(
      () => sseReply([chunk('a', 1, null), chunk('b', 2, 'stop')]),
      async ({url}) => {
        const events = await answerOf(url)
        expect(only(events, 'usage-update')).to.have.length(2)
        expect(endOf(events).usage).to.deep.include({input: 3, output: 2})
      },
    )
  })
})
