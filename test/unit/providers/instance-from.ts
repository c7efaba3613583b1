import {tmpdir} from 'node:os'
import {loadConfig} from '../../../src/config/load.ts'
import type {InstanceConfig} from '../../../src/config/values.ts'
import {buildInstance} from '../../../src/providers/instances.ts'
import type {ProviderEntry, Registry, ResolvedInstance} from '../../../src/providers/types.ts'

/** An instance of one entry, resolved without any configuration of the user's. */
export function instanceFrom(
  entry: ProviderEntry,
  instance: InstanceConfig,
  env: Record<string, string>,
): ResolvedInstance {
  const get: Registry['get'] = () => {
    if (entry.manifest === undefined) throw new Error('the entry has no manifest')
    return {...entry, manifest: entry.manifest}
  }
  const home = `${tmpdir()}/vibe-no-such-home`
  const config = loadConfig({cwd: tmpdir(), env: {HOME: home, ...env}, trusted: false})
  const registry = {entries: [entry], get, implementer: () => undefined}
  const named = {name: 'mine', instance, origin: {layer: 'user' as const}}
  return buildInstance(named, {config, registry, selection: {}, env, dataFolder: home})
}
