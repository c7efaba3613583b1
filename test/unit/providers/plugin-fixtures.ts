import {cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {readRegistry, type RegistryOptions} from '../../../src/providers/registry.ts'
import type {PluginSource, ProviderManifest, Registry, ResolvedInstance} from '../../../src/providers/types.ts'

const folder = join(import.meta.dirname, '../../fixtures/plugins')

/** A fixture plugin as oclif would hold it. */
export function fixture(name: string, changes: Partial<PluginSource> = {}): PluginSource {
  return sourceAt(join(folder, name), changes)
}

export function sourceAt(root: string, changes: Partial<PluginSource> = {}): PluginSource {
  const pjson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {name: string; version: string}
  return {name: pjson.name, version: pjson.version, type: 'user', root, pjson, ...changes}
}

export function fixtureManifest(name: string): ProviderManifest {
  return JSON.parse(readFileSync(join(folder, name, 'vibe.provider.json'), 'utf8')) as ProviderManifest
}

/** A copy of a fixture that a test may change. */
export function copyFixture(name: string, target: string): string {
  cpSync(join(folder, name), target, {recursive: true})
  return target
}

export function temporaryFolder(): {path: string; remove: () => void} {
  const path = mkdtempSync(join(tmpdir(), 'vibe-registry-'))
  return {path, remove: () => rmSync(path, {recursive: true, force: true})}
}

/** Plugins of the user's count as installed in the order given. */
export function registryOf(
  plugins: PluginSource[],
  options: Partial<RegistryOptions> & {cacheFolder: string},
): Promise<Registry> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'vibe-data-'))
  writeFileSync(join(dataFolder, 'package.json'), JSON.stringify({oclif: {plugins: plugins.map(({name}) => ({name}))}}))
  const registry = readRegistry({plugins, vibeVersion: '0.1.0', prefer: {}, dataFolder, ...options})
  return registry.finally(() => rmSync(dataFolder, {recursive: true}))
}

export function instanceOf(registry: Registry, id: string, changes: Partial<ResolvedInstance> = {}): ResolvedInstance {
  return {
    name: `my-${id}`,
    entry: registry.get(id),
    endpoint: 'https://api.example.com/v1/',
    headers: {},
    settings: {},
    credential: async () => ({kind: 'none'}),
    local: false,
    origin: {layer: 'user'},
    ...changes,
  }
}
