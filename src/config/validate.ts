import {validateStrict} from '../schema/config.validator.cjs'
import {nearestKey, splitKey} from './keys.ts'
import {didYouMean} from '../did-you-mean.ts'

export type ConfigFault = {
  path: string[]
  message: string
  hint?: string
  /** A key that vibe does not know: left alone, and no fault of the value. */
  unknown?: true
}

type SchemaError = {instancePath: string; keyword: string; params: Record<string, unknown>; propertyName?: string}

/** What is wrong with a parsed config.json: one fault for each path, in the order of the text as far as known. */
export function validateConfig(value: unknown): ConfigFault[] {
  if (validateStrict(value)) return []
  const errors: SchemaError[] = validateStrict.errors ?? []
  const choices = errors.filter((error) => error.keyword === 'anyOf').map((error) => error.instancePath)
  const faults = new Map<string, ConfigFault>()
  for (const error of errors) {
    // Every branch of a choice complains; only the choice itself tells something.
    const inChoice = choices.some((path) => error.instancePath === path || error.instancePath.startsWith(`${path}/`))
    if ((inChoice && error.keyword !== 'anyOf') || error.keyword === 'propertyNames') continue
    const fault = describe(error)
    const key = fault.path.join('\0')
    if (!faults.has(key)) faults.set(key, fault)
  }
  return [...faults.values()]
}

function describe(error: SchemaError): ConfigFault {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  const {params} = error
  if (error.propertyName !== undefined)
    return {path: [...path, error.propertyName], message: `"${error.propertyName}" cannot be a name here`}
  if (error.keyword === 'additionalProperties') return unknownKey([...path, String(params['additionalProperty'])])
  if (error.keyword === 'required')
    return {path, message: `${dotted(path)} lacks "${String(params['missingProperty'])}"`}
  return {path, ...wrongValue(error, dotted(path))}
}

function unknownKey(path: string[]): ConfigFault {
  const name = path.at(-1) ?? ''
  const nested = name.includes('.') ? splitKey(name).join(' → ') : undefined
  const near = nearestKey(path)
  const hint = nested === undefined ? near && `Did you mean ${near}?` : `Write it nested: ${nested}`
  return {path, unknown: true, message: `There is no setting "${dotted(path)}"`, ...(hint === undefined ? {} : {hint})}
}

function wrongValue({keyword, params}: SchemaError, name: string): {message: string; hint?: string} {
  switch (keyword) {
    case 'type':
      return {message: `${name} must be ${article(String(params['type']))}`}
    case 'minimum':
      return {message: `${name} must be at least ${String(params['limit'])}`}
    case 'maximum':
      return {message: `${name} must be at most ${String(params['limit'])}`}
    case 'maxItems':
      return {message: `${name} must have at most ${String(params['limit'])} entries`}
    case 'enum':
      return {message: `${name} must be one of ${(params['allowedValues'] as unknown[]).join(', ')}`}
    case 'anyOf':
      return {
        message: `${name} must name where the key is found, not the key`,
        hint: 'Use {"env": "NAME"}, {"command": ["program", "argument"]}, {"store": "NAME"} or {"none": true}',
      }
    case 'pattern':
      return {message: `${name} ${patternHint(name)}`}
    default:
      return {message: `${name} is not valid (${keyword})`}
  }
}

function patternHint(name: string): string {
  if (/(?:endpoint|registry)$/i.test(name)) return 'must be an http or https URL without a login'
  if (/(?:currentProvider|\.provider|profile)$/.test(name)) return 'must be a name of letters, digits, - and _'
  if (/headers\./i.test(name)) return 'must be printable ASCII text on one line'
  return 'must be text on one line that is not empty'
}

function article(type: string): string {
  const words: Readonly<Record<string, string>> = {
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    string: 'text in quotes',
    object: 'a group in braces',
    array: 'a list in brackets',
  }
  return words[type] ?? type
}

function dotted(path: readonly string[]): string {
  return path.join('.')
}

/** The name of the user's that was most likely meant, as a hint. */
export function nearestName(name: string, names: readonly string[]): {hint?: string} {
  const near = didYouMean(name, names)
  return near === undefined ? {} : {hint: `Did you mean ${near}?`}
}
