import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {configKeys, requireKnownPath} from './keys.ts'
import {effectiveLeaves, firstWith, readLayers} from './load.ts'
import type {Layer, Problem} from './layers.ts'
import {shownValue} from './secrets.ts'
import {valueAt} from './tree.ts'
import type {LoadOptions, Origin} from './values.ts'

export type ExplainedValue = {
  origin: Origin
  /** Secrets by their last four characters only. */
  value: unknown
  wins: boolean
}

export type Explanation = {key: string; value: unknown; layers: ExplainedValue[]; problems: Problem[]}

/** The defaults that are not simply "nothing". */
const defaults: Readonly<Record<string, unknown>> = {
  offlineMode: false,
  debugMode: false,
  'plugins.allowScripts': false,
}

/**
 * What every layer says about a key, strongest first, and which one wins. Permission rules of all layers hold together.
 * @throws VibeError (exit 2) for an unknown key
 */
export function explainKey(key: string, options: LoadOptions): Explanation {
  const path = requireKnownPath(key)
  const {layers, problems} = readLayers(options)
  const found = layers.flatMap((layer: Layer) => {
    const value = valueAt(layer.tree, path)
    return value === undefined ? [] : [{origin: layer.origin(path), value: shownValue(path, value)}]
  })
  if (key in defaults) found.push({origin: {layer: 'default'}, value: defaults[key]})
  const together = key === 'permissions.rules' || !configKeys.some((info) => matches(info.key, path))
  const explained = found.map((entry, index) => ({...entry, wins: together || index === 0}))
  return {key, value: effectiveValue(path, layers) ?? defaults[key], layers: explained, problems}
}

function matches(pattern: string, path: readonly string[]): boolean {
  const parts = pattern.split('.')
  return parts.length === path.length && parts.every((part, index) => part === '*' || part === path[index])
}

/** One effective value or group as it may be shown; undefined when nothing sets it. */
export function effectiveValue(path: readonly string[], layers: readonly Layer[]): unknown {
  const shown = effectiveLeaves(layers).filter((leaf) => path.every((part, index) => leaf.path[index] === part))
  const exact = shown.find((leaf) => leaf.path.length === path.length)
  if (exact !== undefined) return shownValue(path, exact.value)
  if (shown.length === 0) return undefined
  return Object.fromEntries(
    shown.map((leaf) => [leaf.path.slice(path.length).join('.'), shownValue(leaf.path, leaf.value)]),
  )
}

export type ListedValue = {key: string; value: unknown; origin?: Origin}
export type ListedValues = {values: ListedValue[]; problems: Problem[]}

/** Every value that holds, with its origin; with `all` also the keys that nothing sets. */
export function listValues(options: LoadOptions, all: boolean): ListedValues {
  const {layers, problems} = readLayers(options)
  const set = effectiveLeaves(layers)
    .filter(({path}) => path[0] !== '$schema')
    .map(({path, value}): ListedValue => {
      const origin = firstWith(layers, path)?.layer.origin(path)
      return {key: path.join('.'), value: shownValue(path, value), ...(origin === undefined ? {} : {origin})}
    })
  if (!all) return {values: set, problems}
  const named = new Set(set.map((entry) => entry.key))
  const rest = configKeys.filter((info) => !named.has(info.key) && info.key !== '$schema')
  return {values: [...set, ...rest.map((info) => ({key: info.key, value: defaults[info.key]}))], problems}
}

export type GottenValue = ListedValue & {problems: Problem[]}

/**
 * The value of one key or group that holds, or its default.
 * @throws VibeError for an unknown key (exit 2), or for one that nothing sets (exit 3)
 */
export function getValue(key: string, options: LoadOptions): GottenValue {
  const path = requireKnownPath(key)
  const {layers, problems} = readLayers(options)
  const value = effectiveValue(path, layers) ?? defaults[key]
  if (value === undefined) {
    throw new VibeError({
      code: 'config-unset',
      message: `Nothing sets ${key}`,
      hint: `vibe config:set ${key} VALUE`,
      exit: ExitCode.notSetUp,
    })
  }
  const origin = firstWith(layers, path)?.layer.origin(path)
  return {key, value, ...(origin === undefined ? {} : {origin}), problems}
}

/** Where a value comes from, in a word or two: file and line with the layer, a variable, or the layer alone. */
export function originText(origin: Origin): string {
  if (origin.file !== undefined)
    return `${origin.file}${origin.line === undefined ? '' : `:${origin.line}`} (${origin.layer})`
  return origin.variable ?? origin.layer
}
