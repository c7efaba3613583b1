import {join} from 'node:path'
import {homes} from '../paths.ts'
import {createSearchClient, type SearchClient} from '../search/client.ts'
import type {Hit} from '../search/rank.ts'
import {checkInput, schemaOf, type Members} from './input.ts'
import {ToolRefusal, type RunOptions, type Tool, type ToolContext, type ToolOutcome} from './tool.ts'
import {shorten} from './target.ts'
import {mayShow} from './walk.ts'

const SHOWN = 10
/** Some may not be shown. */
const ASKED = 30

const members = {query: {type: 'string'}} satisfies Members

/** Ranks the project's files by what is asked; the index is opened by the first call and serves the whole session. */
export function createSearchTool(): Tool {
  const clients = new Map<string, SearchClient>()
  const clientFor = ({root, env}: ToolContext) => {
    const known = clients.get(root)
    if (known) return known
    const client = createSearchClient({cache: homes(env).cache, project: {root, env: {...env}}})
    clients.set(root, client)
    return client
  }
  return {
    name: 'search',
    description: 'Rank files by words or names: where something is done. Answers paths with their best lines.',
    inputSchema: schemaOf(members),
    effect: 'read',
    prepare: async (input, context) => {
      const {query} = checkInput('search', members, input)
      if (query.trim() === '') throw new ToolRefusal('query-empty', 'The query is empty: give words, names or paths.')
      const summary = `search ${shorten(JSON.stringify(query), 80)}`
      return {
        access: [{kind: 'read', path: context.root, given: '.'}],
        preview: {kind: 'none'},
        summary,
        execute: (options) => answer(clientFor(context), {query, context, summary, options}),
      }
    },
  }
}

type Search = {query: string; context: ToolContext; summary: string; options: RunOptions}

async function answer(client: SearchClient, {query, context, summary, options}: Search): Promise<ToolOutcome> {
  const wish = {kind: 'search', question: {text: query, count: ASKED}} as const
  const {hits, status} = await client.ask(wish, {signal: options.signal})
  const shown = hits.filter(({path}) => mayShow(context, join(context.root, path))).slice(0, SHOWN)
  const rows = shown.flatMap(rowsOf)
  return {
    content: rows.length === 0 ? 'No file matches.' : rows.join('\n'),
    summary: `${summary}: ${shown.length} of ${status.files} files`,
  }
}

function rowsOf({path, lines}: Hit): string[] {
  return [path, ...lines.map(({line, text}) => `${line}:${text}`)]
}
