import type {JsonObject} from 'vibe-plugin-api'
import {parseToolInput} from '../tool-input.ts'
import type {TextCall} from './text-call.ts'

const FUNCTION = /<function=([^>\n]{1,80})>/g

/**
 * Calls in the tags that Qwen's coding models were taught: `<function=NAME><parameter=KEY>VALUE</parameter></function>`.
 * Values are texts as they stand, without the line break after the opening and before the closing tag.
 * @returns undefined when the text is not written like that
 */
export function functionCallsOf(body: string, raw: string): TextCall[] | undefined {
  const starts = [...body.matchAll(FUNCTION)]
  if (starts.length === 0 || body.slice(0, starts[0]?.index).trim() !== '') return undefined
  return starts.map((start, index) => {
    const [lead, name = ''] = start
    const part = body.slice(start.index + lead.length, starts[index + 1]?.index)
    return callOf(name.trim(), part.replace(/<\/function>\s*$/, ''), raw)
  })
}

function callOf(name: string, part: string, raw: string): TextCall {
  const input: JsonObject = {}
  let rest = part.trimStart()
  while (rest !== '') {
    const key = /^<parameter=([^>\n]{1,80})>\n?/.exec(rest)
    const end = rest.indexOf('</parameter>')
    if (!key || end === -1) return malformed(name, raw)
    input[(key[1] ?? '').trim()] = rest.slice(key[0].length, end).replace(/\n$/, '')
    rest = rest.slice(end + '</parameter>'.length).trimStart()
  }
  const checked = parseToolInput(JSON.stringify(input))
  return checked === undefined ? malformed(name, raw) : {name, input: checked, raw}
}

function malformed(name: string, raw: string): TextCall {
  const problem = 'The call could not be read, so nothing was done: a <parameter=…> is not closed.'
  return {name, problem, raw}
}
