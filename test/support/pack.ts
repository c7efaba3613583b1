import {join} from 'node:path'
import {runProgram} from './program.ts'
import {packages, root} from './tree.ts'

export type Packed = {name: string; filename: string; files: string[]}

/**
 * @param destination the folder for the tarballs; without it nothing is written
 * @returns what `npm pack` puts into the package of vibe and of each plugin
 */
export async function packAll(destination?: string): Promise<Packed[]> {
  const places = [root, ...(await packages()).map((folder) => join(root, folder))]
  // The build has run; running it again for each package would only take time.
  const where = destination === undefined ? ['--dry-run'] : ['--pack-destination', destination]
  const run = await runProgram(['npm', 'pack', '--json', '--ignore-scripts', ...where, ...places], {cwd: root})
  if (run.code !== 0) throw new Error(`npm pack: ${run.stderr}`)
  const listed = JSON.parse(run.stdout) as Array<{name: string; filename: string; files: Array<{path: string}>}>
  return listed.map(({name, filename, files}) => ({name, filename, files: files.map(({path}) => path).sort()}))
}
