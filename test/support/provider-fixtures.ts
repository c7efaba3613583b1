import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {loadConfig} from '../../src/config/load.ts'
import type {LoadedConfig} from '../../src/config/values.ts'
import {readRegistry} from '../../src/providers/registry.ts'
import type {PluginSource, Registry} from '../../src/providers/types.ts'

const CAPABILITIES = Object.fromEntries(
  ['chat', 'streaming', 'tools', 'vision', 'reasoning', 'embeddings', 'modelListing', 'tokenCounting'].map((name) => [
    name,
    'no',
  ]),
)

export type Fixture = {
  id: string
  endpoint?: object
  auth?: object[]
  settings?: object
  models?: object
  /** The body of the module; by default it offers nothing. */
  module?: string
}

/** Writes a provider package as it would be installed, from the few members a test cares about. */
export function writePlugin(folder: string, fixture: Fixture): PluginSource {
  const name = `vibe-provider-${fixture.id}`
  const root = join(folder, name)
  const manifest = {
    apiVersion: 1,
    id: fixture.id,
    name: fixture.id.toUpperCase(),
    entry: {module: './index.js', implements: fixture.id === 'openai-compatible' ? ['openai-chat'] : []},
    endpoint: fixture.endpoint ?? {
      ...(fixture.id === 'openai-compatible' && {required: true}),
      default: `https://api.${fixture.id}.example/v1`,
      env: [`${variable(fixture.id)}_BASE_URL`],
    },
    auth: fixture.auth ?? [{kind: 'api-key', env: [`${variable(fixture.id)}_API_KEY`]}],
    capabilities: CAPABILITIES,
    settings: {type: 'object', additionalProperties: false, properties: fixture.settings ?? {}},
    models: fixture.models ?? {source: 'live'},
  }
  const pjson = {
    name,
    version: '1.0.0',
    type: 'module',
    oclif: {},
    vibe: {apiVersion: 1, providers: ['./vibe.provider.json']},
  }
  mkdirSync(root, {recursive: true})
  writeFileSync(join(root, 'package.json'), JSON.stringify(pjson))
  writeFileSync(join(root, 'vibe.provider.json'), JSON.stringify(manifest))
  writeFileSync(join(root, 'index.js'), fixture.module ?? 'export const createProvider = () => ({})')
  return {name, version: '1.0.0', type: 'core', root, pjson}
}

export async function registryOf(folder: string, fixtures: Fixture[]): Promise<Registry> {
  const plugins = fixtures.map((fixture) => writePlugin(folder, fixture))
  return readRegistry({plugins, cacheFolder: join(folder, 'cache'), vibeVersion: '0.1.0', prefer: {}})
}

/** Configuration from real files and variables, in a home of the test's own. */
export function configOf(
  folder: string,
  content: object = {},
  env: Record<string, string> = {},
): {config: LoadedConfig; env: Record<string, string>} {
  const config = join(folder, 'config', 'vibe-coder')
  mkdirSync(config, {recursive: true, mode: 0o700})
  writeFileSync(join(config, 'config.json'), JSON.stringify(content, undefined, 2))
  const whole = {
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_DATA_HOME: join(folder, 'data'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    ...env,
  }
  return {config: loadConfig({cwd: folder, env: whole, trusted: false}), env: whole}
}

function variable(id: string): string {
  return id.replaceAll('-', '_').toUpperCase()
}
