import {expect} from 'chai'
import fc from 'fast-check'
import type {ChatEvent, ChatRequest, Message} from 'vibe-plugin-api'
import {grammarViolations, openaiResponsesReply, sseEvent, sseReply} from 'vibe-plugin-testkit'
import {ResponsesAnswer} from '../src/responses-answer.ts'
import {answerOf, endOf, errorOf, only, textOf, withServer, type Ask} from './helpers.ts'

const settings = {api: 'responses'}
const ask = (url: string, changes: Ask = {}) =>
  answerOf(url, {...changes, settings: {...settings, ...changes.settings}})
const event = (value: {type: string; [member: string]: unknown}) => sseEvent(value, value.type)
const done = (response: object = {}) =>
  event({type: 'response.completed', response: {id: 'r', status: 'completed', output: [], ...response}})

const SCRIPT = {
  reasoning: 'I think – 🤔',
  text: 'Grüße, 世界!',
  toolCalls: [
    {id: 'call_a', name: 'read', input: {path: 'a'}},
    {id: 'call_b', name: 'grep', input: {q: 'é'}},
  ],
  usage: {input: 10, output: 5, cacheRead: 4},
}

/** What the core keeps of an answer. */
function assistantOf(events: readonly ChatEvent[]): Message {
  const content = events.flatMap((one): Extract<Message, {role: 'assistant'}>['content'] => {
    const metadata = 'providerMetadata' in one && one.providerMetadata ? {providerMetadata: one.providerMetadata} : {}
    if (one.type === 'reasoning-end') return [{type: 'reasoning', text: textOf(events, 'reasoning'), ...metadata}]
    if (one.type === 'text-end') return [{type: 'text', text: textOf(events), ...metadata}]
    return one.type === 'tool-call-end'
      ? [{type: 'tool-call', callId: one.callId, name: one.name, input: one.input ?? {}}]
      : []
  })
  return {role: 'assistant', content}
}

