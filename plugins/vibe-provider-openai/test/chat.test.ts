import {expect} from 'chai'
import {openaiChatReply, sseEvent, sseReply} from 'vibe-plugin-testkit'
import type {Loose} from 'vibe-openai-wire/wire'
import {answerOf, endOf, KEY, only, textOf, withServer} from './helpers.ts'

const SCRIPT = {
  text: 'Grüße, 世界! 👋🏽',
  toolCalls: [
    {id: 'call_a', name: 'read', input: {path: 'a.ts'}},
    {id: 'call_b', name: 'grep', input: {pattern: 'x{1,2}'}},
  ],
  usage: {input: 10, output: 5, cacheRead: 4},
  model: 'gpt-served',
}
const delta = (value: object, finish: string | null = null) =>
  sseEvent({choices: [{index: 0, delta: value, finish_reason: finish}]})

describe('openai chat completions', () => {
  it('streams text, parallel tool calls and usage', () =>
    withServer(
      () => openaiChatReply(SCRIPT),
      async ({url, requests}) => {
        const events = await answerOf(url)
        expect(textOf(events)).to.equal(SCRIPT.text)
        expect(only(events, 'tool-call-end').map(({callId: id, name, input}) => ({id, name, input}))).to.deep.equal(
          SCRIPT.toolCalls,
        )
        expect(endOf(events)).to.include({stopReason: 'tool-calls'})
        expect(endOf(events).usage).to.deep.include({input: 10, output: 5, inputCacheRead: 4})
        expect(requests).to.have.length(1)
        expect(requests[0]?.path).to.equal('/chat/completions')
      },
    ))

  it('sends the key and nothing about this machine', () =>
    withServer(
      () => openaiChatReply({text: 'ok'}),
      async ({url, requests}) => {
        await answerOf(url, {headers: {'X-Team': 'blue'}, settings: {organization: 'org-1', project: 'proj-1'}})
        await answerOf(url, {authHeader: {name: 'X-Api-Key', scheme: 'none'}, headers: {'User-Agent': 'mine'}})
        const [first, second] = requests.map(({headers}) => headers)
        expect(first).to.include({authorization: `Bearer ${KEY}`, 'x-team': 'blue', 'user-agent': 'vibe-test/0'})
        expect(first).to.include({'openai-organization': 'org-1', 'openai-project': 'proj-1'})
        expect(Object.keys(first ?? {}).filter((name) => name.startsWith('x-stainless'))).to.deep.equal([])
        expect(second).to.include({'x-api-key': KEY, 'user-agent': 'mine'}).and.not.have.property('authorization')
      },
    ))

  it("ignores the SDK's own environment variables", () =>
    withServer(
      () => openaiChatReply({text: 'ok'}),
      async ({url, requests}) => {
        const names = {
          OPENAI_API_KEY: 'sk-from-environment',
          OPENAI_ORG_ID: 'org-env',
          OPENAI_CUSTOM_HEADERS: 'X-Corporate-Secret: hidden',
          OPENAI_BASE_URL: 'http://127.0.0.1:9',
        }
        const before = Object.fromEntries(Object.keys(names).map((name) => [name, process.env[name]]))
        Object.assign(process.env, names)
        try {
          await answerOf(url, {key: null})
        } finally {
          for (const [name, value] of Object.entries(before)) {
            if (value === undefined) delete process.env[name]
            else process.env[name] = value
          }
        }
        expect(requests[0]?.headers).to.not.have.any.keys('authorization', 'openai-organization', 'x-corporate-secret')
      },
    ))

  it('sends every option under its name, schemas unchanged', () =>
    withServer(
      () => openaiChatReply({text: 'ok'}),
      async ({url, requests}) => {
        const inputSchema = {type: 'object', properties: {a: {$ref: '#/$defs/x'}}, $defs: {x: {type: 'string'}}}
        await answerOf(url, {
          request: {
            model: 'gpt-4.1',
            system: 'Be short.',
            tools: [{name: 't', description: 'd', inputSchema}],
            toolChoice: 'required',
            maxOutputTokens: 7,
            temperature: 0.5,
            stopSequences: ['END'],
            responseSchema: {type: 'object'},
            providerOptions: {openai: {seed: 3}},
          },
        })
        expect(requests[0]?.json).to.deep.include({
          model: 'gpt-4.1',
          messages: [
            {role: 'system', content: 'Be short.'},
            {role: 'user', content: 'hi'},
          ],
          stream: true,
          stream_options: {include_usage: true},
          tools: [{type: 'function', function: {name: 't', description: 'd', parameters: inputSchema}}],
          tool_choice: 'required',
          max_completion_tokens: 7,
          temperature: 0.5,
          stop: ['END'],
          seed: 3,
        })
      },
    ))

  it('leaves the temperature out for a model that reasons, and says so', () =>
    withServer(
      () => openaiChatReply({text: 'ok'}),
      async ({url, requests}) => {
        const [start] = await answerOf(url, {request: {model: 'gpt-5.1', temperature: 0, reasoning: 'low'}})
        expect(start).to.have.nested.property('warnings[0].feature', 'temperature')
        expect(requests[0]?.json).to.include({reasoning_effort: 'low'}).and.not.have.property('temperature')
      },
    ))

  it('replays images, tool results and errors', () =>
    withServer(
      () => openaiChatReply({text: 'ok'}),
      async ({url, requests}) => {
        const image = {type: 'file', mediaType: 'image/png', data: Uint8Array.of(1, 2)} as const
        await answerOf(url, {
          request: {
            messages: [
              {role: 'user', content: [{type: 'text', text: 'see'}, image]},
              {
                role: 'assistant',
                content: [
                  {type: 'reasoning', text: 'hm'},
                  {type: 'tool-call', callId: 'c', name: 't', input: {}},
                ],
              },
              {
                role: 'tool',
                content: [
                  {
                    type: 'tool-result',
                    callId: 'c',
                    name: 't',
                    content: [{type: 'text', text: 'bad'}, image],
                    isError: true,
                  },
                ],
              },
            ],
          },
        })
        const url64 = 'data:image/png;base64,AQI='
        expect((requests[0]?.json as Loose | undefined)?.messages).to.deep.equal([
          {
            role: 'user',
            content: [
              {type: 'text', text: 'see'},
              {type: 'image_url', image_url: {url: url64}},
            ],
          },
          {
            role: 'assistant',
            content: null,
            tool_calls: [{id: 'c', type: 'function', function: {name: 't', arguments: '{}'}}],
          },
          {role: 'tool', tool_call_id: 'c', content: 'Error: bad'},
          {
            role: 'user',
            content: [
              {type: 'text', text: 'Files from t (c):'},
              {type: 'image_url', image_url: {url: url64}},
            ],
          },
        ])
      },
    ))

  it('reads a refusal, a legacy function_call, and cut tool JSON', async () => {
    await withServer(
      () => sseReply([delta({refusal: 'No.'}), delta({}, 'stop'), 'data: [DONE]\n\n']),
      async ({url}) => {
        const events = await answerOf(url)
        expect(textOf(events)).to.equal('No.')
        expect(endOf(events).stopReason).to.equal('refusal')
      },
    )
    await withServer(
      () => sseReply([delta({function_call: {name: 'f', arguments: '{"q":1}'}}), delta({}, 'function_call')]),
      async ({url}) => {
        expect(only(await answerOf(url), 'tool-call-end')[0]).to.deep.include({name: 'f', input: {q: 1}})
      },
    )
    const cut = {tool_calls: [{index: 0, id: 'c', function: {name: 't', arguments: '{"a": "b'}}]}
    await withServer(
      () => sseReply([delta(cut), delta({}, 'length'), 'data: [DONE]\n\n']),
      async ({url}) => {
        const events = await answerOf(url)
        expect(only(events, 'tool-call-end')[0]).to.not.have.property('input')
        expect(endOf(events).stopReason).to.equal('max-output')
      },
    )
  })
})
