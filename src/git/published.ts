import {oneLine, type Repository} from './repository.ts'

/** A remote-tracking branch that has a commit: whoever took it back would leave others with it. undefined: none has. */
export async function publishedIn(repository: Repository, commit: string): Promise<string | undefined> {
  const args = ['for-each-ref', '--count=1', '--format=%(refname:short)', `--contains=${commit}`, 'refs/remotes']
  const name = oneLine(await repository.output(args, 'looking at its remotes', {timeoutMs: 30_000}))
  return name === '' ? undefined : name
}
