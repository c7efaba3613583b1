import type {ValueType} from './keys.ts'

export type ParsedValue = {value: unknown} | {reason: string}

/** Reads the text of a command line or a variable as the type of its key. */
export function parseValue(type: ValueType, text: string): ParsedValue {
  const trimmed = text.trim()
  switch (type) {
    case 'string':
      return trimmed === '' ? {reason: 'it is empty'} : {value: text}
    case 'boolean':
      return parseBoolean(trimmed)
    case 'integer':
      return /^[+-]?\d{1,15}$/.test(trimmed) ? {value: Number(trimmed)} : {reason: 'it must be a whole number'}
    case 'number':
      return /^[+-]?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})(?:e[+-]?\d{1,2})?$/i.test(trimmed)
        ? {value: Number(trimmed)}
        : {reason: 'it must be a number, such as 0.2'}
    case 'json':
      return parseJson(trimmed)
  }
}

function parseBoolean(text: string): ParsedValue {
  if (/^(?:true|yes|on|1)$/i.test(text)) return {value: true}
  if (/^(?:false|no|off|0)$/i.test(text)) return {value: false}
  return {reason: 'it must be true or false'}
}

/** Settings of providers are often plain words, which need no quotes; what starts like JSON must be JSON. */
function parseJson(text: string): ParsedValue {
  try {
    return {value: JSON.parse(text) as unknown}
  } catch {
    // Not JSON: plain text, unless it was clearly meant to be.
    return /^[[{"]/.test(text) || text === '' ? {reason: 'it is not valid JSON'} : {value: text}
  }
}
