import type {JsonObject, JsonValue} from 'vibe-plugin-api'
import {inOurWords} from './our-words.ts'
import {ToolRefusal} from './tool.ts'

type Member = {
  type: 'string' | 'integer' | 'boolean'
  optional?: true
  minimum?: number
  maximum?: number
  description?: string
}
export type Members = Record<string, Member>

type ValueOf<One extends Member> = One['type'] extends 'string'
  ? string
  : One['type'] extends 'integer'
    ? number
    : boolean
/** The checked input of a tool: optional members may be missing. */
export type InputOf<All extends Members> = {
  [Name in keyof All as All[Name] extends {optional: true} ? never : Name]: ValueOf<All[Name]>
} & {
  [Name in keyof All as All[Name] extends {optional: true} ? Name : never]?: ValueOf<All[Name]>
}

/** The JSON schema that a model is shown; the same table checks what comes back. */
export function schemaOf(members: Members): JsonObject {
  const properties: JsonObject = {}
  for (const [name, member] of Object.entries(members)) {
    properties[name] =
      member.description === undefined ? {type: member.type} : {type: member.type, description: member.description}
  }
  const required = Object.entries(members).flatMap(([name, member]) => (member.optional ? [] : [name]))
  return {type: 'object', properties, ...(required.length > 0 && {required})}
}

/** What models say about a call for its reader; it changes nothing of what is done. */
const REMARKS: ReadonlySet<string> = new Set([
  'description',
  'explanation',
  'justification',
  'reason',
  'reasoning',
  'thought',
])

/**
 * Checks an input by hand. A null for an optional member counts as missing, and "5" as 5: small models write both, and
 * neither can mean anything else. Members go by the names of other tools too, and remarks are passed over.
 * @throws ToolRefusal naming the member that is unknown, missing or of the wrong type
 */
export function checkInput<All extends Members>(tool: string, members: All, given: JsonObject): InputOf<All> {
  const names = Object.keys(members)
  const input = inOurWords(given, names)
  const unknown = Object.keys(input).filter((name) => !Object.hasOwn(members, name) && !REMARKS.has(name))
  if (unknown.length > 0)
    throw invalid(
      tool,
      `unknown member ${unknown.map((name) => `"${name}"`).join(', ')}; ${tool} takes ${names.join(', ')}`,
    )
  const checked: Record<string, JsonValue> = {}
  for (const name of names) {
    const member = members[name]
    const value = Object.hasOwn(input, name) ? input[name] : undefined
    if (!member) continue
    if (value === undefined || value === null) {
      if (!member.optional) throw invalid(tool, `member "${name}" (${member.type}) is missing`)
      continue
    }
    checked[name] = checkValue(tool, name, {member, value})
  }
  return checked as InputOf<All>
}

function checkValue(tool: string, name: string, {member, value}: {member: Member; value: JsonValue}): JsonValue {
  if (member.type === 'string') {
    if (typeof value === 'string') return value
    throw invalid(tool, `member "${name}" must be a string, not ${kindOf(value)}`)
  }
  if (member.type === 'boolean') {
    if (typeof value === 'boolean') return value
    if (value === 'true' || value === 'false') return value === 'true'
    throw invalid(tool, `member "${name}" must be true or false, not ${kindOf(value)}`)
  }
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isInteger(number))
    throw invalid(tool, `member "${name}" must be a whole number, not ${kindOf(value)}`)
  if (member.minimum !== undefined && number < member.minimum)
    throw invalid(tool, `member "${name}" must be at least ${member.minimum}, not ${number}`)
  if (member.maximum !== undefined && number > member.maximum)
    throw invalid(tool, `member "${name}" must be at most ${member.maximum}, not ${number}`)
  return number
}

function kindOf(value: JsonValue): string {
  if (value === null) return 'null'
  return Array.isArray(value)
    ? 'a list'
    : typeof value === 'object'
      ? 'an object'
      : `the ${typeof value} ${JSON.stringify(value)?.slice(0, 40)}`
}

function invalid(tool: string, what: string): ToolRefusal {
  return new ToolRefusal('input-invalid', `${tool} was not done: ${what}.`)
}
