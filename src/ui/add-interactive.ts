import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {addableTypes, addProvider, draftProvider, type AddOptions, type AddResult} from '../providers/add-provider.ts'
import type {DraftRequest} from '../providers/draft.ts'
import {askModels, ensureKey} from '../providers/check-provider.ts'
import {missingFlags} from '../providers/provider-needs.ts'
import {chooseModel} from './choose-model.ts'
import {askEndpoint, askKey} from './prompts-for-provider.ts'
import {askSettings} from './prompts-from-settings.ts'
import {canAsk, input, select} from './prompts.ts'
import type {Desk} from './provider-desk.ts'

export type PartialRequest = Omit<DraftRequest, 'name' | 'type'> & {name?: string; type?: string}

/**
 * Adds a provider; what the flags left open is asked in a terminal, and named as flags without one.
 * @param options.ask false: never asks, also in a terminal
 */
export async function addWithQuestions(
  partial: PartialRequest,
  options: AddOptions & {ask: boolean},
  desk: Desk,
): Promise<AddResult> {
  const request = options.ask && canAsk() ? await completed(partial, options, desk) : complete(partial, desk)
  return addProvider(request, options, desk)
}

/** @throws VibeError (exit 3) that names every missing flag at once */
function complete(partial: PartialRequest, {registry, env}: Desk): DraftRequest {
  const {name, type} = partial
  const types = addableTypes(registry).map((entry) => entry.id)
  const missing = [
    ...(name === undefined ? ['NAME'] : []),
    ...(type === undefined ? [`--type ${types.join('|')}`] : []),
  ]
  if (type !== undefined) missing.push(...missingFlags(partial, {manifest: registry.get(type).manifest, env}))
  if (missing.length === 0 && name !== undefined && type !== undefined) return {...partial, name, type}
  throw new VibeError({
    code: 'flags-missing',
    message: `Missing: ${missing.join('   ')}`,
    hint: `vibe provider:add ${name ?? 'NAME'} --type ${type ?? 'TYPE'} [--endpoint URL] [--model ID] [--key-env VARIABLE | --key-stdin | --key-command COMMAND | --no-key]`,
    exit: ExitCode.notSetUp,
  })
}

async function completed(partial: PartialRequest, options: AddOptions, desk: Desk): Promise<DraftRequest> {
  const types = addableTypes(desk.registry).map(({id, manifest}) => ({
    value: id,
    label: id,
    hint: manifest.description ?? manifest.name,
  }))
  const type = partial.type ?? (await select('Which type?', types))
  const name = partial.name ?? (await input('Name for it', {initial: type}))
  const {manifest} = desk.registry.get(type)
  let request: DraftRequest = {...partial, name, type}
  const needs = missingFlags(request, {manifest, env: desk.env})
  if (needs.some((flag) => flag.startsWith('--endpoint'))) request = {...request, ...(await askEndpoint())}
  const keyed = manifest.auth.some((method) => method.kind === 'api-key')
  const unnamed = keyed && request.endpoint !== undefined && request.key === undefined
  if (unnamed || needs.some((flag) => flag.startsWith('--key-env')))
    request = {...request, key: await askKey(request, desk)}
  request = {...request, settings: await askSettings(manifest.settings, {env: desk.env, given: request.settings ?? {}})}
  if (request.model !== undefined || !options.verify) return request
  return {...request, model: await askedModel(request, desk)}
}

async function askedModel(request: DraftRequest, desk: Desk): Promise<string> {
  const {resolved} = draftProvider(request, desk)
  await ensureKey(resolved, desk.signal)
  const opened = await desk.open(resolved)
  try {
    return await chooseModel(resolved, await askModels(opened, desk.signal))
  } finally {
    await opened.provider.dispose?.()
  }
}
