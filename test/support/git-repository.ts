import {execFileSync} from 'node:child_process'
import {chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'

/** A real repository in a folder of its own, with a user of its own. */
export type TestRepository = {
  /** Holds home and repository. */
  base: string
  root: string
  env: Record<string, string>
  git: (...args: string[]) => string
  gitIn: (folder: string, ...args: string[]) => string
  write: (name: string, text: string | Uint8Array) => void
  read: (name: string) => string
  /** Commits these texts at these names. @returns the commit */
  commit: (files: Record<string, string>) => string
  /** A program that leaves a mark, and whether it did. */
  canary: {program: string; sang: () => boolean}
  remove: () => void
}

export function createRepository(...initArguments: string[]): TestRepository {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'vibe-repo-')))
  const root = join(base, 'repo')
  const home = join(base, 'home')
  mkdirSync(root)
  mkdirSync(home)
  const env = {PATH: process.env['PATH'] ?? '', HOME: home}
  const options = (cwd: string) => ({
    cwd,
    env: {...env, GIT_ALLOW_PROTOCOL: 'file'},
    stdio: 'pipe' as const,
    encoding: 'utf8' as const,
  })
  const gitIn = (folder: string, ...args: string[]) => execFileSync('git', args, options(folder)).replace(/\n$/, '')
  const git = (...args: string[]) => gitIn(root, ...args)
  const write = (name: string, text: string | Uint8Array) => {
    mkdirSync(dirname(join(root, name)), {recursive: true})
    writeFileSync(join(root, name), text)
  }
  const canaryFile = join(base, 'canary.sh')
  writeFileSync(canaryFile, `#!/bin/sh\ntouch ${base}/sang\ncat 2>/dev/null\n`)
  chmodSync(canaryFile, 0o755)
  git('init', '-q', '-b', 'main', ...initArguments)
  execFileSync('git', ['config', '--global', 'user.name', 'Ada'], options(root))
  execFileSync('git', ['config', '--global', 'user.email', 'ada@example.com'], options(root))
  return {
    base,
    root,
    env,
    git,
    gitIn,
    write,
    read: (name) => readFileSync(join(root, name), 'utf8'),
    commit(files) {
      for (const [name, text] of Object.entries(files)) write(name, text)
      git('add', '-f', '--', ...Object.keys(files))
      git('commit', '-q', '-m', `add ${Object.keys(files).join(' ')}`)
      return git('rev-parse', 'HEAD')
    },
    canary: {program: canaryFile, sang: () => existsSync(join(base, 'sang'))},
    remove: () => rmSync(base, {recursive: true, force: true}),
  }
}
