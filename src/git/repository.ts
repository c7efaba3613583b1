import {readFileSync, realpathSync, statSync} from 'node:fs'
import {join, resolve} from 'node:path'
import type {Environment} from '../paths.ts'
import {foreignSettings, type ForeignSettings} from './foreign-settings.ts'
import {firstLine, gitFailure} from './problems.ts'
import {runGit, type GitResult, type GitRun} from './run.ts'

export type Asking = {env: Environment; signal: AbortSignal}

export type RunOptions = Partial<Omit<GitRun, 'cwd' | 'env' | 'signal'>>

/** A repository with its working files, and git in it with nothing of the repository's own that would run. */
export type Repository = {
  /** Real path of the working files. */
  root: string
  /** Of this worktree: HEAD and index lie here. */
  gitDir: string
  /** Filters that only the repository's configuration defines; they never run. */
  foreignFilters: ReadonlySet<string>
  /** The user's own configuration asks for signed commits. */
  signs: boolean
  run: (args: readonly string[], options?: RunOptions) => Promise<GitResult>
  /** The output of a command that must succeed. @throws VibeError */
  output: (args: readonly string[], what: string, options?: RunOptions) => Promise<Buffer>
}

/**
 * missing: no git; outside: no repository here; bare: one without working files; refused: git or vibe does not want it.
 * `reason` is a sentence for people.
 */
export type NoRepository = {none: 'missing' | 'outside' | 'bare' | 'refused'; reason: string; hint?: string}
export type Opened = {repository: Repository} | NoRepository

/** The repository that a folder belongs to. @param folder an absolute path that exists */
export async function openRepository(folder: string, asking: Asking): Promise<Opened> {
  const {env, signal} = asking
  const ask = async (what: string) => runGit(['rev-parse', what], {cwd: folder, env, signal})
  const [top, dir] = await Promise.all([ask('--show-toplevel'), ask('--absolute-git-dir')])
  if (top.state !== 'done') return noRepository(top)
  if (dir.state !== 'done') return noRepository(dir)
  const [root, gitDir] = [oneLine(top.stdout), oneLine(dir.stdout)]
  if (!belongTogether(root, gitDir))
    return {none: 'refused', reason: 'The configuration of the repository places its files elsewhere (core.worktree).'}
  const real = realpathSync(root)
  const foreign = await foreignSettings({cwd: real, env, signal})
  return {repository: repositoryAt({root: real, gitDir: realpathSync(gitDir), foreign}, asking)}
}

type Place = {root: string; gitDir: string; foreign: ForeignSettings}

function repositoryAt({root, gitDir, foreign}: Place, asking: Asking): Repository {
  const run: Repository['run'] = (args, options = {}) =>
    runGit(args, {cwd: root, ...asking, ...options, settings: [...foreign.settings, ...(options.settings ?? [])]})
  return {
    root,
    gitDir,
    foreignFilters: foreign.filters,
    signs: foreign.signs,
    run,
    output: async (args, what, options) => {
      const result = await run(args, options)
      if (result.state !== 'done') {
        asking.signal.throwIfAborted()
        throw gitFailure(result, what)
      }
      return result.stdout
    },
  }
}

function noRepository(result: GitResult): NoRepository {
  const {state, stderr} = result
  if (state === 'missing') return {none: 'missing', reason: 'There is no git on PATH.', hint: 'Install git'}
  if (/not a git repository/.test(stderr)) return {none: 'outside', reason: 'This folder is in no git repository.'}
  if (/must be run in a work tree|cannot use bare repository/.test(stderr))
    return {none: 'bare', reason: 'This repository has no working files.'}
  if (/dubious ownership/.test(stderr)) {
    const {message, hint} = gitFailure(result, 'opening the repository')
    return {none: 'refused', reason: message, ...(hint === undefined ? {} : {hint})}
  }
  return {none: 'refused', reason: `git does not open this repository: ${firstLine(stderr)}`}
}

/** Whether the root's own `.git` leads to the git folder: a repository may not claim files that lie around it. */
function belongTogether(root: string, gitDir: string): boolean {
  try {
    const dot = join(root, '.git')
    if (statSync(dot).isDirectory()) return realpathSync(dot) === realpathSync(gitDir)
    const target = /^gitdir: (.+?)\r?\n?$/s.exec(readFileSync(dot, 'utf8'))?.[1]
    return target !== undefined && realpathSync(resolve(root, target)) === realpathSync(gitDir)
  } catch {
    return false // no .git at the place that is said to be the root
  }
}

/** git ends its answer with one line feed; a name may hold more. */
export function oneLine(output: Buffer): string {
  return output.toString('utf8').replace(/\n$/, '')
}
