import {execFile} from 'node:child_process'
import {promisify} from 'node:util'

export type Shipped = {paths: string[]; packedBytes: number; unpackedBytes: number}

const PACK_MS = 60_000

/**
 * What `npm pack` would put into the package.
 * @throws Error when npm cannot be run or refuses
 */
export async function shippedFiles(root: string): Promise<Shipped> {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts']
  const npm = process.env['npm_execpath']
  // npm that runs us tells where it is; on Windows the command is a script, which needs a shell.
  const [program, first, shell] =
    npm?.endsWith('.js') && npm.includes('npm')
      ? [process.execPath, [npm], false]
      : ['npm', [], process.platform === 'win32']
  const run = promisify(execFile)(program, [...first, ...args], {
    cwd: root,
    shell,
    timeout: PACK_MS,
    maxBuffer: 64 * 1024 * 1024,
  })
  const {stdout} = await run
  const parsed: unknown = JSON.parse(stdout)
  // npm 12 answers with an object by package name, older ones with a list.
  const [packed] = (Array.isArray(parsed) ? parsed : Object.values(parsed as object)) as [
    {size: number; unpackedSize: number; files: Array<{path: string}>}?,
  ]
  if (packed === undefined) throw new Error('npm pack listed nothing')
  return {
    paths: packed.files.map(({path}) => path).sort(),
    packedBytes: packed.size,
    unpackedBytes: packed.unpackedSize,
  }
}
