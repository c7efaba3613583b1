import type {Usage} from 'vibe-plugin-api'
import {demand} from '../check.ts'
import {same, show, whole} from './demands.ts'
import type {Scenario} from './scenario.ts'

/** What is told about tokens, and what is not. */
export const usage: readonly Scenario[] = [
  {
    id: 'usage',
    title: 'the counts of the service are told',
    mend: "Put the service's counts into usage of response-end; input counts everything sent, cached or not.",
    run: async ({hear, needs}) => {
      needs('usage')
      const {usage: told} = whole(await hear({text: 'counted', usage: {input: 1234, output: 56}}))
      same({input: told.input, output: told.output}, {input: 1234, output: 56}, 'usage')
    },
  },
  {
    id: 'usage-cache',
    title: 'what came from the cache is told apart, and is part of the input',
    mend: 'Put the cached tokens into usage.inputCacheRead, and count them in usage.input as well.',
    run: async ({dialect, serve, needs}) => {
      needs('usage', 'cache-usage')
      const served = {text: 'counted', usage: {input: 1000, output: 7, cacheRead: 600}}
      const {ask} = await serve(() => dialect().reply(served))
      const {usage: told} = whole(await ask({served}))
      const {input, inputCacheRead, output} = told
      same({input, inputCacheRead, output}, {input: 1000, inputCacheRead: 600, output: 7}, 'usage')
    },
  },
  {
    id: 'usage-unknown',
    title: 'counts that the service does not tell stay unknown',
    mend: 'Leave a member of usage away when the service does not tell it: 0 is a claim, undefined is none.',
    run: async ({hear}) => {
      const {usage: told} = whole(await hear({text: 'not counted'}))
      const members: Array<keyof Usage> = ['input', 'output', 'inputCacheRead', 'inputCacheWrite', 'outputReasoning']
      const claimed = members.filter((name) => told[name] !== undefined)
      demand(claimed.length === 0, 'no counts', show(told))
    },
  },
]
