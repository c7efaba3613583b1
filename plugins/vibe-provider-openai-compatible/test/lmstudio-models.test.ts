import {expect} from 'chai'
import {jsonReply, type Answer} from 'vibe-plugin-testkit'
import {createProvider} from '../src/index.ts'
import {contextFor, errorOf, withServer} from './helpers.ts'

const LIST = {
  models: [
    {
      type: 'llm',
      key: 'qwen/qwen3.5-9b',
      display_name: 'Qwen3.5 9B',
      size_bytes: 6_548_927_017,
      loaded_instances: [{id: 'qwen/qwen3.5-9b', config: {context_length: 16_384}}],
      max_context_length: 262_144,
      capabilities: {vision: true, trained_for_tool_use: true},
    },
    {type: 'llm', key: 'google/gemma-3-4b', loaded_instances: [], max_context_length: 131_072},
    {type: 'embedding', key: 'nomic', size_bytes: 84_000_000},
    {type: 'llm'},
    7,
  ],
}

const models = (answer: Answer) => {
  let listed: unknown
  return withServer(answer, async ({url}) => {
    const context = contextFor(`${url}/v1`, {quirks: ['lmstudio-models'], key: null})
    listed = await createProvider(context).listModels?.({signal: new AbortController().signal})
  }).then(() => listed)
}

describe('the models of LM Studio', () => {
  it('have sizes and abilities, and a window when they are loaded', async () => {
    const listed = await models(({path}) => (path === '/api/v1/models' ? jsonReply(LIST) : jsonReply({}, 404)))
    expect(listed).to.deep.equal([
      {
        id: 'qwen/qwen3.5-9b',
        kind: 'chat',
        name: 'Qwen3.5 9B',
        sizeBytes: 6_548_927_017,
        contextWindow: 16_384,
        input: ['text', 'image'],
        tools: true,
        price: {free: true},
      },
      {id: 'google/gemma-3-4b', kind: 'chat', price: {free: true}},
      {id: 'nomic', kind: 'embedding', sizeBytes: 84_000_000, price: {free: true}},
    ])
  })

  it('are named by the compatible list where there is no other', async () => {
    const listed = await models(({path}) =>
      path === '/v1/models'
        ? jsonReply({data: [{id: 'm'}]})
        : jsonReply({error: `Unexpected endpoint. (GET ${path})`}, path.startsWith('/api') ? 200 : 404),
    )
    expect(listed).to.deep.equal([{id: 'm', kind: 'chat'}])
  })

  it('are not looked for twice where a token is wanted', async () => {
    const error = await errorOf(models(() => jsonReply({error: 'token'}, 401)))
    expect(error.code).to.match(/^auth-/)
  })
})
