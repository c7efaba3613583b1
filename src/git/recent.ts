import type {Head} from './head.ts'
import type {Repository} from './repository.ts'

/** The first lines of the latest commit messages, newest first: how people write them here. */
export async function recentSubjects(repository: Repository, head: Head, count = 8): Promise<string[]> {
  if (head.commit === undefined) return []
  const args = ['log', `--max-count=${count}`, '--no-merges', '--no-show-signature', '--format=%s', head.commit]
  const result = await repository.run(args)
  // A shallow or damaged history only costs the examples.
  if (result.state !== 'done') return []
  return result.stdout
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
}
