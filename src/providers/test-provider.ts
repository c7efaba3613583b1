import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import type {AddHost} from './draft.ts'
import {tryCall, tryConnection, type CallReport} from './check-provider.ts'
import type {Selection} from './choose-instance.ts'
import {resolveInstance} from './instances.ts'

export type TestReport = {
  name: string
  type: string
  endpoint: string
  /** No key was sent. */
  keyless: boolean
  connection: {latencyMs: number; account?: string}
  call: CallReport
}

/**
 * Proves that a configured provider works: its own check of endpoint and key, then one tiny call.
 * @throws VibeError: exit 4 for the key, 5 for the network, 3 for the model or the configuration
 */
export async function testProvider(selection: Selection, host: AddHost): Promise<TestReport> {
  const instance = resolveInstance({...host, selection, dataFolder: host.homes.data})
  const keyless = (await instance.credential(host.signal)).kind === 'none'
  const opened = await host.open(instance)
  try {
    const connection = await tryConnection(opened, host.signal)
    if (instance.model === undefined) throw noModel(instance.name)
    const call = await tryCall(opened, instance.model, {signal: host.signal})
    return {name: instance.name, type: instance.entry.id, endpoint: instance.endpoint, keyless, connection, call}
  } finally {
    await opened.provider.dispose?.()
  }
}

function noModel(name: string): VibeError {
  return new VibeError({
    code: 'model-missing',
    message: `The service answers and accepts the key, but no model is chosen for ${name}.`,
    hint: `vibe model:list ${name}   then   vibe provider:update ${name} --model ID`,
    exit: ExitCode.notSetUp,
  })
}
