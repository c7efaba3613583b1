import {mkdir, mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {oneLine, type Repository} from './repository.ts'

/** A private folder for an index of our own, and for objects that shall not stay. */
export type Scratch = {
  folder: string
  /** Lets git work with an index that is not the user's. */
  index: Record<string, string>
  /** The same, and what it writes of objects is gone with the scratch. */
  passing: Record<string, string>
}

export async function withScratch<Result>(
  repository: Repository,
  work: (scratch: Scratch) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'vibe-git-'))
  try {
    const objects = join(folder, 'objects')
    await mkdir(objects)
    const real = oneLine(await repository.output(['rev-parse', '--git-path', 'objects'], 'finding its objects'))
    const index = {GIT_INDEX_FILE: join(folder, 'index')}
    const alternates = quoted(real.startsWith('/') ? real : join(repository.root, real))
    return await work({
      folder,
      index,
      passing: {...index, GIT_OBJECT_DIRECTORY: objects, GIT_ALTERNATE_OBJECT_DIRECTORIES: alternates},
    })
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}

/** The variable is a list; a quoted member may hold what ends one. */
function quoted(path: string): string {
  return /^"|[:;]/.test(path) && process.platform !== 'win32'
    ? `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
    : path
}
