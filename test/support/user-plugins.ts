import {cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {ROOT} from './sandbox.ts'

/** A plugin as the user would have it: its files, a fixture of test/fixtures/plugins, or nothing where its folder is gone. */
export type UserPlugin = {
  name: string
  /** A folder of test/fixtures/plugins to start from. */
  fixture?: string
  files?: Record<string, string>
  /** Symbolic links in its folder: name to target. */
  links?: Record<string, string>
}

const CAPABILITIES = [
  'chat',
  'streaming',
  'tools',
  'vision',
  'reasoning',
  'embeddings',
  'modelListing',
  'tokenCounting',
]

/** Puts plugins where `vibe plugins install` leaves them, and writes the list that it keeps. */
export function installPlugins(home: string, plugins: readonly UserPlugin[]): void {
  const data = join(home, '.local/share/vibe-coder')
  mkdirSync(data, {recursive: true})
  for (const plugin of plugins) placePlugin(join(data, 'node_modules', plugin.name), plugin)
  const oclif = {schema: 1, plugins: plugins.map(({name}) => ({name, type: 'user', tag: 'latest'}))}
  const dependencies = Object.fromEntries(plugins.map(({name}) => [name, '1.0.0']))
  writeFileSync(join(data, 'package.json'), JSON.stringify({private: true, oclif, dependencies}))
}

/** Writes one plugin's folder. */
export function placePlugin(folder: string, {name, fixture, files = {}, links = {}}: UserPlugin): void {
  if (fixture !== undefined) {
    cpSync(join(ROOT, 'test/fixtures/plugins', fixture), folder, {recursive: true})
    const pjson = join(folder, 'package.json')
    const changed = {...(JSON.parse(readFileSync(pjson, 'utf8')) as object), name}
    writeFileSync(pjson, JSON.stringify(changed))
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), {recursive: true})
    writeFileSync(join(folder, path), text)
  }
  for (const [path, target] of Object.entries(links)) symlinkSync(target, join(folder, path))
}

/** A package.json that offers one provider; `oclif` is what it declares to oclif. */
export function packageJson(name: string, oclif: object = {}): string {
  const vibe = {apiVersion: 1, providers: ['./vibe.provider.json']}
  return JSON.stringify({name, version: '1.0.0', type: 'module', oclif, vibe})
}

/** A manifest that needs no key; `changes` replace its members. */
export function manifestOf(id: string, changes: object = {}): string {
  return JSON.stringify({
    apiVersion: 1,
    id,
    name: id,
    entry: {module: './index.js'},
    endpoint: {default: 'http://127.0.0.1:9/v1', local: true},
    auth: [{kind: 'none'}],
    capabilities: Object.fromEntries(CAPABILITIES.map((name) => [name, 'no'])),
    settings: {type: 'object', additionalProperties: false, properties: {}},
    models: {source: 'live', default: 'm'},
    ...changes,
  })
}

/** A plugin whose answer is what a generator's body yields. */
export function chatPlugin(name: string, id: string, body: string): UserPlugin {
  const module = `export const createProvider = () => ({
  id: ${JSON.stringify(id)},
  async *chat(request, options) {
    yield {type: 'response-start', warnings: []}
${body}
    yield {type: 'text-start', index: 0}
    yield {type: 'text-delta', index: 0, text: 'from the plugin'}
    yield {type: 'text-end', index: 0}
    yield {type: 'response-end', stopReason: 'end-turn', usage: {}}
  },
  validateConnection: async () => ({ok: true, latencyMs: 0, warnings: []}),
})
`
  return {
    name,
    files: {'package.json': packageJson(name), 'vibe.provider.json': manifestOf(id), 'index.js': module},
  }
}
