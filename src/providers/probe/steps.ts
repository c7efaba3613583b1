import type {ChatRequest, JsonObject, Message, ToolCallEnd, ToolDefinition} from 'vibe-plugin-api'
import type {Finding} from '../abilities.ts'
import {jsonDialect} from '../ladder/json-dialect.ts'
import {refusesTools} from '../ladder/tools-refused.ts'
import {ask, failureOf, shortened, type Asking, type Reply} from './ask.ts'

const LOOKUP: ToolDefinition = {
  name: 'lookup',
  description: 'Tells the number of a colour.',
  inputSchema: {type: 'object', properties: {colour: {type: 'string'}}, required: ['colour']},
}
/** Numbers that no model would say by chance. */
const NUMBERS: Readonly<Record<string, string>> = {red: '48173', green: '90526'}

const yes = (why: string): Finding => ({is: 'yes', why})
const no = (why: string): Finding => ({is: 'no', why})
const unknown = (why: string): Finding => ({is: 'unknown', why})

const user = (text: string): Message => ({role: 'user', content: [{type: 'text', text}]})

/** @throws the failure itself: a service that cannot answer in words cannot be measured */
export async function tryText(asking: Asking) {
  const reply = await ask(asking, {messages: [user('Count from one to twelve in words, with blanks between.')]})
  const {pieces, firstMs, usage, stopped} = reply
  const said = reply.text.trim() !== ''
  const counted = usage.input !== undefined && usage.output !== undefined
  return {
    text: said
      ? yes('it answers')
      : reply.cut
        ? unknown('the answer was cut before its first word')
        : no('it said nothing'),
    streaming: pieces > 1 ? yes(`its answer came in ${pieces} pieces`) : no('its answer came in one piece'),
    usage: counted
      ? yes('tokens are counted')
      : stopped
        ? unknown('it went on beyond the limit and was stopped before the count')
        : no('tokens are not counted; vibe estimates them'),
    ...(firstMs !== undefined && {firstTokenMs: Math.round(firstMs)}),
  }
}

export type ToolFindings = {
  tools: Finding
  parallelTools: Finding
  /** The service does not take tools at all. */ refused: boolean
}

/** Two calls in one answer, their results, and what the model makes of them. */
export async function tryTools(asking: Asking): Promise<ToolFindings> {
  const question = user('Call the tool lookup for "red" and for "green", both at once. Then tell me both numbers.')
  const first = await measured(asking, {messages: [question], tools: [LOOKUP]})
  if ('failed' in first) {
    const {refused, why} = first.failed
    const finding = refused ? no(why) : unknown(why)
    return {tools: finding, parallelTools: {...finding, why: refused ? 'tools are refused' : why}, refused}
  }
  const right = first.calls.filter(isRight)
  const parallel = right.length > 1
  const parallelTools = parallel ? yes('two calls in one answer') : no('not two calls in one answer')
  if (right.length === 0) return {tools: notCalled(first), parallelTools: no('it made no call'), refused: false}
  return {tools: await tryResults(asking, {question, first, right}), parallelTools, refused: false}
}

function notCalled({calls, text, cut}: Reply): Finding {
  if (calls.length > 0) return no('it called the tool with other arguments than it was told')
  if (cut) return unknown('its answer was cut before a call')
  return no(text.includes('lookup') ? 'it wrote about the call instead of making it' : 'it answered without a call')
}

type Round = {question: Message; first: Reply; right: ToolCallEnd[]}

async function tryResults(asking: Asking, {question, right}: Round): Promise<Finding> {
  const calls: Message = {
    role: 'assistant',
    content: right.map(({callId, name, input = {}, providerMetadata}) => ({
      type: 'tool-call',
      callId,
      name,
      input,
      ...(providerMetadata && {providerMetadata}),
    })),
  }
  const results: Message = {
    role: 'tool',
    content: right.map(({callId, name, input}) => ({
      type: 'tool-result',
      callId,
      name,
      content: [{type: 'text', text: numberFor(input) ?? 'unknown'}],
    })),
  }
  const second = await measured(asking, {messages: [question, calls, results], tools: [LOOKUP]})
  if ('failed' in second)
    return (second.failed.refused ? no : unknown)(`the result was not taken: ${second.failed.why}`)
  const used = right.some(({input}) => second.text.includes(numberFor(input) ?? ' '))
  if (used || second.calls.some(isRight)) return yes('it calls a tool and uses the result')
  return second.cut ? unknown('its answer to the result was cut') : no('it did not use the result of its call')
}

