import type {ModelInfo} from 'vibe-plugin-api'
import type {ResolvedInstance} from '../providers/types.ts'
import {bytesText, money} from './figures.ts'
import {input, select, type Choice} from './prompts.ts'

/** A longer list is narrowed by typing before it is shown. */
const LONG = 24
const OTHER = '\0other'

/**
 * Asks which model to use, the likeliest first.
 * @param listed what the service lists; undefined when it cannot say, then the dated catalogue is offered
 */
export async function chooseModel(instance: ResolvedInstance, listed: ModelInfo[] | undefined): Promise<string> {
  const {models} = instance.entry.manifest
  const catalog = (models.catalog ?? []).filter((model) => model.kind === 'chat')
  const known = listed !== undefined && listed.length > 0 ? listed : catalog
  if (known.length === 0)
    return input('Which model? (its id)', {
      check: required,
      ...(instance.model !== undefined && {initial: instance.model}),
    })
  const first = known.find((model) => model.id === (instance.model ?? models.default))
  const ordered = first ? [first, ...known.filter((model) => model !== first)] : known
  const shown = ordered.length > LONG ? await narrowed(ordered) : ordered
  const choices: Choice[] = shown.map((model) => ({value: model.id, label: model.id, hint: describe(model)}))
  const chosen = await select('Which model?', [...choices, {value: OTHER, label: 'Another', hint: 'type its id'}])
  return chosen === OTHER ? input('Model id', {check: required}) : chosen
}

async function narrowed(models: ModelInfo[]): Promise<ModelInfo[]> {
  const matching = (part: string) => models.filter((model) => model.id.toLowerCase().includes(part.toLowerCase()))
  const part = await input(`${models.length} models. Part of the name (Enter: all)`, {
    check: (text) => (matching(text).length === 0 ? `No model has "${text}" in its name.` : undefined),
  })
  return matching(part)
}

/** "5.2 GB · 200k context · $3 / $15 per million"; a price nobody stated is said to be unknown. */
export function describe({sizeBytes, contextWindow, price}: ModelInfo): string {
  const size = sizeBytes === undefined ? [] : [bytesText(sizeBytes)]
  const window = contextWindow === undefined ? [] : [`${Math.round(contextWindow / 1000)}k context`]
  const cost = price?.free
    ? 'free'
    : price?.input === undefined || price.output === undefined
      ? 'price unknown'
      : `${money(price.input)} / ${money(price.output)} per million`
  return [...size, ...window, cost].join(' · ')
}

function required(text: string): string | undefined {
  return text === '' ? 'A model id is needed.' : undefined
}
