import {isLocalAddress} from '../addresses.ts'
import {settingProblem} from './settings.ts'
import {patternProblem} from './timed-pattern.ts'
import type {ProviderManifest, SettingSchema} from './types.ts'

/**
 * What a manifest that fits the schema must also keep, because it ties several members together.
 * @returns one sentence for each broken rule
 */
export function ruleProblems(manifest: ProviderManifest): string[] {
  return [...endpointProblems(manifest), ...settingsProblems(manifest), ...modelProblems(manifest)]
}

function endpointProblems({endpoint}: ProviderManifest): string[] {
  if (!URL.canParse(endpoint.default)) return [`endpoint.default is not a URL: ${endpoint.default}`]
  const url = new URL(endpoint.default)
  const isLocal = isLocalAddress(url.hostname)
  if (endpoint.required && endpoint.overridable === false)
    return ['endpoint.required asks for an address that endpoint.overridable forbids']
  if (endpoint.local && !isLocal)
    return [`endpoint.local is true, but ${url.hostname} is not an address of this machine or a private network`]
  if (url.protocol === 'http:' && !endpoint.local)
    return ['endpoint.default must use https unless endpoint.local is true']
  return []
}

function settingsProblems({settings}: ProviderManifest): string[] {
  const unknown = (settings.required ?? []).filter((name) => !Object.hasOwn(settings.properties, name))
  const problems = unknown.map((name) => `settings.required names "${name}", which is not a setting`)
  for (const [name, setting] of Object.entries(settings.properties)) {
    const place = `settings.properties.${name}`
    const contradiction = contradictionIn(setting)
    if (contradiction !== undefined) problems.push(`${place} ${contradiction}`)
    else if (setting.default !== undefined) {
      const complaint = settingProblem(`${place}.default`, setting, setting.default)
      if (complaint !== undefined) problems.push(complaint)
      else if (UNPRINTABLE.test(String(setting.default)))
        problems.push(`${place}.default has characters that cannot be shown`)
    }
  }
  return problems
}

/** Characters that move a terminal's cursor or turn the direction of its text. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}]/u

/** A keyword that cannot apply to the type, or bounds that nothing fits. */
function contradictionIn(setting: SettingSchema): string | undefined {
  const {type} = setting
  const stray = strayKeyword(setting)
  if (stray !== undefined) return `has "${stray}", which says nothing about type "${type}"`
  if ((setting.minLength ?? 0) > (setting.maxLength ?? Number.POSITIVE_INFINITY)) return 'has minLength above maxLength'
  if ((setting.minimum ?? Number.NEGATIVE_INFINITY) > (setting.maximum ?? Number.POSITIVE_INFINITY))
    return 'has minimum above maximum'
  const strange = setting.enum?.find((value) => typeof value !== (isNumeric(type) ? 'number' : 'string'))
  if (strange !== undefined) return `has ${JSON.stringify(strange)} in its enum, which is not of type "${type}"`
  const problem = setting.pattern === undefined ? undefined : patternProblem(setting.pattern)
  return problem === undefined ? undefined : `has a pattern that ${problem}`
}

function strayKeyword(setting: SettingSchema): string | undefined {
  const {type} = setting
  const foreign: Array<keyof SettingSchema> = []
  if (type !== 'string') foreign.push('pattern', 'minLength', 'maxLength')
  if (!isNumeric(type)) foreign.push('minimum', 'maximum')
  if (type !== 'array') foreign.push('items')
  if (type === 'boolean') foreign.push('enum')
  return foreign.find((keyword) => setting[keyword] !== undefined)
}

function isNumeric(type: SettingSchema['type']): boolean {
  return type === 'integer' || type === 'number'
}

function modelProblems({models}: ProviderManifest): string[] {
  const problems: string[] = []
  const ids = (models.catalog ?? []).map((model) => model.id)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined) problems.push(`models.catalog lists "${twice}" twice`)
  if (models.asOf !== undefined && !isDay(models.asOf)) problems.push(`models.asOf is not a day: ${models.asOf}`)
  for (const member of ['default', 'defaultSmall'] as const) {
    const id = models[member]
    if (id !== undefined && models.source === 'catalog' && !ids.includes(id))
      problems.push(`models.${member} "${id}" is not in the catalogue`)
  }
  for (const {id, price} of models.catalog ?? []) {
    if (price?.free && (price.input || price.output)) problems.push(`models.catalog: "${id}" is free and has a price`)
  }
  return problems
}

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}
