import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {Figure} from './figures.ts'
import {byTurns, quickest, wall, type Program} from './measure.ts'
import {say, startModel, type ModelServer} from './server.ts'
import {makePlace, version, type Place} from './vibe.ts'

const PLUGINS = 30

/** What installed providers without commands cost commands that do not use them: nothing, but for noise. */
export async function measurePlugins(runs: number): Promise<Figure[]> {
  const model = await startModel(() => say('done'))
  const [bare, full] = [await makePlace(), await makePlace()]
  await installProviders(full.home, PLUGINS)
  const once = {
    versionBare: () => wall(at(version, bare)),
    versionFull: () => wall(at(version, full)),
    bare: () => firstRequest(bare.oneShot(model.endpoint), model),
    full: () => firstRequest(full.oneShot(model.endpoint), model),
  }
  const got = await byTurns(runs * 4, once, quickest)
  await model.close()
  await bare.remove()
  await full.remove()
  const limit = {of: 'ratio', most: 1.05} as const
  const without = (value: number) => ({what: 'without plugins', value})
  return [
    {
      name: `--version with ${PLUGINS} providers`,
      value: got.versionFull,
      unit: 'ms',
      floor: without(got.versionBare),
      limit,
    },
    {name: `first request with ${PLUGINS} providers`, value: got.full, unit: 'ms', floor: without(got.bare), limit},
  ]
}

function at(program: Program, {home}: Place): Program {
  return {...program, env: {...program.env, HOME: home}}
}

async function firstRequest(program: Program, model: ModelServer): Promise<number> {
  model.arrivals.length = 0
  const started = performance.now()
  await wall(program)
  const first = model.arrivals[0]
  if (first === undefined) throw new Error('no request came')
  return first.at - started
}

/** As `vibe plugins install` leaves them: in node_modules of the data folder, listed in its package.json. Every other one has code. */
async function installProviders(home: string, count: number): Promise<void> {
  const data = join(home, '.local/share/vibe-coder')
  const names = Array.from({length: count}, (_, index) => `vibe-provider-bench-${index}`)
  for (const [index, name] of names.entries()) await installProvider(join(data, 'node_modules', name), {name, index})
  const plugins = names.map((name) => ({name, type: 'user', tag: 'latest'}))
  const dependencies = Object.fromEntries(names.map((name) => [name, '1.0.0']))
  await writeFile(
    join(data, 'package.json'),
    JSON.stringify({private: true, oclif: {schema: 1, plugins}, dependencies}),
  )
}

async function installProvider(folder: string, {name, index}: {name: string; index: number}): Promise<void> {
  const id = `bench-${index}`
  const vibe = {apiVersion: 1, providers: ['./vibe.provider.json']}
  await mkdir(folder, {recursive: true})
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({name, version: '1.0.0', type: 'module', oclif: {}, vibe}),
  )
  const code = index % 2 === 0
  const manifest = {
    apiVersion: 1,
    id,
    name: `Bench ${index}`,
    ...(code ? {entry: {module: './index.js'}} : {protocol: 'openai-chat', quirks: []}),
    endpoint: {default: `https://bench-${index}.example.com/v1`},
    auth: [{kind: 'api-key', env: [`BENCH_${index}_KEY`]}],
    capabilities: Object.fromEntries(CAPABILITIES.map((capability) => [capability, 'model'])),
    settings: {type: 'object', additionalProperties: false, properties: {}},
    models: {
      source: 'catalog',
      asOf: '2026-10-01',
      default: 'model-0',
      catalog: Array.from({length: 20}, (_, model) => ({
        id: `model-${model}`,
        name: `Model ${model}`,
        kind: 'chat',
        contextWindow: 200_000,
        maxOutput: 64_000,
        input: ['text', 'image'],
        price: {input: 1, output: 5},
      })),
    },
  }
  await writeFile(join(folder, 'vibe.provider.json'), JSON.stringify(manifest, undefined, 2))
  if (code) await writeFile(join(folder, 'index.js'), "export const createProvider = () => ({id: 'never used'})\n")
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
