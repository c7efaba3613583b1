import {expect} from 'chai'
import {KEY} from './helpers.ts'
import {countsAsGroq, countsAtTheEnd, judgedFirst, type Peculiar, type Sent} from './wire-dialects.ts'

export const assistant = ({body}: Sent) => body.messages.find(({role}) => role === 'assistant') ?? {}
export const toolOf = ({body}: Sent) => body.messages.find(({role}) => role === 'tool') ?? {}
export const firstCall = (sent: Sent) => (assistant(sent)['tool_calls'] as Array<Record<string, unknown>>)[0] ?? {}
const thinks = (field: string) => (kind: 'reasoning' | 'call') => (kind === 'reasoning' ? {[field]: 'hm'} : {})

/** How each service that comes with vibe answers, and what it must be sent. */
export const SERVICES: Peculiar[] = [
  {
    id: 'openrouter',
    settings: {appUrl: 'https://example.org/mine', appTitle: 'Mine'},
    delta: (kind) =>
      kind === 'reasoning'
        ? {reasoning: 'hm', reasoning_details: [{type: 'reasoning.encrypted', data: 'opaque', index: 0, id: 'r1'}]}
        : {},
    before: [': OPENROUTER PROCESSING\n\n'],
    after: countsAtTheEnd,
    sent: (second) => {
      expect(second.body).to.not.have.property('stream_options')
      expect(second.headers).to.include({'http-referer': 'https://example.org/mine', 'x-openrouter-title': 'Mine'})
      expect(assistant(second)).to.deep.include({
        reasoning_details: [{type: 'reasoning.encrypted', data: 'opaque', index: 0, id: 'r1'}],
      })
    },
  },
  {
    id: 'groq',
    delta: thinks('reasoning'),
    after: countsAsGroq,
    sent: (second) => {
      expect(second.body).to.include({max_completion_tokens: 99}).and.not.have.property('max_tokens')
      expect(assistant(second)).to.not.have.any.keys('reasoning', 'reasoning_content')
    },
  },
  {
    id: 'deepseek',
    delta: thinks('reasoning_content'),
    sent: (second) => {
      expect(assistant(second)).to.include({reasoning_content: 'hm'})
      expect(second.body).to.deep.include({thinking: {type: 'enabled'}, reasoning_effort: 'high', max_tokens: 99})
    },
  },
  {
    id: 'mistral',
    callId: 'D681PevKs',
    after: countsAtTheEnd,
    sent: (second) => {
      expect(second.body).to.not.have.property('stream_options')
      expect(firstCall(second)).to.include({id: 'D681PevKs'})
      expect(toolOf(second)).to.include({tool_call_id: 'D681PevKs'})
    },
  },
  {
    id: 'xai',
    delta: thinks('reasoning_content'),
    sent: (second) => expect(second.body).to.include({max_completion_tokens: 99}),
  },
  {id: 'together', delta: thinks('reasoning'), after: countsAtTheEnd},
  {id: 'fireworks', delta: thinks('reasoning_content'), after: countsAtTheEnd},
  {
    id: 'gemini',
    callId: '',
    delta: (kind) => (kind === 'call' ? {extra_content: {google: {thought_signature: 'signed'}}} : {}),
    sent: (second) => {
      expect(firstCall(second)).to.deep.include({extra_content: {google: {thought_signature: 'signed'}}})
      expect(firstCall(second)['id']).to.match(/^call_/)
      expect(toolOf(second)['tool_call_id']).to.equal(firstCall(second)['id'])
    },
  },
  {
    id: 'azure-openai',
    key: {name: 'api-key', value: KEY},
    path: '/openai/v1/chat/completions',
    before: judgedFirst,
    sent: (second) => {
      expect(second.body).to.include({model: 'my-deployment', max_completion_tokens: 99})
      expect(second.headers).to.not.have.property('authorization')
    },
  },
  {
    id: 'azure-openai',
    key: {name: 'api-key', value: KEY},
    settings: {apiVersion: '2024-10-21'},
    path: '/openai/deployments/my-deployment/chat/completions?api-version=2024-10-21',
    before: judgedFirst,
  },
  {id: 'cerebras', delta: thinks('reasoning')},
  {
    id: 'moonshot',
    delta: thinks('reasoning_content'),
    sent: (second) => {
      expect(assistant(second)).to.include({reasoning_content: 'hm'})
      expect(second.body)
        .to.deep.include({thinking: {type: 'enabled'}})
        .and.not.have.property('reasoning_effort')
    },
  },
  {
    id: 'zai',
    delta: thinks('reasoning_content'),
    sent: (second) => expect(assistant(second)).to.include({reasoning_content: 'hm'}),
  },
  {id: 'huggingface', delta: thinks('reasoning_content')},
  {id: 'nvidia', delta: thinks('reasoning_content')},
  {id: 'llamacpp', delta: thinks('reasoning_content')},
  {id: 'vllm', callId: 'chatcmpl-tool-0a1b2c', delta: thinks('reasoning')},
  {id: 'litellm', delta: thinks('reasoning_content')},
]