describe('openai responses', () => {
  it('streams reasoning, text, parallel tool calls and usage', () =>
    withServer(
      () => openaiResponsesReply(SCRIPT),
      async ({url, requests}) => {
        const events = await ask(url)
        expect(textOf(events, 'reasoning')).to.equal(SCRIPT.reasoning)
        expect(textOf(events)).to.equal(SCRIPT.text)
        expect(only(events, 'tool-call-end').map(({callId: id, name, input}) => ({id, name, input}))).to.deep.equal(
          SCRIPT.toolCalls,
        )
        expect(endOf(events)).to.include({stopReason: 'tool-calls', rawStopReason: 'completed'})
        expect(endOf(events).usage).to.deep.include({input: 10, output: 5, inputCacheRead: 4, outputReasoning: 0})
        expect(requests.map(({path}) => path)).to.deep.equal(['/responses'])
      },
    ))

  it('round-trips sealed thoughts, tool results, errors and images', () =>
    withServer(
      () => openaiResponsesReply(SCRIPT),
      async ({url, requests}) => {
        const image = {type: 'file', mediaType: 'image/png', data: Uint8Array.of(1, 2)} as const
        const first: Message = {role: 'user', content: [{type: 'text', text: 'hi'}, image]}
        const assistant = assistantOf(await ask(url, {request: {messages: [first]}}))
        await ask(url, {
          request: {
            model: 'gpt-5.1',
            system: 'Be short.',
            reasoning: 'low',
            messages: [
              first,
              assistant,
              {
                role: 'tool',
                content: [
                  {
                    type: 'tool-result',
                    callId: 'call_a',
                    name: 'read',
                    content: [{type: 'text', text: 'gone'}],
                    isError: true,
                  },
                  {type: 'tool-result', callId: 'call_b', name: 'grep', content: [{type: 'text', text: 'see'}, image]},
                ],
              },
              {
                role: 'assistant',
                content: [{type: 'reasoning', text: 'other', providerMetadata: {anthropic: {signature: 's'}}}],
              },
            ],
          },
        })
        const picture = {type: 'input_image', image_url: 'data:image/png;base64,AQI=', detail: 'auto'}
        expect(requests[1]?.json).to.deep.include({
          model: 'gpt-5.1',
          instructions: 'Be short.',
          store: false,
          stream: true,
          include: ['reasoning.encrypted_content'],
          reasoning: {effort: 'low', summary: 'auto'},
          input: [
            {role: 'user', content: [{type: 'input_text', text: 'hi'}, picture]},
            {
              type: 'reasoning',
              id: 'rs_scripted',
              summary: [{type: 'summary_text', text: SCRIPT.reasoning}],
              encrypted_content: 'sealed-scripted',
            },
            {role: 'assistant', content: SCRIPT.text},
            {type: 'function_call', call_id: 'call_a', name: 'read', arguments: '{"path":"a"}'},
            {type: 'function_call', call_id: 'call_b', name: 'grep', arguments: '{"q":"é"}'},
            {type: 'function_call_output', call_id: 'call_a', output: 'Error: gone'},
            {type: 'function_call_output', call_id: 'call_b', output: [{type: 'input_text', text: 'see'}, picture]},
          ],
        })
      },
    ))

  it('leaves out thoughts that nothing follows', () =>
    withServer(
      () => openaiResponsesReply({text: 'ok'}),
      async ({url, requests}) => {
        const sealed = {openai: {id: 'rs', encryptedContent: 'x'}}
        await ask(url, {
          request: {
            messages: [{role: 'assistant', content: [{type: 'reasoning', text: '', providerMetadata: sealed}]}],
          },
        })
        expect(requests[0]?.json).to.deep.include({input: []})
      },
    ))

  it('sends options under their names and says what the API does not know', () =>
    withServer(
      () => openaiResponsesReply({text: 'ok'}),
      async ({url, requests}) => {
        const inputSchema = {type: 'object', properties: {a: {type: 'string', default: 'x'}}}
        const request: Partial<ChatRequest> = {
          model: 'gpt-4.1',
          tools: [{name: 't', description: 'd', inputSchema}],
          toolChoice: {tool: 't'},
          maxOutputTokens: 7,
          temperature: 0.5,
          stopSequences: ['END'],
          reasoning: 'high',
          responseSchema: {type: 'object'},
          providerOptions: {openai: {prompt_cache_key: 'k'}},
        }
        const [start] = await ask(url, {request})
        expect(start).to.have.property('warnings').with.length(2)
        expect(requests[0]?.json).to.deep.include({
          tools: [{type: 'function', name: 't', description: 'd', parameters: inputSchema, strict: false}],
          tool_choice: {type: 'function', name: 't'},
          max_output_tokens: 7,
          temperature: 0.5,
          prompt_cache_key: 'k',
          text: {format: {type: 'json_schema', name: 'answer', schema: {type: 'object'}, strict: false}},
        })
        expect(requests[0]?.json).to.not.have.any.keys('reasoning', 'include', 'stop')
      },
    ))

  it('obeys the setting for summaries', () =>
    withServer(
      () => openaiResponsesReply({text: 'ok'}),
      async ({url, requests}) => {
        await ask(url, {settings: {reasoningSummary: 'none'}, request: {model: 'o4-mini', reasoning: 'high'}})
        expect(requests[0]?.json).to.deep.include({reasoning: {effort: 'high'}})
      },
    ))

  it('keeps thoughts without a summary as a redacted block', () => {
    const item = {type: 'reasoning', id: 'rs', summary: [], encrypted_content: 'sealed'}
    const frames = [
      event({type: 'response.output_item.added', output_index: 0, item}),
      event({type: 'response.output_item.done', output_index: 0, item}),
      done(),
    ]
    return withServer(
      () => sseReply(frames),
      async ({url}) => {
        const events = await ask(url)
        expect(only(events, 'reasoning-start')[0]).to.include({redacted: true})
        expect(only(events, 'reasoning-end')[0]).to.have.deep.property('providerMetadata', {
          openai: {id: 'rs', encryptedContent: 'sealed'},
        })
      },
    )
  })

  it('separates the parts of a summary', () => {
    const part = (index: number) =>
      event({type: 'response.reasoning_summary_part.added', output_index: 0, summary_index: index})
    const say = (delta: string) => event({type: 'response.reasoning_summary_text.delta', output_index: 0, delta})
    return withServer(
      () => sseReply([part(0), say('one'), part(1), say('two'), done()]),
      async ({url}) => {
        expect(textOf(await ask(url), 'reasoning')).to.equal('one\n\ntwo')
      },
    )
  })

  it('takes from the end what was not streamed, and passes unknown items over', () => {
    const output = [
      {type: 'web_search_call', id: 'w'},
      {type: 'message', content: [{type: 'output_text', text: 'whole'}], phase: 'final_answer'},
      {type: 'function_call', call_id: 'same', name: 't', arguments: '{"a":1}', status: 'completed'},
      {type: 'function_call', call_id: 'same', name: 't', arguments: '', status: 'completed'},
    ]
    return withServer(
      () => sseReply([done({output})]),
      async ({url}) => {
        const events = await ask(url)
        expect(textOf(events)).to.equal('whole')
        expect(only(events, 'text-end')[0]).to.have.deep.property('providerMetadata', {openai: {phase: 'final_answer'}})
        const calls = only(events, 'tool-call-end').map(({callId, input}) => [callId, input])
        expect(calls).to.deep.equal([
          ['same', {a: 1}],
          ['same-2', {}],
        ])
      },
    )
  })

  it('knows why an answer stopped', async () => {
    const stops = [
      ['max_output_tokens', 'max-output'],
      ['content_filter', 'content-filter'],
      ['whatever', 'other'],
      [undefined, 'end-turn'],
    ] as const
    for (const [stop, stopReason] of stops) {
      await withServer(
        () => openaiResponsesReply({text: 'x', ...(stop ? {stop} : {})}),
        async ({url}) => {
          expect(endOf(await ask(url))).to.include({stopReason})
        },
      )
    }
    const refusal = event({type: 'response.refusal.delta', output_index: 0, delta: 'No.'})
    await withServer(
      () => sseReply([refusal, done()]),
      async ({url}) => {
        expect(endOf(await ask(url)).stopReason).to.equal('refusal')
      },
    )
  })

  it('keeps the grammar for any order of events', () => {
    const place = fc.nat(2)
    const item = fc.record({
      type: fc.constantFrom('message', 'reasoning', 'function_call', 'web_search_call'),
      call_id: fc.constantFrom('a', 'b'),
      name: fc.constant('t'),
      arguments: fc.string(),
      encrypted_content: fc.constantFrom('', 'sealed'),
    })
    const types = [
      'output_text.delta',
      'refusal.delta',
      'reasoning_summary_text.delta',
      'function_call_arguments.delta',
    ]
    const one = fc.oneof(
      fc.record({
        type: fc.constantFrom(...types.map((type) => `response.${type}`)),
        output_index: place,
        delta: fc.string(),
      }),
      fc.record({
        type: fc.constantFrom('response.output_item.added', 'response.output_item.done'),
        output_index: place,
        item,
      }),
    )
    fc.assert(
      fc.property(fc.array(one, {maxLength: 15}), (pushed) => {
        const answer = new ResponsesAnswer('openai', [])
        const last = {type: 'response.completed', response: {status: 'completed'}}
        const events = [...pushed, last].flatMap((value) => [...answer.push(value)])
        expect(grammarViolations([...events, ...answer.end()])).to.deep.equal([])
      }),
      {numRuns: 300},
    )
  })

  it('gives cut tool JSON no input', () => {
    const item = {type: 'function_call', call_id: 'c', name: 't', arguments: ''}
    const frames = [
      event({type: 'response.output_item.added', output_index: 0, item}),
      event({type: 'response.function_call_arguments.delta', output_index: 0, delta: '{"a": "b'}),
      event({
        type: 'response.incomplete',
        response: {status: 'incomplete', incomplete_details: {reason: 'max_output_tokens'}},
      }),
    ]
    return withServer(
      () => sseReply(frames),
      async ({url}) => {
        const events = await ask(url)
        expect(only(events, 'tool-call-end')[0]).to.include({inputText: '{"a": "b'}).and.not.have.property('input')
        expect(endOf(events).stopReason).to.equal('max-output')
      },
    )
  })

  for (const [name, frame, code] of [
    [
      'response.failed',
      {type: 'response.failed', response: {error: {code: 'server_error', message: 'sorry'}}},
      'server-error',
    ],
    [
      'a failed overflow',
      {type: 'response.failed', response: {error: {code: 'context_length_exceeded', message: 'too long'}}},
      'context-overflow',
    ],
    ['an error event', {type: 'error', code: 'rate_limit_exceeded', message: 'slow down'}, 'rate-limited'],
    ['a nested error event', {type: 'error', error: {code: 'insufficient_quota', message: 'pay'}}, 'quota-exhausted'],
  ] as const) {
    it(`maps ${name} inside a stream to ${code}`, () =>
      withServer(
        () => sseReply([event({type: 'response.created', response: {id: 'r'}}), event(frame)]),
        async ({url}) => {
          expect(await errorOf(ask(url))).to.include({code})
        },
      ))
  }

  it('calls an answer without its last event interrupted', () =>
    withServer(
      () => sseReply([event({type: 'response.output_text.delta', output_index: 0, delta: 'part'})]),
      async ({url}) => {
        expect(await errorOf(ask(url))).to.include({code: 'stream-interrupted', retryable: true})
      },
    ))
})
