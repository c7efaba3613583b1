import {expect} from 'chai'
import type {ChatRequest} from 'vibe-plugin-api'
import {startScriptedServer} from 'vibe-plugin-testkit'
import {createProvider} from '../src/index.ts'
import {contextOf, countedBy, roundTrip, sentTo} from './service-calls.ts'
import {manifests} from './service-manifests.ts'
import {assistant, firstCall, SERVICES, toolOf} from './service-table.ts'

describe('each service', () => {
  it('is tried here', () => {
    expect([...new Set(SERVICES.map(({id}) => id))].toSorted()).to.deep.equal(manifests().map(({id}) => id))
  })

  for (const service of SERVICES) {
    const dated = service.settings?.['apiVersion'] === undefined ? '' : ' with a dated version'
    it(`${service.id}${dated}: streams, calls a tool and takes its result`, () => roundTrip(service))
  }
})

describe('a history from elsewhere', () => {
  const elsewhere: ChatRequest['messages'] = [
    {role: 'user', content: [{type: 'text', text: 'hi'}]},
    {
      role: 'assistant',
      content: [
        {type: 'reasoning', text: 'secret', providerMetadata: {anthropic: {signature: 's'}}},
        {type: 'tool-call', callId: 'toolu_01ABCdef', name: 'look', input: {}},
      ],
    },
    {role: 'tool', content: [{type: 'tool-result', callId: 'toolu_01ABCdef', name: 'look', content: []}]},
    {role: 'user', content: [{type: 'text', text: 'go on'}]},
  ]

  it('gets ids of nine characters and a word of the model after the tool for Mistral', async () => {
    const sent = await sentTo('mistral', {messages: elsewhere})
    const id = firstCall(sent)['id']
    expect(id).to.match(/^[a-zA-Z0-9]{9}$/)
    expect(toolOf(sent)['tool_call_id']).to.equal(id)
    expect(sent.body.messages.map(({role}) => role)).to.deep.equal(['user', 'assistant', 'tool', 'assistant', 'user'])
  })

  it("gets Google's placeholder for calls that Gemini did not sign", async () => {
    const sent = await sentTo('gemini', {messages: elsewhere})
    expect(firstCall(sent)['extra_content']).to.deep.equal({
      google: {thought_signature: 'skip_thought_signature_validator'},
    })
  })

  for (const id of ['deepseek', 'moonshot']) {
    it(`never lacks the thoughts that ${id} wants with a call, and shows nobody else's`, async () => {
      const sent = await sentTo(id, {messages: elsewhere})
      expect(assistant(sent)['reasoning_content']).to.equal('…')
      expect(JSON.stringify(sent.body)).to.not.include('secret')
    })
  }
})

describe('a wish that a service takes in another way', () => {
  it('switches thinking off where that is a switch', async () => {
    const {body} = await sentTo('deepseek', {reasoning: 'none'})
    expect(body)
      .to.deep.include({thinking: {type: 'disabled'}})
      .and.not.have.property('reasoning_effort')
  })

  it('asks for a schema in words where only JSON mode is known', async () => {
    const {body} = await sentTo('zai', {system: 'Be brief.', responseSchema: {type: 'object'}})
    expect(body).to.deep.include({response_format: {type: 'json_object'}})
    expect(body.messages[0]?.['content']).to.match(
      /^Be brief\.\n\nAnswer with one JSON object .*\n\{"type":"object"\}$/s,
    )
  })

  it('sends no attribution to OpenRouter that nobody set', async () => {
    const {headers} = await sentTo('openrouter', {})
    expect(headers).to.not.have.any.keys('http-referer', 'x-openrouter-title', 'x-title')
  })

  it('lists the models of Gemini under the names they are called and priced by', async () => {
    const server = await startScriptedServer(() => ({
      headers: {'content-type': 'application/json'},
      steps: [{write: '{"object":"list","data":[{"id":"models/gemini-3.5-flash","object":"model"}]}'}],
    }))
    try {
      const models = await createProvider(contextOf('gemini', server.url)).listModels?.({
        signal: new AbortController().signal,
      })
      expect(models?.map(({id}) => id)).to.deep.equal(['gemini-3.5-flash'])
    } finally {
      await server.close()
    }
  })

  it('does not take the models that Azure could deploy for deployments', () => {
    expect(createProvider(contextOf('azure-openai', 'http://127.0.0.1:9'))).to.not.have.property('listModels')
  })
})

describe('thoughts that are counted beside the answer', () => {
  const beside = {prompt_tokens: 32, completion_tokens: 9, total_tokens: 135}

  it('are output where a service names them and they make up the total', async () => {
    const usage = await countedBy('xai', {...beside, completion_tokens_details: {reasoning_tokens: 94}})
    expect(usage).to.include({input: 32, output: 103, outputReasoning: 94})
  })

  it('are output for Gemini, which tells the total alone', async () => {
    expect(await countedBy('gemini', beside)).to.include({input: 32, output: 103})
  })

  it('are not guessed for others, and not counted twice', async () => {
    expect(await countedBy('groq', beside)).to.include({input: 32, output: 9})
    const within = {prompt_tokens: 32, completion_tokens: 103, total_tokens: 135}
    const usage = await countedBy('xai', {...within, completion_tokens_details: {reasoning_tokens: 94}})
    expect(usage).to.include({output: 103, outputReasoning: 94})
  })
})

describe('a conversation with xAI', () => {
  it('has one name that the user may change, and another has another', async () => {
    const [one, other] = [await sentTo('xai', {}), await sentTo('xai', {})]
    expect(one.headers['x-grok-conv-id']).to.match(/^[0-9a-f-]{36}$/)
    expect(one.headers['x-grok-conv-id']).to.not.equal(other.headers['x-grok-conv-id'])
  })
})
