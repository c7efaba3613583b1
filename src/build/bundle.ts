import {build, type BuildOptions, type Metafile} from 'esbuild'
import {join, relative} from 'node:path'
import {builtins} from './builtins.ts'
import {bundleGrammars} from './bundle-grammars.ts'
import {oneCore} from './one-core.ts'
import {patches} from './patches.ts'
import {filesUnder, writeChanged, removeOthers} from './files.ts'
import {lazyOclif} from './lazy-oclif.ts'
import {lightNamespaces} from './light-namespaces.ts'
import {thirdPartyLicenses} from './licenses.ts'

/** What CommonJS packages inside an ES module bundle expect to find around them. */
const COMMONJS_SURROUNDINGS = [
  `const require = process.getBuiltinModule('node:module').createRequire(import.meta.url)`,
  'const __filename = import.meta.filename, __dirname = import.meta.dirname\n',
].join('\n')

export const COMMON = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.13',
  charset: 'utf8',
  legalComments: 'inline',
  metafile: true,
  write: false,
  logLevel: 'silent',
  plugins: [builtins, lazyOclif, patches],
} as const satisfies BuildOptions

/** One self-contained file for each provider plugin: its SDK loads twice as fast as from many files. */
export async function bundleProvider(root: string, folder: string): Promise<string[]> {
  return bundle(root, {
    ...COMMON,
    entryPoints: [join(folder, 'src/index.ts')],
    outfile: join(folder, 'dist/index.js'),
  })
}

/** The rules that vibe applies to manifests, as one file of the conformance kit, which cannot import vibe. */
export async function bundleRules(root: string): Promise<void> {
  const result = await build({
    ...COMMON,
    absWorkingDir: root,
    entryPoints: [join(root, 'src/providers/author-rules.ts')],
    outfile: join(root, 'plugins/vibe-plugin-testkit/dist/vibe-rules.js'),
  })
  for (const file of result.outputFiles) await writeChanged(file.path, finished(file.text))
}

/**
 * The command line itself. Chunks are shared, so that a command and the start use the same oclif, and what is imported
 * on demand stays out of the way of what is not.
 */
export async function bundleRoot(root: string): Promise<string[]> {
  const sources = [...(await filesUnder(join(root, 'src/commands'))), ...(await filesUnder(join(root, 'src/hooks')))]
  const entries = sources.filter((path) => path.endsWith('.ts')).map((path) => relative(join(root, 'src'), path))
  const named = entries.map((path) => ({in: join(root, 'src', path), out: path.replace(/\.ts$/, '')}))
  const core = [join(root, 'bin/start.ts'), join(root, 'src/commands/run.ts')]
  const beside = await bundleGrammars(root)
  const options = {
    ...COMMON,
    entryPoints: [
      {in: join(root, 'bin/start.ts'), out: 'start'},
      {in: join(root, 'src/help.ts'), out: 'help'},
      ...named,
    ],
    outdir: join(root, 'dist'),
    chunkNames: 'chunks/[name]-[hash]',
    splitting: true,
    plugins: [oneCore(root, core), ...COMMON.plugins],
    // oclif looks for a compiler when it runs from sources; vibe never asks it to.
    external: ['@oclif/plugin-*', 'typescript'],
  } satisfies BuildOptions
  return bundle(root, options, beside)
}

/**
 * @param beside what else goes out with the bundle, for its licences
 * @returns the paths of the files that the bundle consists of
 */
async function bundle(
  root: string,
  options: BuildOptions & {write: false; metafile: true},
  beside: readonly string[] = [],
): Promise<string[]> {
  const result = await build({...options, absWorkingDir: root})
  const folder = options.outdir ?? join(options.outfile ?? '', '..')
  const licenses = join(folder, 'THIRD-PARTY-LICENSES')
  for (const file of result.outputFiles) await writeChanged(file.path, finished(file.text))
  await writeChanged(licenses, await thirdPartyLicenses(root, [...bundledFiles(result.metafile), ...beside]))
  const written = [...result.outputFiles.map((file) => file.path), licenses]
  for (const part of ['commands', 'hooks', 'chunks']) await removeOthers(join(folder, part), written)
  return written
}

/** What esbuild wrote, as it is published. */
export function finished(text: string): string {
  return withSurroundings(lightNamespaces(text))
}

/** Making a `require` takes time, so that only files get one in which somebody asks for it. */
function withSurroundings(text: string): string {
  return /\brequire\b(?!_)|\b__(file|dir)name\b/.test(text) ? `${COMMONJS_SURROUNDINGS}${text}` : text
}

function bundledFiles(metafile: Metafile): string[] {
  const used = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs))
  return used.filter(([, {bytesInOutput}]) => bytesInOutput > 0).map(([path]) => path)
}
