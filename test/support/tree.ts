import {execFileSync} from 'node:child_process'
import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {filesUnder} from '../../src/build/files.ts'

export const root = join(import.meta.dirname, '../..')

export type Source = {
  /** From the repository's root, with forward slashes. */
  path: string
  text: string
}

const SKIPPED = /(^|\/)(node_modules|dist|fixtures|demo|sample)\/|\.validator\.(cjs|d\.cts)$/

/** Our own code below some folders; what stands for someone else's project or is generated is left out. */
export async function codeUnder(...folders: string[]): Promise<Source[]> {
  const found = (await Promise.all(folders.map((folder) => filesUnder(join(root, folder))))).flat()
  const paths = found.map((path) => path.slice(root.length + 1).replaceAll('\\', '/'))
  const ours = paths.filter((path) => /\.(ts|js|cjs|mjs)$/.test(path) && !SKIPPED.test(path))
  return ours.map((path) => ({path, text: readFileSync(join(root, path), 'utf8')}))
}

/** The folders of the workspace's packages that are published, from the repository's root. */
export async function packages(): Promise<string[]> {
  const found = await filesUnder(join(root, 'plugins'))
  const pattern = /^plugins\/[^/]+(?=\/package\.json$)/
  const all = found.flatMap((path) => pattern.exec(path.slice(root.length + 1).replaceAll('\\', '/'))?.[0] ?? [])
  return all.filter((folder) => !isPrivate(join(root, folder, 'package.json')))
}

function isPrivate(file: string): boolean {
  return (JSON.parse(readFileSync(file, 'utf8')) as {private?: boolean}).private === true
}

/** Every text file that is or would be committed, the lock file apart. */
export function committedText(): Source[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {cwd: root})
  const paths = listed
    .toString()
    .split('\0')
    .filter((path) => path !== '' && path !== 'package-lock.json')
  const present = paths.filter((path) => existsSync(join(root, path)))
  const sources = present.map((path) => ({path, text: readFileSync(join(root, path), 'utf8')}))
  return sources.filter(({text}) => !text.includes('\0'))
}
