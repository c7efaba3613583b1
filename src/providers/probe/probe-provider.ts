import {VibeError} from '../../errors.ts'
import {ExitCode} from '../../exit-codes.ts'
import {openAbilityStore, type Abilities} from '../abilities.ts'
import {ensureKey} from '../check-provider.ts'
import type {Selection} from '../choose-instance.ts'
import type {AddHost} from '../draft.ts'
import {resolveInstance} from '../instances.ts'
import type {ResolvedInstance} from '../types.ts'
import {probeModel} from './probe.ts'

export type ProbeReport = Abilities & {
  name: string
  type: string
  endpoint: string
  model: string
  /** ISO 8601. */
  at: string
  /** The user has fixed another rung, which holds. */
  toolMode?: string
}

export type ForgetReport = {name: string; /** Absent: of all its models. */ model?: string; forgotten: number}

/**
 * Measures a configured provider's model and keeps what was found.
 * @param onStart told once it is clear what will be asked, before anything is sent
 * @throws VibeError as `probeModel` does; exit 3 without a model
 */
export async function probeProvider(
  selection: Selection,
  host: AddHost,
  onStart: (instance: ResolvedInstance, model: string) => void,
): Promise<ProbeReport> {
  const instance = resolveInstance({...host, selection, dataFolder: host.homes.data})
  const {name, endpoint, model, toolMode} = instance
  if (model === undefined) throw modelMissing(name)
  await ensureKey(instance, host.signal)
  const opened = await host.open(instance)
  try {
    onStart(instance, model)
    const measured = await probeModel({opened, model, signal: host.signal})
    await openAbilityStore(host.homes.cache).keep(instance, model, {measured})
    return {
      name,
      type: instance.entry.id,
      endpoint,
      model,
      at: new Date().toISOString(),
      ...measured,
      ...(toolMode !== undefined && {toolMode}),
    }
  } finally {
    await opened.provider.dispose?.()
  }
}

/** Forgets what is known of one model of a provider, or of all of them. */
export async function forgetAbilities(selection: Selection, host: AddHost): Promise<ForgetReport> {
  const instance = resolveInstance({...host, selection, dataFolder: host.homes.data})
  const {model} = selection
  const forgotten = await openAbilityStore(host.homes.cache).forget(instance, model)
  return {name: instance.name, ...(model !== undefined && {model}), forgotten}
}

function modelMissing(name: string): VibeError {
  return new VibeError({
    code: 'model-missing',
    message: `No model is chosen for ${name}.`,
    hint: `vibe provider:probe ${name} --model ID   or   vibe provider:update ${name} --model ID`,
    exit: ExitCode.notSetUp,
  })
}
