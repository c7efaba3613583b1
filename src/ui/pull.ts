import {ensureKey} from '../providers/check-provider.ts'
import type {Selection} from '../providers/choose-instance.ts'
import {resolveInstance} from '../providers/instances.ts'
import {pullModel, type PullReport} from '../providers/pull-model.ts'
import type {OpenedProvider} from '../providers/types.ts'
import type {Desk} from './provider-desk.ts'
import {openPullFace} from './pull-progress.ts'

/** Fetches a model to a configured provider and draws how far it is on standard error. */
export async function pullWithProgress(model: string, selection: Selection, desk: Desk): Promise<PullReport> {
  const instance = resolveInstance({...desk, selection, dataFolder: desk.homes.data})
  await ensureKey(instance, desk.signal)
  const opened = await desk.open(instance)
  try {
    return await pullAloud(model, opened, desk.signal)
  } finally {
    await opened.provider.dispose?.()
  }
}

/** The same for a provider that is open already. */
export async function pullAloud(model: string, opened: OpenedProvider, signal: AbortSignal): Promise<PullReport> {
  const face = await openPullFace(model, process.stderr)
  try {
    const report = await pullModel(model, opened, {signal, onProgress: face.show})
    await face.end(true)
    return report
  } catch (error) {
    await face.end(false)
    throw error
  }
}
