import {existsSync} from 'node:fs'
import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {Ajv, type AnySchemaObject, type Options} from 'ajv'
import {build} from 'esbuild'

/** One schema and the module that checks it; paths from the repository's root. */
export type ValidatorTarget = {
  schema: string
  /** A `.cjs` file; its types go beside it as `.d.cts`. Exports `validateStrict` and `validateTolerant`. */
  out: string
  /** More options for ajv; by default every error is collected, and unknown schema keywords fail the build. */
  options?: Options
}

const root = join(import.meta.dirname, '..', '..')

/** Every precompiled validator of the core. One whose schema does not exist is passed over. */
export const validatorTargets: readonly ValidatorTarget[] = [
  {schema: 'src/schema/provider-manifest.v1.schema.json', out: 'src/schema/provider-manifest.validator.cjs'},
  {schema: 'src/schema/config.schema.json', out: 'src/schema/config.validator.cjs'},
]

/**
 * Compiles schemas into modules that need no ajv at run time, so that loading one costs a file and no compilation.
 * @returns the files that were out of date and have been written, from the repository's root
 */
export async function writeValidators(targets: readonly ValidatorTarget[] = validatorTargets): Promise<string[]> {
  const written: string[] = []
  for (const [file, text] of await renderValidators(targets)) {
    const path = join(root, file)
    if (existsSync(path) && (await readFile(path, 'utf8')) === text) continue
    await writeFile(path, text)
    written.push(file)
  }
  return written
}

/** What `writeValidators` would write, by file; a test compares it with what is committed. */
export async function renderValidators(
  targets: readonly ValidatorTarget[] = validatorTargets,
): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  for (const target of targets) {
    if (!existsSync(join(root, target.schema))) continue
    const schema = JSON.parse(await readFile(join(root, target.schema), 'utf8')) as AnySchemaObject
    files.set(target.out, await compile(schema, target))
    files.set(target.out.replace(/\.cjs$/, '.d.cts'), declarations(target.schema))
  }
  return files
}

/** ajv's own output requires its helpers from `ajv/dist/runtime`; esbuild folds them in. */
async function compile(schema: AnySchemaObject, target: ValidatorTarget): Promise<string> {
  const ajv = new Ajv({
    allErrors: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    inlineRefs: false,
    code: {source: true},
    ...target.options,
  })
  ajv.addSchema({...schema, $id: 'strict'}).addSchema({...tolerant(schema), $id: 'tolerant'})
  const {default: standalone} = await import('ajv/dist/standalone/index.js')
  const source = standalone.default(ajv, {validateStrict: 'strict', validateTolerant: 'tolerant'})
  const result = await build({
    stdin: {contents: source, resolveDir: root, loader: 'js'},
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    minify: true,
    banner: {js: `/* Generated from ${target.schema} by src/build/validators.ts. Do not edit. */`},
    footer: {js: '0 && (module.exports = {validateStrict, validateTolerant})'},
  })
  return result.outputFiles[0]?.text ?? ''
}

/** The same schema, but what it does not know is left alone: a newer minor version of a contract may add members. */
function tolerant(schema: AnySchemaObject): AnySchemaObject {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === 'additionalProperties' && value === false ? undefined : value,
  ) as AnySchemaObject
}

function declarations(schema: string): string {
  return `/* Generated from ${schema} by src/build/validators.ts. Do not edit. */
type SchemaError = {
  /** A JSON pointer to the value that is wrong. */
  instancePath: string
  schemaPath: string
  keyword: string
  params: Record<string, unknown>
  message?: string
  /** Set when the name of a property is wrong, not its value. */
  propertyName?: string
}
type Validator = {(value: unknown): boolean; errors?: SchemaError[] | null}
/** Unknown members are errors. */
export declare const validateStrict: Validator
/** Unknown members are left alone. */
export declare const validateTolerant: Validator
`
}
