import type {ChatRequest} from 'vibe-plugin-api'
import {demand} from '../check.ts'
import {holds, show} from './demands.ts'
import {heard} from './heard-request.ts'
import type {Scenario} from './scenario.ts'
import {SEARCH} from './search-tool.ts'

const TINY_SCHEMA = {
  type: 'object',
  properties: {colour_of_choice: {type: 'string'}},
  required: ['colour_of_choice'],
  additionalProperties: false,
}

type Wish = {
  id: string
  wish: string
  request: () => Partial<ChatRequest>
  sent: (body: unknown) => boolean
}

const WISHES: readonly Wish[] = [
  {
    id: 'temperature',
    wish: 'temperature 0.25',
    request: () => ({temperature: 0.25}),
    sent: (body) => has(body, (_, value) => value === 0.25),
  },
  {
    id: 'temperature-zero',
    wish: 'temperature 0',
    request: () => ({temperature: 0}),
    sent: (body) => has(body, (name, value) => /temperature/i.test(name) && value === 0),
  },
  {
    id: 'output-limit',
    wish: 'maxOutputTokens 4321',
    request: () => ({maxOutputTokens: 4321}),
    sent: (body) => has(body, (_, value) => value === 4321),
  },
  {
    id: 'stop-sequences',
    wish: 'two stopSequences',
    request: () => ({stopSequences: ['HALT-HERE', 'OR-HERE']}),
    sent: (body) => holds(body, 'HALT-HERE') && holds(body, 'OR-HERE'),
  },
  {
    id: 'response-schema',
    wish: 'responseSchema',
    request: () => ({responseSchema: TINY_SCHEMA}),
    sent: (body) => JSON.stringify(body).includes('colour_of_choice'),
  },
  {
    id: 'reasoning-effort',
    wish: 'reasoning "low"',
    request: () => ({reasoning: 'low'}),
    sent: (body) => has(body, (name, value) => /effort|think|reasoning/i.test(name) && value !== undefined),
  },
  {
    id: 'tool-choice',
    wish: 'toolChoice {tool}',
    request: () => ({tools: [SEARCH, {...SEARCH, name: 'other'}], toolChoice: {tool: 'search_files'}}),
    sent: (body) => count(body, 'search_files') > 1,
  },
]

/** What the user and vibe wish for has to reach the service, in whatever form it takes it. */
export const requestOptions: readonly Scenario[] = [
  ...WISHES.map(wishScenario),
  {
    id: 'provider-options',
    title: 'options that only this service knows go into the request',
    mend: 'Merge request.providerOptions[context.providerId] into the body, unchanged.',
    run: async (bench) => {
      const own = {[bench.subject.manifest.id]: {x_conformance_option: 'kept'}, other: {x_foreign_option: 'not mine'}}
      const {json} = await heard(bench, {providerOptions: own})
      demand(holds(json, 'kept'), 'its own providerOptions in the request', show(json))
      demand(!holds(json, 'not mine'), 'a request without the options of others', show(json))
    },
  },
]

function wishScenario({id, wish, request, sent}: Wish): Scenario {
  return {
    id,
    title: `${wish} is sent, or said to be left out`,
    mend: 'Put it into the body (0 is a value too), or warn in response-start with code unsupported or adjusted.',
    run: async (bench) => {
      if (id === 'tool-choice') bench.needs('tools')
      if (id === 'output-limit') bench.needs('max-output')
      const {json, warned} = await heard(bench, request())
      demand(sent(json) || warned, `${wish} in the request, or a warning`, show(json))
    },
  }
}

/** Whether any member of a body is what is looked for. */
function has(value: unknown, is: (name: string, member: unknown) => boolean): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, member]) => is(name, member) || has(member, is))
}

function count(value: unknown, text: string): number {
  return JSON.stringify(value).split(JSON.stringify(text)).length - 1
}
