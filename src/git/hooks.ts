import {constants} from 'node:fs'
import {access} from 'node:fs/promises'
import {join, resolve} from 'node:path'
import {oneLine, type Repository} from './repository.ts'

const OF_A_COMMIT = ['pre-commit', 'commit-msg', 'post-commit']

/** The hooks that a commit would run here; looked at, not run. */
export async function commitHooks(repository: Repository): Promise<string[]> {
  const result = await repository.run(['rev-parse', '--git-path', 'hooks'], {hooks: 'look'})
  if (result.state !== 'done') return []
  const folder = resolve(repository.root, oneLine(result.stdout))
  const found: string[] = []
  for (const name of OF_A_COMMIT) if (await isExecutable(join(folder, name))) found.push(name)
  return found
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
