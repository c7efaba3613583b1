import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import type {OpenedProvider} from '../providers/types.ts'
import {bytesText} from './figures.ts'
import {input, select, type Choice} from './prompts.ts'
import {pullAloud} from './pull.ts'

const OTHER = '\0other'
const NONE = '\0none'

/**
 * Offers to fetch a model where the provider has none yet and can fetch one.
 * @returns the model that is there now, undefined when it was declined or is not possible
 */
export async function offerPull(opened: OpenedProvider, signal: AbortSignal): Promise<string | undefined> {
  if (opened.provider.pullModel === undefined) return undefined
  const {manifest} = opened.instance.entry
  const choices: Choice[] = (manifest.models.suggested ?? []).map(({id, sizeBytes}) => ({
    value: id,
    label: id,
    ...(sizeBytes !== undefined && {hint: bytesText(sizeBytes)}),
  }))
  const chosen = await select(`${manifest.name} has no model yet. Fetch one?`, [
    ...choices,
    {value: OTHER, label: 'Another', hint: 'type its id'},
    {value: NONE, label: 'Not now'},
  ])
  if (chosen === NONE) return undefined
  const model = chosen === OTHER ? await input('Model id', {check: required}) : chosen
  try {
    return (await pullAloud(model, opened, signal)).model
  } catch (error) {
    if (!(error instanceof VibeError && error.code === 'interrupted')) throw error
    // The provider is not saved yet, so that no command could name it.
    const message = `${error.message} Nothing was saved.`
    throw new VibeError({code: 'interrupted', message, exit: ExitCode.interrupted})
  }
}

function required(text: string): string | undefined {
  return text === '' ? 'A model id is needed.' : undefined
}
