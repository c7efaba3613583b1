import {mkdir, mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {runProgram, type ProgramOptions, type ProgramRun} from './program.ts'
import {root} from './tree.ts'

/** The built command line with a home and a project folder of its own. */
export type VibeHome = {
  home: string
  project: string
  env: NodeJS.ProcessEnv
  run: (argv: readonly string[], options?: ProgramOptions) => Promise<ProgramRun>
  /** The same, with the files and packages that were loaded. */
  runRecorded: (
    argv: readonly string[],
    options?: ProgramOptions,
  ) => Promise<ProgramRun & {files: string[]; packages: string[]}>
  remove: () => Promise<void>
}

const program = join(root, 'bin/run.js')

export async function makeVibeHome(): Promise<VibeHome> {
  const folder = await mkdtemp(join(tmpdir(), 'vibe-home-'))
  const home = join(folder, 'home')
  const project = join(folder, 'project')
  await mkdir(home)
  await mkdir(project)
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    HOME: home,
    TMPDIR: folder,
    VIBE_CODER_CREDENTIAL_STORE: 'file',
  }
  const run = (argv: readonly string[], options: ProgramOptions = {}) =>
    runProgram([process.execPath, program, ...argv], {
      cwd: project,
      timeout: 60_000,
      ...options,
      env: {...env, ...options.env},
    })
  return {
    home,
    project,
    env,
    run,
    runRecorded: async (argv, options = {}) => {
      const list = join(folder, 'modules.txt')
      await rm(list, {force: true})
      const recorder = `--import=${join(root, 'test/support/record-modules.mjs')}`
      const result = await run(argv, {
        ...options,
        env: {...options.env, NODE_OPTIONS: recorder, VIBE_TEST_MODULES: list},
      })
      const files = (await readFile(list, 'utf8').catch(() => '')).split('\n').filter((path) => path !== '')
      return {...result, files, packages: await packagesIn(files)}
    },
    remove: () => rm(folder, {recursive: true, force: true, maxRetries: 3}),
  }
}

/** The packages whose code is in some files: by their path, and by the marks that the bundler leaves. */
async function packagesIn(files: readonly string[]): Promise<string[]> {
  const found = new Set<string>()
  for (const path of files) {
    if (path.startsWith('builtin:')) found.add(path)
    else for (const name of packageNames(`// ${path}\n${await readFile(path, 'utf8')}`)) found.add(name)
  }
  return [...found].sort()
}

function packageNames(text: string): string[] {
  return [...text.matchAll(/^\/\/ .*\bnode_modules\/((?:@[^/\s]+\/)?[^/\s]+)\//gm)].map((match) => match[1] ?? '')
}
