import {expect} from 'chai'
import type {Message} from 'vibe-plugin-api'
import {jsonReply, openaiChatJson, openaiChatReply} from 'vibe-plugin-testkit'
import type {Loose} from 'vibe-openai-wire/wire'
import {answerOf, endOf, textOf, withServer} from './helpers.ts'

const ok = () => openaiChatReply({text: 'ok'})
const PNG = Uint8Array.of(137, 80, 78, 71)
const image = {type: 'file', mediaType: 'image/png', data: PNG} as const

const HISTORY: Message[] = [
  {role: 'user', content: [{type: 'text', text: 'look'}, image]},
  {
    role: 'assistant',
    content: [
      {type: 'reasoning', text: 'mine', providerMetadata: {'openai-compatible': {field: 'reasoning_content'}}},
      {type: 'reasoning', text: 'foreign', providerMetadata: {anthropic: {signature: 's'}}},
      {type: 'text', text: 'I will read.'},
      {type: 'tool-call', callId: 'c1', name: 'read', input: {path: 'a'}},
      {
        type: 'tool-call',
        callId: 'c2',
        name: 'shot',
        input: {},
        providerMetadata: {'openai-compatible': {extra: {extra_content: {g: 1}}}},
      },
    ],
  },
  {
    role: 'tool',
    content: [
      {type: 'tool-result', callId: 'c1', name: 'read', content: [{type: 'text', text: 'no such file'}], isError: true},
      {type: 'tool-result', callId: 'c2', name: 'shot', content: [image]},
    ],
  },
]

async function bodyOf(changes: Parameters<typeof answerOf>[1]): Promise<Loose> {
  let body: Loose = {}
  await withServer(ok, async ({url, requests}) => {
    await answerOf(url, changes)
    body = requests[0]?.json as Loose
  })
  return body
}

describe('openai-compatible request', () => {
  it('replays history with tool results, errors, and images after the results', async () => {
    const {messages} = await bodyOf({request: {system: 'Be short.', messages: HISTORY}})
    const url = `data:image/png;base64,${Buffer.from(PNG).toString('base64')}`
    expect(messages).to.deep.equal([
      {role: 'system', content: 'Be short.'},
      {
        role: 'user',
        content: [
          {type: 'text', text: 'look'},
          {type: 'image_url', image_url: {url}},
        ],
      },
      {
        role: 'assistant',
        content: 'I will read.',
        tool_calls: [
          {id: 'c1', type: 'function', function: {name: 'read', arguments: '{"path":"a"}'}},
          {id: 'c2', type: 'function', function: {name: 'shot', arguments: '{}'}, extra_content: {g: 1}},
        ],
      },
      {role: 'tool', tool_call_id: 'c1', content: 'Error: no such file'},
      {role: 'tool', tool_call_id: 'c2', content: '1 file(s), see the next message'},
      {
        role: 'user',
        content: [
          {type: 'text', text: 'Files from shot (c2):'},
          {type: 'image_url', image_url: {url}},
        ],
      },
    ])
  })

  it('sends thoughts back only when asked, and only its own', async () => {
    for (const changes of [{settings: {replayReasoning: true}}, {quirks: ['replay-reasoning']}]) {
      const {messages} = await bodyOf({...changes, request: {messages: HISTORY}})
      expect((messages as Loose[])[1]).to.include({reasoning_content: 'mine'})
    }
  })

  it('passes tool schemas unchanged and every option under its name', async () => {
    const inputSchema = {
      type: 'object',
      properties: {a: {$ref: '#/$defs/x'}},
      $defs: {x: {type: 'string'}},
      additionalProperties: true,
    }
    const body = await bodyOf({
      request: {
        tools: [{name: 't', description: 'd', inputSchema}],
        toolChoice: {tool: 't'},
        maxOutputTokens: 7,
        temperature: 0,
        stopSequences: ['END'],
        reasoning: 'low',
        responseSchema: {type: 'object'},
        providerOptions: {'openai-compatible': {top_k: 3}, other: {nope: 1}},
      },
    })
    expect(body).to.deep.include({
      model: 'm',
      stream: true,
      stream_options: {include_usage: true},
      tools: [{type: 'function', function: {name: 't', description: 'd', parameters: inputSchema}}],
      tool_choice: {type: 'function', function: {name: 't'}},
      max_tokens: 7,
      temperature: 0,
      stop: ['END'],
      reasoning_effort: 'low',
      response_format: {type: 'json_schema', json_schema: {name: 'answer', schema: {type: 'object'}}},
      top_k: 3,
    })
    expect(body).to.not.have.any.keys('nope', 'max_completion_tokens')
  })

  it('obeys settings and quirks', async () => {
    const max = {request: {maxOutputTokens: 7}}
    expect(await bodyOf({...max, quirks: ['max-completion-tokens', 'no-such-quirk']})).to.include({
      max_completion_tokens: 7,
    })
    expect(await bodyOf({...max, settings: {maxTokensField: 'max_completion_tokens'}})).to.include({
      max_completion_tokens: 7,
    })
    expect(
      await bodyOf({...max, settings: {maxTokensField: 'max_tokens'}, quirks: ['max-completion-tokens']}),
    ).to.include({max_tokens: 7})
    expect(await bodyOf({quirks: ['no-stream-options']})).to.not.have.property('stream_options')
    await withServer(
      () => openaiChatJson({text: 'whole'}),
      async ({url, requests}) => {
        expect(textOf(await answerOf(url, {settings: {streaming: false}}))).to.equal('whole')
        expect(requests[0]?.json).to.include({stream: false}).and.not.have.property('stream_options')
      },
    )
  })

  it('asks once more without what FastAPI names by its place alone', () => {
    const detail = [{type: 'extra_forbidden', loc: ['body', 'stream_options'], msg: 'Extra inputs are not permitted'}]
    return withServer(
      ({json}) => ((json as Loose)['stream_options'] === undefined ? ok() : jsonReply({detail}, 422)),
      async ({url, requests}) => {
        expect(endOf(await answerOf(url, {request: {maxOutputTokens: 9}})).stopReason).to.equal('end-turn')
        expect(requests).to.have.length(2)
      },
    )
  })

  for (const [field, sent, message] of [
    [
      'max_completion_tokens',
      'max_tokens',
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    ],
    ['max_tokens', 'stream_options', 'Extra inputs are not permitted: stream_options'],
  ] as const) {
    it(`asks once more without ${sent} when the service refuses it`, () =>
      withServer(
        ({json}) => ((json as Loose)[sent] === undefined ? ok() : jsonReply({error: {message}}, 400)),
        async ({url, requests}) => {
          expect(endOf(await answerOf(url, {request: {maxOutputTokens: 9}})).stopReason).to.equal('end-turn')
          expect(requests).to.have.length(2)
          expect(requests[1]?.json).to.include({[field]: 9})
        },
      ))
  }

  it('asks only once when the refusal is about the value', () =>
    withServer(
      () => jsonReply({error: {message: 'max_tokens is too large: 9'}}, 400),
      async ({url, requests}) => {
        const error = await answerOf(url, {request: {maxOutputTokens: 9}}).catch((reason: unknown) => reason)
        expect(error).to.include({code: 'invalid-request'})
        expect(requests).to.have.length(1)
      },
    ))
})
