import {readFile} from 'node:fs/promises'
import type {ModelInfo as WireModel} from '@anthropic-ai/sdk/resources/models'
import type {ModelInfo, ReasoningEffort} from 'vibe-plugin-api'
import {isObject, numberAt} from './wire.ts'

/** Output tokens where nothing better is known. */
const DEFAULT_MAX_OUTPUT = 4096
const EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max'] as const

/** The longest answer of each model: from the service once it was asked, else from the catalogue of the manifest. */
export class OutputLimits {
  readonly #listed = new Map<string, number>()
  #catalog: Promise<Map<string, number>> | undefined

  learn(models: readonly ModelInfo[]): void {
    for (const {id, maxOutput} of models) if (maxOutput !== undefined) this.#listed.set(id, maxOutput)
  }

  async of(model: string): Promise<number> {
    this.#catalog ??= readCatalog()
    return this.#listed.get(model) ?? (await this.#catalog).get(model) ?? DEFAULT_MAX_OUTPUT
  }
}

async function readCatalog(): Promise<Map<string, number>> {
  const manifest: unknown = JSON.parse(await readFile(new URL('../vibe.provider.json', import.meta.url), 'utf8'))
  const models = isObject(manifest) && isObject(manifest['models']) ? manifest['models']['catalog'] : []
  const limits = new Map<string, number>()
  for (const model of Array.isArray(models) ? models : []) {
    const limit = isObject(model) ? numberAt(model, 'maxOutput') : undefined
    if (isObject(model) && typeof model['id'] === 'string' && limit !== undefined) limits.set(model['id'], limit)
  }
  return limits
}

/** What the service says about a model; older gateways say little more than its name. */
export function modelInfo(wire: Partial<WireModel> & {id: string}): ModelInfo {
  const {capabilities: can} = wire
  const input: NonNullable<ModelInfo['input']> = ['text']
  if (can?.image_input?.supported) input.push('image')
  if (can?.pdf_input?.supported) input.push('pdf')
  return {
    id: wire.id,
    ...(wire.display_name ? {name: wire.display_name} : {}),
    kind: 'chat',
    ...(wire.max_input_tokens ? {contextWindow: wire.max_input_tokens} : {}),
    ...(wire.max_tokens ? {maxOutput: wire.max_tokens} : {}),
    ...(can ? {input, tools: true, reasoning: reasoningOf(can)} : {}),
  }
}

function reasoningOf(can: NonNullable<WireModel['capabilities']>): false | ReasoningEffort[] {
  if (!can.thinking?.supported) return false
  const types = can.thinking.types
  const off: ReasoningEffort[] = types?.disabled?.supported || types?.between_tools?.supported ? ['none'] : []
  const levels = EFFORTS.filter((level) => can.effort?.[level]?.supported)
  return [...off, ...(levels.length > 0 ? levels : (['low', 'medium', 'high'] as const))]
}
