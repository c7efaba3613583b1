import {
  ProviderError,
  type ConnectionReport,
  type EmbedResult,
  type ModelInfo,
  type ProviderErrorShape,
  type Usage,
  type Warning,
} from 'vibe-plugin-api'
import {tameError} from './tame-error.ts'

const MOST_MODELS = 10_000
const LONGEST_ID = 200
const MOST_WARNINGS = 100
const LONGEST_TEXT = 1_000
/** Characters of JSON that a description of one model may have. */
const LONGEST_MODEL = 20_000
const LONGEST_RAW = 100_000

type Loose = Record<string, unknown>

/**
 * A value as plain JSON, read once, so that no getter of a plugin can change it later.
 * @returns undefined when it cannot be written as JSON or is longer than `longest` characters
 */
export function plainJson(value: unknown, longest: number): unknown {
  try {
    const text: string | undefined = JSON.stringify(value)
    return text === undefined || text.length > longest ? undefined : JSON.parse(text)
  } catch {
    return undefined // A circle, a BigInt, a getter that throws: no data.
  }
}

/** @throws Error when it is no list; what is no model in it is left out */
export function plainModels(value: unknown): ModelInfo[] {
  if (!Array.isArray(value)) throw new Error('listModels() gave no list')
  return value.slice(0, MOST_MODELS).flatMap((item: unknown) => {
    const model = plainJson(item, LONGEST_MODEL)
    if (!isLoose(model) || typeof model['id'] !== 'string') return []
    if (!/^[^\s\p{Cc}\p{Cf}]+$/u.test(model['id']) || model['id'].length > LONGEST_ID) return []
    return [fittingModel(model)]
  })
}

const COUNTS = ['contextWindow', 'maxOutput', 'dimensions', 'sizeBytes']
const RATES = ['input', 'output', 'cacheRead', 'cacheWrite', 'tokens']

/** Without the members that are not what the contract says; those that it does not know stay. */
function fittingModel(model: Loose): ModelInfo {
  const {kind, name, tools, input, reasoning, price, ...rest} = model
  const fitting = {
    ...withoutOdd(rest, COUNTS),
    kind: kind === 'embedding' ? kind : 'chat',
    ...(typeof name === 'string' && {name: name.slice(0, LONGEST_ID)}),
    ...(typeof tools === 'boolean' && {tools}),
    ...(isTexts(input) && {input}),
    ...((reasoning === false || isTexts(reasoning)) && {reasoning}),
    ...(isLoose(price) && {price: fittingPrice(price)}),
  }
  return fitting as unknown as ModelInfo
}

function fittingPrice({above, free, ...rates}: Loose): Loose {
  return {
    ...withoutOdd(rates, RATES),
    ...(free === true && {free}),
    ...(isLoose(above) && isCount(above['tokens']) && {above: withoutOdd(above, RATES)}),
  }
}

function withoutOdd(value: Loose, counts: readonly string[]): Loose {
  return Object.fromEntries(Object.entries(value).filter(([name, one]) => !counts.includes(name) || isCount(one)))
}

/** @throws Error when it is no report */
export function plainReport(value: unknown): ConnectionReport {
  const report = isLoose(value) ? {...value} : {}
  if (report['ok'] === true) {
    const {latencyMs, account, modelsSeen} = report
    return {
      ok: true,
      latencyMs: isCount(latencyMs) ? latencyMs : 0,
      ...(typeof account === 'string' && {account: account.slice(0, LONGEST_ID)}),
      ...(isCount(modelsSeen) && {modelsSeen}),
      warnings: plainWarnings(report['warnings']),
    }
  }
  if (report['ok'] !== false || !isLoose(report['error'])) throw new Error('validateConnection() gave no report')
  return {ok: false, error: tameError(new ProviderError(report['error'] as ProviderErrorShape)) as ProviderError}
}

/** @throws Error when it holds no vectors */
export function plainEmbeddings(value: unknown): EmbedResult {
  const vectors = isLoose(value) ? value['vectors'] : undefined
  const isVector = (one: unknown) => Array.isArray(one) && one.every((number) => typeof number === 'number')
  if (!Array.isArray(vectors) || !vectors.every(isVector)) throw new Error('embed() gave no vectors')
  return {vectors: vectors as number[][], usage: plainUsage(isLoose(value) ? value['usage'] : undefined) ?? {}}
}

/** @throws Error when it is no number of tokens */
export function plainCount(value: unknown): number {
  if (isCount(value)) return value
  throw new Error('countTokens() gave no number')
}

/** Token counts that are numbers; what is not stays unknown. */
export function plainUsage(value: unknown): Usage | undefined {
  if (!isLoose(value)) return undefined
  const raw = plainJson(value['raw'], LONGEST_RAW)
  const counts = onlyCounts(value, ['input', 'inputCacheRead', 'inputCacheWrite', 'output', 'outputReasoning'])
  return {...counts, ...(isLoose(raw) && {raw: raw as NonNullable<Usage['raw']>})}
}

export function plainWarnings(value: unknown): Warning[] {
  if (!Array.isArray(value)) return []
  return value.slice(0, MOST_WARNINGS).flatMap((item: unknown) => {
    const warning = plainJson(item, 10 * LONGEST_TEXT)
    if (!isLoose(warning) || typeof warning['message'] !== 'string') return []
    const {code, feature, message} = warning
    return [
      {
        code: code === 'unsupported' || code === 'adjusted' || code === 'deprecated' ? code : ('other' as const),
        ...(typeof feature === 'string' && {feature: feature.slice(0, LONGEST_ID)}),
        message: message.slice(0, LONGEST_TEXT),
      },
    ]
  })
}

function onlyCounts(value: Loose, names: readonly string[]): Record<string, number> {
  const counts = names.map((name) => [name, value[name]] as const).filter(([, count]) => isCount(count))
  return Object.fromEntries(counts) as Record<string, number>
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

function isLoose(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
