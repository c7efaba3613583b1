import {build} from 'esbuild'
import {basename, join} from 'node:path'
import {GRAMMARS} from '../ui/markdown/languages.ts'
import {removeOthers, writeChanged} from './files.ts'

const SOURCE = 'node_modules/highlight.js/lib'

/**
 * What colours code: the highlighter, and each language in a file of its own, which is loaded at once when code in it
 * comes. An import would be too late for a line that is to be shown now.
 * @returns the files that they were made from
 */
export async function bundleGrammars(root: string): Promise<string[]> {
  const folder = join(root, 'dist/grammars')
  const result = await build({
    absWorkingDir: root,
    // By path, since a bundler takes the modules of a package for import, and these are required.
    entryPoints: ['core', ...GRAMMARS.map((name) => `languages/${name}`)].map((name) => join(SOURCE, `${name}.js`)),
    outdir: folder,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22.13',
    charset: 'utf8',
    minify: true,
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'silent',
  })
  const files = result.outputFiles.map((file) => ({
    path: join(folder, basename(file.path).replace(/\.js$/, '.cjs')),
    text: file.text,
  }))
  for (const {path, text} of files) await writeChanged(path, text)
  await removeOthers(
    folder,
    files.map(({path}) => path),
  )
  return Object.keys(result.metafile.inputs)
}
