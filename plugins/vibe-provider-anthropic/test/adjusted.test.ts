import {expect} from 'chai'
import type {ChatRequest, JsonObject, ReasoningEffort} from 'vibe-plugin-api'
import {anthropicReply} from 'vibe-plugin-testkit'
import {ask, bodySent, collect, providerAt, withServer} from './support.ts'

const tools = [{name: 'read', description: 'Reads.', inputSchema: {type: 'object'}}]
const older = {settings: {apiVersion: '2023-06-01'}}

describe('vibe-provider-anthropic: what depends on the model', () => {
  it('maps reasoning efforts to what each model takes', async () => {
    const sent = async (model: string, reasoning: ReasoningEffort | undefined, more: Partial<ChatRequest> = {}) => {
      const {thinking, output_config} = await bodySent({model, ...(reasoning ? {reasoning} : {}), ...more})
      return [thinking, (output_config as JsonObject | undefined)?.['effort']]
    }
    const adaptive = {type: 'adaptive', display: 'summarized'}
    expect(await sent('claude-sonnet-5-5', undefined)).to.deep.equal([adaptive, undefined])
    expect(await sent('claude-sonnet-5-5', 'none')).to.deep.equal([{type: 'between_tools'}, undefined])
    expect(await sent('claude-sonnet-5-5', 'xhigh')).to.deep.equal([adaptive, 'xhigh'])
    expect(await sent('claude-opus-5-5', 'none')).to.deep.equal([adaptive, 'low'])
    expect(await sent('claude-haiku-5-5', 'none')).to.deep.equal([{type: 'disabled'}, undefined])
    expect(await sent('claude-fable-5-2', 'minimal')).to.deep.equal([adaptive, 'low'])
    expect(await sent('claude-opus-4-6', undefined)).to.deep.equal([undefined, undefined])
    expect(await sent('claude-opus-4-6', 'xhigh')).to.deep.equal([adaptive, 'high'])
    expect(await sent('claude-haiku-4-5-20251001', 'medium', {maxOutputTokens: 20_000})).to.deep.equal([
      {type: 'enabled', budget_tokens: 8192},
      undefined,
    ])
    expect(await sent('claude-haiku-4-5', 'high', {maxOutputTokens: 4096})).to.deep.equal([
      {type: 'enabled', budget_tokens: 3072},
      undefined,
    ])
    expect(await sent('claude-haiku-4-5', 'high', {maxOutputTokens: 1500})).to.deep.equal([undefined, undefined])
    expect(await sent('claude-haiku-4-5', 'none')).to.deep.equal([undefined, undefined])
  })

  it('sends a temperature only where it is accepted, and says so', async () => {
    const warned = async (request: Partial<ChatRequest>, more = {}) =>
      withServer(anthropicReply({text: 'x'}), async (server) => {
        const [start] = await collect(await providerAt(server.url, more), {...ask, ...request})
        const body = server.requests[0]?.json as JsonObject
        return [
          body['temperature'],
          start?.type === 'response-start' ? start.warnings.map(({feature}) => feature) : undefined,
        ]
      })
    expect(await warned({temperature: 0.5})).to.deep.equal([undefined, ['temperature']])
    expect(await warned({temperature: 0.5}, older)).to.deep.equal([0.5, []])
    expect(await warned({temperature: 1.5}, older)).to.deep.equal([1, ['temperature']])
    expect(await warned({temperature: 0.5, model: 'claude-opus-5-5'}, older)).to.deep.equal([
      undefined,
      ['temperature'],
    ])
    expect(await warned({temperature: 0.5, reasoning: 'low'}, older)).to.deep.equal([undefined, ['temperature']])
  })

  it('forces a tool only where that is possible', async () => {
    expect((await bodySent({tools, toolChoice: 'required'}))['tool_choice']).to.deep.equal({type: 'any'})
    expect((await bodySent({tools, toolChoice: {tool: 'read'}}))['tool_choice']).to.deep.equal({
      type: 'tool',
      name: 'read',
    })
    expect((await bodySent({tools, toolChoice: 'none'}))['tool_choice']).to.deep.equal({type: 'none'})
    expect(await bodySent({tools, toolChoice: 'required', model: 'claude-sonnet-5-5'})).to.not.have.property(
      'tool_choice',
    )
    expect(await bodySent({toolChoice: 'required'})).to.not.have.property('tool_choice')
  })
})
