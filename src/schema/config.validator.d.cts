/* Generated from src/schema/config.schema.json by src/build/validators.ts. Do not edit. */
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
