import {createHash} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import {join, relative} from 'node:path'
import {filesUnder} from './files.ts'

const ROOT_FILES = ['package.json', 'package-lock.json', 'oclif.manifest.json', 'src/build/tsconfig.base.json']

/** The example whose code new providers begin with. */
export const exampleFolder = 'examples/vibe-provider-globex'

/**
 * @param plugins the folders of the workspace packages
 * @returns a digest that changes when anything changes that the build reads
 */
export async function inputsDigest(root: string, plugins: readonly string[]): Promise<string> {
  const folders = [
    join(root, 'src'),
    join(root, 'bin'),
    join(root, exampleFolder),
    ...plugins.map((folder) => join(folder, 'src')),
  ]
  const sources = (await Promise.all(folders.map(filesUnder))).flat()
  const single = [
    ...ROOT_FILES.map((name) => join(root, name)),
    ...plugins.map((folder) => join(folder, 'package.json')),
  ]
  const hash = createHash('sha256').update(process.version)
  for (const path of [...sources, ...single]) {
    hash.update(relative(root, path)).update('\0')
    hash.update(await readFile(path).catch(() => '(absent)')).update('\0')
  }
  return hash.digest('hex')
}
