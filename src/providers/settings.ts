import type {JsonObject, JsonValue} from 'vibe-plugin-api'
import {didYouMean} from '../did-you-mean.ts'
import {matchPattern} from './timed-pattern.ts'
import type {ProviderManifest, SettingSchema} from './types.ts'

export type SettingProblem = {
  /** The setting's name, without the instance before it. */
  key: string
  /** "contextLength must be >= 512". */
  message: string
  /** For an unknown name: the known one that was probably meant. */
  meant?: string
}
export type CheckedSettings = {settings: JsonObject; problems: SettingProblem[]}

const MAX_TEXT = 10_000
const MAX_ITEMS = 1_000

/**
 * Checks an instance's settings against its manifest and fills in the defaults. Written by hand because the schema is flat
 * and this runs before every request: a general validator costs more than the rest of the start.
 * @returns every problem; `settings` then holds only the values that are right
 */
export function checkSettings(
  schema: ProviderManifest['settings'],
  given: Readonly<Record<string, unknown>>,
): CheckedSettings {
  const settings: JsonObject = {}
  const problems: SettingProblem[] = []
  const names = Object.keys(schema.properties)
  for (const key of Object.keys(given))
    if (!Object.hasOwn(schema.properties, key)) problems.push(unknownSetting(key, names))
  for (const [key, setting] of Object.entries(schema.properties)) {
    const value: unknown = Object.hasOwn(given, key) && given[key] !== undefined ? given[key] : setting.default
    const message = value === undefined ? missing(key, schema.required) : settingProblem(key, setting, value)
    if (message !== undefined) problems.push({key, message})
    else if (value !== undefined) settings[key] = structuredClone(value) as JsonValue
  }
  return {settings, problems}
}

/**
 * @param key the setting's name, as it stands in the sentence
 * @returns what is wrong with a value, in one sentence; undefined when nothing is
 */
export function settingProblem(key: string, setting: SettingSchema, value: unknown): string | undefined {
  const complaint = typeComplaint(setting, value) ?? enumComplaint(setting, value) ?? boundsComplaint(setting, value)
  return complaint === undefined ? undefined : `${key} ${complaint}`
}

/**
 * Reads a value as it was typed on a command line or in a prompt; lists are separated by commas.
 * @returns the text itself where it is not of the setting's type, for `settingProblem` to complain about
 */
export function parseSetting(setting: SettingSchema, text: string): JsonValue {
  if (setting.type === 'boolean') {
    if (/^(?:true|yes|on|1)$/i.test(text)) return true
    return /^(?:false|no|off|0)$/i.test(text) ? false : text
  }
  if (setting.type === 'array')
    return text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
  if (setting.type === 'string') return text
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}

function unknownSetting(key: string, names: readonly string[]): SettingProblem {
  const meant = didYouMean(key, names)
  const known = names.length === 0 ? 'there are none' : `known: ${names.join(', ')}`
  const message = `unknown setting "${key.slice(0, 60)}"; ${meant ? `did you mean "${meant}"?` : known}`
  return meant === undefined ? {key, message} : {key, message, meant}
}

function missing(key: string, required: readonly string[] | undefined): string | undefined {
  return required?.includes(key) ? `${key} is missing` : undefined
}

const TYPE_WORDS = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list of texts',
}

function typeComplaint({type}: SettingSchema, value: unknown): string | undefined {
  const fits =
    type === 'integer'
      ? Number.isSafeInteger(value)
      : type === 'number'
        ? Number.isFinite(value)
        : type === 'array'
          ? Array.isArray(value) && value.every((item) => typeof item === 'string')
          : typeof value === type
  return fits ? undefined : `must be ${TYPE_WORDS[type]}`
}

function enumComplaint(setting: SettingSchema, value: unknown): string | undefined {
  const {enum: allowed} = setting
  if (allowed === undefined) return undefined
  const values: unknown[] = Array.isArray(value) ? value : [value]
  const strange = values.find((item) => !allowed.some((known) => known === item))
  if (strange === undefined) return undefined
  const meant = typeof strange === 'string' ? didYouMean(strange, allowed.map(String)) : undefined
  return `must be one of: ${allowed.join(', ')}${meant ? `; did you mean "${meant}"?` : ''}`
}

function boundsComplaint(setting: SettingSchema, value: unknown): string | undefined {
  if (typeof value === 'number') return numberComplaint(setting, value)
  if (typeof value === 'string') return textComplaint(setting, value)
  if (!Array.isArray(value)) return undefined
  if (value.length > MAX_ITEMS) return `must have at most ${MAX_ITEMS} items`
  return value.some((item) => typeof item === 'string' && item.length > MAX_TEXT)
    ? `must have items of at most ${MAX_TEXT} characters`
    : undefined
}

function numberComplaint({minimum, maximum}: SettingSchema, value: number): string | undefined {
  if (minimum !== undefined && value < minimum) return `must be >= ${minimum}`
  if (maximum !== undefined && value > maximum) return `must be <= ${maximum}`
  return undefined
}

function textComplaint({minLength, maxLength, pattern}: SettingSchema, value: string): string | undefined {
  const characters = value.length > MAX_TEXT ? value.length : [...value].length
  const most = Math.min(maxLength ?? MAX_TEXT, MAX_TEXT)
  if (characters > most) return `must have at most ${most} characters`
  if (minLength !== undefined && characters < minLength)
    return minLength === 1 ? 'must not be empty' : `must have at least ${minLength} characters`
  const match = pattern === undefined ? 'yes' : matchPattern(pattern, value)
  if (match === 'yes') return undefined
  return match === 'no' ? `must fit the pattern ${pattern}` : `cannot be checked: the pattern ${pattern} takes too long`
}
