import type {JsonObject} from 'vibe-plugin-api'
import {parseToolInput} from '../tool-input.ts'
import type {TextCall} from './text-call.ts'

/** Qwen's coding models write `<function=NAME>`, others `<invoke name="NAME">`. */
const CALL = /<(?:function=([^>\n]{1,80})|invoke name="([^"\n]{1,80})")>/g
const PARAMETER = /^<parameter(?:=([^>\n]{1,80})| name="([^"\n]{1,80})"(?: [^>\n]{0,80})?)>\n?/
const CALL_END = /<\/(?:function|invoke)>\s*(?:<\/[\w:]{1,40}>\s*)?$/
/** GLM writes the name, then `<arg_key>` and `<arg_value>` by turns. */
const KEYED = /^\s*([\w.-]{1,80})\s*(?=<arg_key>)/
/** Mistral's newer models. */
const ARGS = /^\s*([\w.-]{1,80})\[ARGS\]/
/** DeepSeek: special tokens around a name and its JSON, which may stand in a fence. */
const TOKENS = /^(?:function)?<｜tool▁sep｜>|<｜tool▁sep｜>/

const OPENER = /^<(?:function=[^>\n]{1,80}|invoke name="[^"\n]{1,80}")>\s*/
const BEGINNINGS = ['<function=', '<invoke name="', '<｜tool▁call▁begin｜>']
const NAMED = /^[\w.-]{1,80}(?:\[ARGS\]|\s{0,8}<arg_key>)/
const UNFINISHED_NAMED = /^[\w.-]{1,80}(?:\[[ARGS]{0,4}|\s{0,8}(?:<[arg_key]{0,7})?)$/

/** Whether what stands at the beginning of a tag's content, or is such a tag, begins a call with markup of its own. */
export function taggedVerdict(text: string): 'yes' | 'no' | 'open' {
  const opener = OPENER.exec(text)?.[0]
  if (opener !== undefined) {
    const rest = text.slice(opener.length)
    if (/^(?:<parameter|\{|<\/)/.test(rest)) return 'yes'
    return rest === '' || '<parameter'.startsWith(rest) ? 'open' : 'no'
  }
  if (NAMED.test(text) || text.startsWith('<｜tool▁call▁begin｜>')) return 'yes'
  const alike = (beginning: string) => beginning.startsWith(text) || text.startsWith(beginning)
  return UNFINISHED_NAMED.test(text) || BEGINNINGS.some(alike) ? 'open' : 'no'
}

/**
 * Calls that are written with markup of their own instead of as one JSON object. Values between tags are texts as they
 * stand, without the line break after the opening and before the closing tag.
 * @returns undefined when the text is not written like that
 */
export function taggedCallsOf(body: string, raw: string): TextCall[] | undefined {
  const text = body.trim()
  if (text.includes('[ARGS]') && ARGS.test(text)) {
    const parts = text.split('[TOOL_CALLS]')
    return parts.map((part) => jsonCall(ARGS.exec(part)?.[1], part.replace(ARGS, ''), raw))
  }
  if (text.startsWith('<｜tool▁call▁begin｜>'))
    return text
      .split('<｜tool▁call▁begin｜>')
      .slice(1)
      .map((part) => ofTokens(part, raw))
  if (KEYED.test(text)) return [keyedCall(text, raw)]
  const starts = [...body.matchAll(CALL)]
  if (starts.length === 0 || body.slice(0, starts[0]?.index).trim() !== '') return undefined
  return starts.map((start, index) => {
    const [lead, qwen, invoked] = start
    const part = body.slice(start.index + lead.length, starts[index + 1]?.index)
    return callOf((qwen ?? invoked ?? '').trim(), part.replace(CALL_END, ''), raw)
  })
}

function callOf(name: string, part: string, raw: string): TextCall {
  if (part.trimStart().startsWith('{')) return jsonCall(name, part, raw)
  const input: JsonObject = {}
  let rest = part.trimStart()
  while (rest !== '') {
    const key = PARAMETER.exec(rest)
    const end = rest.indexOf('</parameter>')
    if (!key || end === -1) return malformed(name, raw, 'a <parameter> is not closed')
    input[(key[1] ?? key[2] ?? '').trim()] = rest.slice(key[0].length, end).replace(/\n$/, '')
    rest = rest.slice(end + '</parameter>'.length).trimStart()
  }
  return jsonCall(name, JSON.stringify(input), raw)
}

function keyedCall(text: string, raw: string): TextCall {
  const name = KEYED.exec(text)?.[1] ?? ''
  const input: JsonObject = {}
  const left = text
    .replace(KEYED, '')
    .replaceAll(
      /<arg_key>([^<]{1,80})<\/arg_key>\s*<arg_value>([^]*?)<\/arg_value>\s*/g,
      (_, key: string, value: string) => {
        input[key.trim()] = value
        return ''
      },
    )
  return left.trim() === ''
    ? jsonCall(name, JSON.stringify(input), raw)
    : malformed(name, raw, 'an <arg_value> is not closed')
}

function ofTokens(part: string, raw: string): TextCall {
  const text = part.replace(/<｜tool▁call▁end｜>\s*$/, '').replace(TOKENS, '\n')
  const [, name = '', json = ''] = /^\s*([\w.-]{1,80})\s*\n([^]*)$/.exec(text) ?? []
  return jsonCall(name, json.replace(/^\s*```\w*\n([^]*?)\n?```\s*$/, '$1'), raw)
}

function jsonCall(name: string | undefined, json: string, raw: string): TextCall {
  if (name === undefined || name === '') return malformed('tool_call', raw, 'it has no name')
  const input = parseToolInput(json)
  return input === undefined ? malformed(name, raw, 'its arguments are not a JSON object') : {name, input, raw}
}

function malformed(name: string, raw: string, what: string): TextCall {
  return {name, problem: `The call could not be read, so nothing was done: ${what}.`, raw}
}
