import {didYouMean} from '../did-you-mean.ts'

/** The members of a schema validator's error that are needed here. */
export type SchemaProblem = {
  instancePath: string
  schemaPath: string
  keyword: string
  params: Record<string, unknown>
  message?: string
  propertyName?: string
}

/** Keywords that only repeat that one of their parts failed. */
const COMPOUND = new Set(['if', 'allOf', 'anyOf', 'propertyNames'])
const TOP_MEMBERS = [
  'apiVersion',
  'id',
  'name',
  'description',
  'homepage',
  'docs',
  'entry',
  'protocol',
  'quirks',
  'endpoint',
  'auth',
  'capabilities',
  'settings',
  'settingsVersion',
  'models',
]

/** The validator's errors as sentences a plugin's author can act on, each once, in the order of the file. */
export function problemSentences(errors: readonly SchemaProblem[]): string[] {
  const parts = errors.some((error) => !COMPOUND.has(error.keyword))
    ? errors.filter((error) => !COMPOUND.has(error.keyword))
    : errors
  const sentences = parts.filter((error) => !isAlternative(error)).map(sentence)
  return [...new Set(sentences)]
}

/** The parts of "exactly one of entry and protocol" say less than the whole. */
function isAlternative({schemaPath}: SchemaProblem): boolean {
  return /^(?:[^#]*)#\/oneOf\/\d/.test(schemaPath)
}

function sentence(error: SchemaProblem): string {
  const place = readablePath(error.instancePath)
  if (error.propertyName !== undefined) return `${place} may not have a member named ${quote(error.propertyName)}`
  return `${place} ${complaint(error)}`
}

function complaint({keyword, params, message, instancePath}: SchemaProblem): string {
  switch (keyword) {
    case 'required':
      return `lacks ${quote(params['missingProperty'])}`
    case 'additionalProperties': {
      const name = String(params['additionalProperty'])
      const meant = instancePath === '' ? didYouMean(name, TOP_MEMBERS) : undefined
      return `has an unknown member ${quote(name)}${meant ? `; did you mean ${quote(meant)}?` : ''}`
    }
    case 'enum':
      return `must be one of: ${list(params['allowedValues'])}`
    case 'const':
      return `must be ${JSON.stringify(params['allowedValue'])}`
    case 'oneOf':
      return 'must have either "entry" or "protocol", and not both'
    case 'pattern':
      return `does not fit ${String(params['pattern'])}`
    case 'not':
      return 'has a value that is reserved'
    default:
      return message ?? `fails "${keyword}"`
  }
}

/** "/auth/0/env" as "auth[0].env". */
function readablePath(pointer: string): string {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  const path = steps.map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${printable(step)}`)).join('')
  return path === '' ? 'the manifest' : path.replace(/^\./, '')
}

function list(values: unknown): string {
  return Array.isArray(values) ? values.map(String).join(', ') : String(values)
}

function quote(value: unknown): string {
  return `"${printable(String(value))}"`
}

/** Names come from the plugin's file and are printed in a terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '?').slice(0, 80)
}