function isRight({name, input}: Pick<ToolCallEnd, 'name' | 'input'>): boolean {
  return name === LOOKUP.name && numberFor(input) !== undefined
}

function numberFor(input: JsonObject | undefined): string | undefined {
  const colour = input?.['colour']
  const key = typeof colour === 'string' ? colour.toLowerCase() : ''
  return Object.hasOwn(NUMBERS, key) ? NUMBERS[key] : undefined
}

export async function tryJsonCalls(asking: Asking): Promise<Finding> {
  const reply = await measured(asking, {
    system: jsonDialect.manual([LOOKUP]),
    messages: [user('Use the tool lookup for "red".')],
  })
  if ('failed' in reply) return unknown(reply.failed.why)
  const recogniser = jsonDialect.recogniser([LOOKUP])
  const calls = [...recogniser.accept(reply.text), ...recogniser.end()].flatMap((piece) =>
    piece.type === 'call' ? [piece.call] : [],
  )
  if (calls.some((call) => call.input !== undefined && isRight({name: call.name, input: call.input})))
    return yes('it writes calls as JSON')
  if (calls.length > 0) return no('its JSON could not be read')
  return reply.cut ? unknown('its answer was cut') : no('it wrote no call as JSON')
}

const FILE = 'shades.txt holds these lines:\n\nred\nblue\nwhite\n\nChange blue to green.'

export async function trySearchReplace(asking: Asking): Promise<Finding> {
  const example = 'file.txt\n```\n<<<<<<< SEARCH\nold line\n=======\nnew line\n>>>>>>> REPLACE\n```'
  const system = `You change files by writing blocks, and nothing else. The path, then the old and the new lines:\n\n${example}`
  const reply = await measured(asking, {system, messages: [user(FILE)]})
  if ('failed' in reply) return unknown(reply.failed.why)
  const block = /^<{5,9} ?SEARCH\s*\n([\s\S]*?)^={5,9}\s*\n([\s\S]*?)^>{5,9} ?REPLACE/m.exec(reply.text)
  const [, before = '', after = ''] = block ?? []
  if (/^blue\s*$/m.test(before) && /^green\s*$/m.test(after)) return yes('it writes SEARCH/REPLACE blocks')
  return reply.cut ? unknown('its answer was cut') : no('it wrote no SEARCH/REPLACE block that fits')
}

export async function tryWholeFile(asking: Asking): Promise<Finding> {
  const system =
    'You change files by writing them whole, and nothing else. The path, then every line of the new file:\n\nfile.txt\n```\nfirst line\nsecond line\n```'
  const reply = await measured(asking, {system, messages: [user(FILE)]})
  if ('failed' in reply) return unknown(reply.failed.why)
  const fits = /shades\.txt[^\n]*\n+```[^\n]*\nred\s*\ngreen\s*\nwhite\s*\n```/.test(reply.text.replaceAll('\r', ''))
  if (fits) return yes('it writes whole files')
  return reply.cut ? unknown('its answer was cut') : no('it wrote no whole file that fits')
}

/** A failure is a measurement too, unless it ends all measuring. */
async function measured(
  asking: Asking,
  request: Omit<ChatRequest, 'model'>,
): Promise<Reply | {failed: {refused: boolean; why: string}}> {
  try {
    return await ask(asking, request)
  } catch (error) {
    if (refusesTools(error))
      return {
        failed: {
          refused: true,
          why: `the service refuses tools: ${shortened(String(Reflect.get(Object(error), 'message')))}`,
        },
      }
    return {failed: failureOf(error, asking)}
  }
}
