import {closeSync, constants, fstatSync, openSync, readFileSync} from 'node:fs'
import {runInNewContext} from 'node:vm'
import type {JsonObject} from 'vibe-plugin-api'
import {systemCode, VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'

export type OutputSchema = {
  schema: JsonObject
  /** Sentences on what does not fit; empty when the text is JSON that fits. */
  problems: (text: string) => string[]
}

/** Bytes; a schema goes along with every request. */
const MAX_SCHEMA = 1024 * 1024
/** Milliseconds for compiling, and for one check: a pattern can be written so that it never ends. */
const CHECK_MS = 5000

/**
 * Reads and compiles a schema before anything is asked of a model. Drafts 7, 2019-09 and 2020-12; nothing is fetched.
 * @throws VibeError (exit 2) when the file is no usable JSON schema
 */
export async function readOutputSchema(file: string): Promise<OutputSchema> {
  const schema = parse(file)
  const ajv = await validatorFor(schema)
  const check = within(() => ajv.compile(schema), file)
  if ('$async' in check) throw invalid(file, '$async schemas are not supported')
  return {
    schema,
    problems: (text) => {
      const value = jsonIn(text)
      if (value === undefined) return ['the answer is no JSON']
      if (within(() => check(value), file)) return []
      return (check.errors ?? [])
        .slice(0, 5)
        .map((error) => `${error.instancePath || 'the answer'} ${error.message ?? 'does not fit'}`)
    },
  }
}

function parse(file: string): JsonObject {
  try {
    const value: unknown = JSON.parse(read(file))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
    throw new SyntaxError('it is no object')
  } catch (error) {
    if (!(error instanceof SyntaxError) && systemCode(error) === undefined) throw error
    throw invalid(file, error instanceof Error ? error.message : String(error))
  }
}

function read(file: string): string {
  const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const facts = fstatSync(descriptor)
    if (!facts.isFile()) throw new SyntaxError('it is no file')
    if (facts.size > MAX_SCHEMA) throw new SyntaxError(`it has ${facts.size} bytes, more than ${MAX_SCHEMA}`)
    return readFileSync(descriptor, 'utf8').replace(/^\uFEFF/, '')
  } finally {
    closeSync(descriptor)
  }
}

async function validatorFor(schema: JsonObject) {
  const options = {strict: false, logger: false, validateFormats: false} as const
  const draft = String(schema['$schema'] ?? '')
  if (draft.includes('2020-12')) return new (await import('ajv/dist/2020.js')).default.Ajv2020(options)
  if (draft.includes('2019-09')) return new (await import('ajv/dist/2019.js')).default.Ajv2019(options)
  // In a bundle a CommonJS module has only its default export.
  return new (await import('ajv')).default.Ajv(options)
}

/** Runs it under a timer that also ends a regular expression; a context of its own is the only way to have one. */
function within<Result>(work: () => Result, file: string): Result {
  try {
    return runInNewContext('work()', {work}, {timeout: CHECK_MS}) as Result
  } catch (error) {
    if (systemCode(error) === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      throw invalid(file, `checking with it takes longer than ${CHECK_MS / 1000} s`)
    throw invalid(file, error instanceof Error ? error.message : String(error))
  }
}

/** Models like to fence JSON; what is inside one whole fence counts as the answer. */
export function jsonIn(text: string): unknown {
  const fenced = /^\s*```(?:json)?[ \t]*\n([\s\S]*?)\n?```\s*$/.exec(text)
  try {
    return JSON.parse(fenced?.[1] ?? text)
  } catch {
    return undefined // Told to the model by the caller.
  }
}

function invalid(file: string, why: string): VibeError {
  return new VibeError({
    code: 'schema-invalid',
    message: `The output schema is not usable: ${why}`,
    origin: file,
    exit: ExitCode.usage,
  })
}
