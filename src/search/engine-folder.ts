import {join} from 'node:path'
import {projectKey} from '../files/project-key.ts'

/**
 * Where the index of a project is kept.
 * @param cache the folder of all caches
 * @param root the project's real path
 */
export function indexFolder(cache: string, root: string): string {
  return join(cache, 'index', projectKey(root))
}
