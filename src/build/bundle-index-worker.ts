import {build} from 'esbuild'
import {join} from 'node:path'
import {COMMON, finished} from './bundle.ts'
import {writeChanged} from './files.ts'

/** The thread of the index, in a file of its own: it needs nothing of oclif, which the chunks of the command line hold. */
export async function bundleIndexWorker(root: string): Promise<void> {
  const entryPoints = [join(root, 'src/search/worker.ts')]
  const outfile = join(root, 'dist/index-worker.js')
  const {outputFiles} = await build({...COMMON, absWorkingDir: root, entryPoints, outfile})
  for (const file of outputFiles) await writeChanged(file.path, finished(file.text))
}
