import {existsSync} from 'node:fs'
import {readFile, readdir} from 'node:fs/promises'
import {join, relative} from 'node:path'
import {bundleCompletion} from './bundle-completion.ts'
import {bundleIndexWorker} from './bundle-index-worker.ts'
import {bundleProvider, bundleRoot, bundleRules} from './bundle.ts'
import {filesUnder, removeOthers, writeChanged} from './files.ts'
import {exampleFolder, inputsDigest} from './inputs.ts'
import {runTool} from './run-tool.ts'

const root = join(import.meta.dirname, '../..')
const validators = join(import.meta.dirname, 'validators.ts')
const keyFile = join(root, 'dist/.build-key')

type Step = {name: string; run: () => Promise<unknown>}

function steps(plugins: string[]): Step[] {
  const providers = plugins.filter(
    (folder) => /vibe-provider-/.test(folder) && existsSync(join(folder, 'src/index.ts')),
  )
  return [
    {name: 'contract', run: () => emitPackage('vibe-plugin-api')},
    {name: 'validators', run: compileValidators},
    {name: 'rules for the testkit', run: () => bundleRules(root)},
    {name: 'testkit', run: () => emitPackage('vibe-plugin-testkit')},
    {name: 'schema for plugin authors', run: copyManifestSchema},
    {name: 'provider bundles', run: () => Promise.all(providers.map((folder) => bundleProvider(root, folder)))},
    {name: 'code for new providers', run: copyScaffold},
    {name: 'vibe bundle', run: () => bundleRoot(root)},
    {name: 'completion bundle', run: () => bundleCompletion(root)},
    {name: 'index worker bundle', run: () => bundleIndexWorker(root)},
    {name: 'command manifest', run: async () => (await import('./manifest.ts')).writeManifest(root)},
    {name: 'page of commands', run: async () => (await import('./commands-page.ts')).writeCommandsPage(root)},
  ]
}

/** What providers share is bundled into them from its sources, and a provider of data alone has no code. */
function isBuilt(folder: string): boolean {
  return !folder.endsWith('-wire') && existsSync(join(folder, 'src/index.ts'))
}

async function emitPackage(name: string): Promise<void> {
  const run = await runTool(root, ['tsc', '-b', `plugins/${name}`])
  if (!run.ok) throw new Error(run.output.trim())
}

/** Editors of third-party manifests read it from the contract's package. */
async function copyManifestSchema(): Promise<void> {
  const schema = await readFile(join(root, 'src/schema/provider-manifest.v1.schema.json'))
  await writeChanged(join(root, 'plugins/vibe-plugin-api/manifest.schema.json'), schema)
}

/** A new provider begins with the code of the example, which is tested as it stands. */
async function copyScaffold(): Promise<void> {
  const [from, to] = [join(root, exampleFolder), join(root, 'dist/scaffold')]
  const files = (await Promise.all(['src', 'test'].map((part) => filesUnder(join(from, part))))).flat()
  const copies = files.map((path) => ({path, copy: join(to, relative(from, path))}))
  for (const {path, copy} of copies) await writeChanged(copy, await readFile(path))
  await removeOthers(
    to,
    copies.map(({copy}) => copy),
  )
}

async function compileValidators(): Promise<void> {
  if (!existsSync(validators)) return
  const module = (await import(validators)) as {writeValidators: () => Promise<void>}
  await module.writeValidators()
}

async function build(): Promise<void> {
  const names = await readdir(join(root, 'plugins'))
  const plugins = names.map((name) => join(root, 'plugins', name))
  const built = [
    join(root, 'dist/start.js'),
    join(root, 'dist/complete.js'),
    join(root, 'dist/grammars/core.cjs'),
    join(root, 'dist/index-worker.js'),
    join(root, 'dist/scaffold/src/index.js'),
    ...plugins.filter(isBuilt).map((folder) => join(folder, 'dist/index.js')),
  ]
  const digest = await inputsDigest(root, plugins)
  const known = await readFile(keyFile, 'utf8').catch(() => '')
  if (known === digest && built.every((path) => existsSync(path)) && !process.argv.includes('--force')) return
  const started = performance.now()
  for (const step of steps(plugins)) {
    try {
      await step.run()
    } catch (error) {
      process.stderr.write(
        `build: the step "${step.name}" failed\n${error instanceof Error ? error.message : String(error)}\n`,
      )
      process.exitCode = 1
      return
    }
  }
  // Taken again: validators and the command manifest are written by the build and read by it.
  await writeChanged(keyFile, await inputsDigest(root, plugins))
  process.stdout.write(`built in ${((performance.now() - started) / 1000).toFixed(1)} s\n`)
}

await build()
