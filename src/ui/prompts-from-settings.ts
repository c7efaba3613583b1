import type {JsonObject, JsonValue} from 'vibe-plugin-api'
import {parseSetting, settingProblem} from '../providers/settings.ts'
import type {ProviderManifest, SettingSchema} from '../providers/types.ts'
import type {Environment} from '../paths.ts'
import {confirm, input, select} from './prompts.ts'

type Settings = ProviderManifest['settings']
export type AskOptions = {
  env: Environment
  /** Also asks what a manifest calls advanced. */
  advanced?: boolean
  /** What is already given, and so not asked. */
  given?: JsonObject
}

/**
 * Turns a manifest's settings into questions: a list to choose from, yes or no, a number, a text. What has a default or
 * is advanced is left alone unless it is asked for.
 * @returns only what was given or differs from the defaults
 */
export async function askSettings(settings: Settings, options: AskOptions): Promise<JsonObject> {
  const answers: JsonObject = {...options.given}
  for (const [name, schema] of questionsOf(settings, options)) {
    const answer = await askSetting(name, {
      schema,
      required: settings.required?.includes(name) === true,
      env: options.env,
    })
    if (answer !== undefined && answer !== schema.default) answers[name] = answer
  }
  return answers
}

/** What has to be asked, in the manifest's order. */
export function questionsOf(
  settings: Settings,
  {advanced = false, given = {}}: AskOptions,
): Array<[string, SettingSchema]> {
  return Object.entries(settings.properties)
    .filter(([name, schema]) => {
      if (Object.hasOwn(given, name)) return false
      if (advanced) return true
      return settings.required?.includes(name) === true && schema.default === undefined
    })
    .toSorted(([, left], [, right]) => (left['x-vibe']?.order ?? 1000) - (right['x-vibe']?.order ?? 1000))
}

type Asked = {schema: SettingSchema; required: boolean; env: Environment}

async function askSetting(name: string, {schema, required, env}: Asked): Promise<JsonValue | undefined> {
  const title = schema.title ?? name
  const message = `${title}: ${schema.description}`.slice(0, Math.max(30, (process.stdout.columns ?? 80) - 12))
  if (schema.enum) {
    const values = schema.enum.map((value) => ({value: String(value), label: String(value)}))
    const first = values.filter(({value}) => value === String(schema.default))
    return parseSetting(schema, await select(message, [...first, ...values.filter((value) => !first.includes(value))]))
  }
  if (schema.type === 'boolean') return confirm(message, schema.default === true)
  const initial =
    env[schema['x-vibe']?.env ?? ''] ?? (schema.default === undefined ? undefined : String(schema.default))
  const check = (text: string) =>
    text === '' && !required ? undefined : settingProblem(title, schema, parseSetting(schema, text))
  const text = await input(message, {check, ...(initial !== undefined && {initial})})
  return text === '' ? undefined : parseSetting(schema, text)
}
