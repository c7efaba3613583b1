import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {addableTypes, addProvider, draftProvider, type AddOptions, type AddResult} from '../providers/add-provider.ts'
import type {DraftRequest} from '../providers/draft.ts'
import {askModels, ensureKey} from '../providers/check-provider.ts'
import {missingFlags} from '../providers/provider-needs.ts'
import {chooseModel} from './choose-model.ts'
import {askEndpoint, askKey} from './prompts-for-provider.ts'
import {askSettings} from './prompts-from-settings.ts'
import {installType, missingType, type InstallChoice} from './install-type.ts'
import {offerPull} from './offer-pull.ts'
import {typeChoices} from './offer-types.ts'
import {canAsk, input, search} from './prompts.ts'
import type {Desk} from './provider-desk.ts'

export type PartialRequest = Omit<DraftRequest, 'name' | 'type'> & {name?: string; type?: string}

/**
 * Adds a provider; what the flags left open is asked in a terminal, and named as flags without one. A known type that is
 * not installed is installed first, when it is agreed to.
 * @param options.ask false: never asks, also in a terminal
 */
export async function addWithQuestions(
  partial: PartialRequest,
  options: AddOptions & InstallChoice,
  desk: Desk,
): Promise<AddResult> {
  const asks = options.ask && canAsk()
  const type = partial.type ?? typeNamed(partial.name, desk) ?? (asks ? await askType(desk) : undefined)
  const missing = type === undefined ? undefined : missingType(type, desk.registry)
  const ready = missing ? await installType(missing, desk, options) : desk
  const known = {...partial, ...(type !== undefined && {type})}
  const request = asks ? await completed(known, options, ready) : complete(known, ready)
  return addProvider(request, options, ready)
}

/** `provider:add groq` says both what and how it is called. */
function typeNamed(name: string | undefined, {registry}: Desk): string | undefined {
  if (name === undefined) return undefined
  const isType = registry.entries.some((entry) => entry.id === name) || missingType(name, registry) !== undefined
  return isType ? name : undefined
}

function askType({registry}: Desk): Promise<string> {
  return search('Which type?', typeChoices(registry))
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
  const type = partial.type ?? (await askType(desk))
  const name = partial.name ?? (await input('Name for it', {initial: type}))
  const {manifest} = desk.registry.get(type)
  let request: DraftRequest = {...partial, name, type}
  const needs = missingFlags(request, {manifest, env: desk.env})
  if (needs.some((flag) => flag.startsWith('--endpoint'))) request = {...request, ...(await askEndpoint(manifest))}
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
    const models = await askModels(opened, desk.signal)
    const pulled = models?.length === 0 ? await offerPull(opened, desk.signal) : undefined
    return pulled ?? (await chooseModel(resolved, models))
  } finally {
    await opened.provider.dispose?.()
  }
}
