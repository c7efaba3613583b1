import {expect} from 'chai'
import {cp, mkdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {failures, GOOD_PACKAGE, inFolder, report, type Json, type JsonReport} from './support.ts'

type Change = {check: string; file: string; from: string; to: string}

/** What people forget or get wrong in the code that `vibe provider:create --code` gives them, and the check that sees it. */
const CHANGES: Readonly<Record<string, Change>> = {
  dropsTemperature: {
    check: 'replay/temperature',
    file: 'request',
    from: '...(temperature !== undefined && {temperature}),',
    to: '',
  },
  zeroTemperature: {
    check: 'replay/temperature-zero',
    file: 'request',
    from: 'temperature !== undefined &&',
    to: 'temperature &&',
  },
  dropsMaxOutput: {
    check: 'replay/output-limit',
    file: 'request',
    from: '...(maxOutputTokens !== undefined && {max_tokens: maxOutputTokens}),',
    to: '',
  },
  dropsStop: {
    check: 'replay/stop-sequences',
    file: 'request',
    from: '...(stopSequences?.length && {stop: stopSequences}),',
    to: '',
  },
  dropsToolChoice: {
    check: 'replay/tool-choice',
    file: 'request',
    from: '...(tools?.length && toolChoice !== undefined && {tool_choice: choiceOf(toolChoice)}),',
    to: '',
  },
  dropsSchema: {
    check: 'replay/response-schema',
    file: 'request',
    from: '...(responseSchema && {',
    to: '...(false && {',
  },
  dropsReasoning: {
    check: 'replay/reasoning-effort',
    file: 'request',
    from: '...(request.reasoning !== undefined && {reasoning_effort: request.reasoning}),',
    to: '',
  },
  dropsOptions: {
    check: 'replay/provider-options',
    file: 'request',
    from: '...request.providerOptions?.[providerId],',
    to: '',
  },
  hidesToolErrors: {
    check: 'replay/tool-conversation',
    file: 'request',
    from: 'isError ? `Error: ${said}` : said',
    to: 'said',
  },
  dropsTextBesideCalls: {
    check: 'replay/tool-conversation',
    file: 'request',
    from: "content: text === '' ? null : text",
    to: "content: text === '' || calls.length > 0 ? null : text",
  },
  reversesMessages: {
    check: 'replay/message-order',
    file: 'request',
    from: '...request.messages.flatMap',
    to: '...request.messages.toReversed().flatMap',
  },
  systemLast: {
    check: 'replay/message-order',
    file: 'request',
    from: 'messages: [...head, ...request.messages.flatMap(toWireMessages)]',
    to: 'messages: [...request.messages.flatMap(toWireMessages), ...head]',
  },
  assistantAsUser: {
    check: 'replay/message-order',
    file: 'request',
    from: "return [{role: 'assistant', content: text",
    to: "return [{role: 'user', content: text",
  },
  firstTextOnly: {
    check: 'replay/message-order',
    file: 'request',
    from: "return texts.join('\\n\\n')",
    to: 'return texts[0]',
  },
  prunesSchema: {
    check: 'replay/tool-schema',
    file: 'request',
    from: 'parameters: inputSchema',
    to: 'parameters: {type: inputSchema.type, properties: inputSchema.properties}',
  },
  firstResultOnly: {
    check: 'replay/tool-conversation',
    file: 'request',
    from: 'const wire = results.map',
    to: 'const wire = results.slice(0, 1).map',
  },
  dropsResultFiles: {
    check: 'replay/result-image',
    file: 'request',
    from: 'if (own.length > 0) files.push',
    to: 'if (false) files.push',
  },
  loneSurrogates: {
    check: 'replay/lone-surrogates',
    file: 'service',
    from: 'JSON.stringify(body, wellFormed)',
    to: 'JSON.stringify(body)',
  },
  sameIds: {
    check: 'replay/same-tool-ids',
    file: 'answer',
    from: 'callId: this.#uniqueId(id ?? `call_${number}`)',
    to: 'callId: id ?? `call_${number}`',
  },
  appendsToLast: {
    check: 'replay/parallel-tools',
    file: 'answer',
    from: "const number = Number(member(delta, 'index') ?? place)",
    to: 'const number = partsOf(delta).id === undefined ? Math.max(0, this.#calls.size - 1) : this.#calls.size',
  },
  emptyArgsNoInput: {
    check: 'replay/no-arguments',
    file: 'answer',
    from: "text.trim() === '' && stopReason !== 'max-output' ? {} : parseJson(text)",
    to: 'parseJson(text)',
  },
  anyJsonInput: {
    check: 'replay/odd-tool-json',
    file: 'answer',
    from: "return typeof value === 'object' && value !== null && !Array.isArray(value)",
    to: 'return value !== undefined',
  },
  dropsBlankText: {
    check: 'replay/blank-text',
    file: 'answer',
    from: "typeof text !== 'string' || text === ''",
    to: "typeof text !== 'string' || text.trim() === ''",
  },
  needsSpace: {
    check: 'replay/sse-no-space',
    file: 'sse',
    from: "if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5))",
    to: "if (line.startsWith('data: ')) data.push(line.slice(6))",
  },
  oneLineData: {check: 'replay/sse-many-lines', file: 'sse', from: "yield data.join('\\n')", to: 'yield data[0]'},
  diesOnComments: {
    check: 'replay/sse-fields',
    file: 'sse',
    from: "if (line.startsWith('data:'))",
    to: "if (line !== '' && !/^(data|event|:)/.test(line)) throw new TypeError('odd'); if (line.startsWith('data:'))",
  },
  noQuota: {
    check: 'replay/no-credit',
    file: 'errors',
    from: "if ((status === 429 || status === 403) && NO_CREDIT.test(words)) return {code: 'quota-exhausted', retryable: false}",
    to: '',
  },
  no402: {check: 'replay/error-402', file: 'errors', from: "402: 'quota-exhausted',", to: ''},
  noBlocked: {
    check: 'replay/content-blocked',
    file: 'errors',
    from: "if (status === 400 && BLOCKED.test(words)) return {code: 'content-blocked', retryable: false}",
    to: '',
  },
  validatesAnything: {
    check: 'replay/validate-away',
    file: 'index',
    from: '    return {ok: false, error: {code, message, retryable, ...(status !== undefined && {status})}}',
    to: "    return code.startsWith('auth') || code === 'aborted' ? {ok: false, error: {code, message, retryable}} : {ok: true, latencyMs: 1, warnings: []}",
  },
  emptyListOnError: {
    check: 'replay/list-errors',
    file: 'index',
    from: "if (!Array.isArray(list)) throw notTheService('', [])",
    to: 'if (!Array.isArray(list)) return []',
  },
  listWithoutHeaders: {
    check: 'replay/list-headers',
    file: 'index',
    from: "sendForJson(context, {path: '/models'}, options)",
    to: "sendForJson(context, {path: '/models'}, {signal: options.signal})",
  },
  listIgnoresAbort: {
    check: 'replay/list-abort',
    file: 'index',
    from: "sendForJson(context, {path: '/models'}, options)",
    to: "sendForJson(context, {path: '/models'}, {...options, signal: AbortSignal.timeout(60000)})",
  },
  stopIsEnd: {
    check: 'replay/tools-but-done',
    file: 'answer',
    from: "return reason === 'end-turn' && this.#calls.size > 0 ? 'tool-calls' : reason",
    to: 'return reason',
  },
  otherStops: {
    check: 'replay/unknown-stop',
    file: 'answer',
    from: "(STOP_REASONS[this.#finish] ?? 'other')",
    to: "(STOP_REASONS[this.#finish] ?? 'end-turn')",
  },
  quadratic: {
    check: 'replay/long-answer',
    file: 'answer',
    from: '    yield {type: `${kind}-delta`, index: this.#open.index, text}',
    to: '    this.all = (this.all ?? "") + text; JSON.stringify(this.all)\n    yield {type: `${kind}-delta`, index: this.#open.index, text}',
  },
  dateHeader: {
    check: 'replay/anonymous',
    file: 'service',
    from: "'user-agent': context.userAgent,",
    to: "'user-agent': context.userAgent, 'x-client-os': process.platform, 'x-user': process.env.HOME ?? '',",
  },
  fewDeltas: {check: 'grammar/tool-calls', file: 'answer', from: "if (call.text !== '') yield", to: 'if (false) yield'},
  nativeFetch: {check: 'replay/context-fetch', file: 'service', from: 'await context.fetch(', to: 'await fetch('},
}
const EXAMPLE = join(import.meta.dirname, '../../../examples/vibe-provider-globex')
const AT_ONCE = 14

describe('a provider that was written carelessly', function () {
  this.timeout(120_000)
  const names = Object.keys(CHANGES)
  const results: JsonReport['results'] = []
  before(async () => {
    const batches: string[][] = []
    for (let first = 0; first < names.length; first += AT_ONCE) batches.push(names.slice(first, first + AT_ONCE))
    const reports = await Promise.all(
      batches.map((some) => inFolder((folder) => checkChanged(folder, ['original', ...some]))),
    )
    results.push(...reports.flatMap((one) => one.results))
  })

  const found = (name: string) => failures(results, `${idOf(name)} (openai-chat)`)

  it('is told from the example that it began as', () => {
    expect(found('original')).to.deep.equal([])
  })

  for (const [name, {check}] of Object.entries(CHANGES)) {
    it(`${name}: ${check}`, () => {
      expect(found(name)).to.include(check)
    })
  }
})

function idOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** One package in which every careless provider has a folder of its own. */
async function checkChanged(folder: string, names: readonly string[]): Promise<JsonReport> {
  await mkdir(folder, {recursive: true})
  const manifest = JSON.parse(await readFile(join(EXAMPLE, 'vibe.provider.json'), 'utf8')) as Json
  for (const name of names) {
    await cp(join(EXAMPLE, 'src'), join(folder, idOf(name)), {recursive: true})
    const change = CHANGES[name]
    if (change !== undefined) await apply(join(folder, idOf(name), `${change.file}.js`), change)
    const entry = {module: `./${idOf(name)}/index.js`, export: 'createProvider', implements: ['openai-chat']}
    await writeFile(join(folder, `${idOf(name)}.json`), JSON.stringify({...manifest, id: idOf(name), entry}))
  }
  const providers = names.map((name) => `./${idOf(name)}.json`)
  await writeFile(join(folder, 'package.json'), JSON.stringify({...GOOD_PACKAGE, vibe: {apiVersion: 1, providers}}))
  return report([folder, '--leg', 'replay', '--leg', 'grammar'])
}

async function apply(path: string, {from, to}: Change): Promise<void> {
  const code = await readFile(path, 'utf8')
  if (!code.includes(from)) throw new Error(`${path} has nothing like ${from} any more`)
  await writeFile(
    path,
    code.replace(from, () => to),
  )
}
