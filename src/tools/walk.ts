import {realpath} from 'node:fs/promises'
import {join, relative} from 'node:path'
import {listProjectFiles, type Walk} from '../git/project-files.ts'
import {isInside} from '../permissions/paths.ts'
import {protectionOf} from '../permissions/protection.ts'
import type {Target} from './target.ts'
import type {ToolContext} from './tool.ts'

/** The files below a folder that belong to the project and lie where their names say (`listProjectFiles`). */
export async function walkFiles({path, inside}: Target, context: ToolContext, signal: AbortSignal): Promise<Walk> {
  const walk = await listProjectFiles({root: context.root, folder: path, inside, env: context.env}, signal)
  return {files: await withoutLinkedFolders(path, walk.files, signal), partial: walk.partial}
}

/** What a search may show of a file without asking apart. */
export function mayShow(context: ToolContext, path: string): boolean {
  if (context.mayRead) return context.mayRead(path)
  const name = isInside(context.root, path) ? relative(context.root, path) : path
  return protectionOf(name)?.level !== 'secret'
}

/** Git still lists files below a folder that was swapped for a link; such files lie elsewhere and are left out. */
async function withoutLinkedFolders(folder: string, files: readonly string[], signal: AbortSignal): Promise<string[]> {
  const genuine = new Map<string, boolean>([['', true]])
  const kept: string[] = []
  for (const file of files) {
    if (signal.aborted) break
    const parent = file.slice(0, Math.max(0, file.lastIndexOf('/')))
    let known = genuine.get(parent)
    if (known === undefined) {
      const path = join(folder, parent)
      known = (await realpath(path).catch(() => undefined)) === path
      genuine.set(parent, known)
    }
    if (known) kept.push(file)
  }
  return kept
}
