import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Program} from './measure.ts'

const program = join(import.meta.dirname, '../bin/run.js')
const bareClient = join(import.meta.dirname, 'bare-client.mjs')

export const emptyNode: Program = {argv: ['-e', '0']}
export const version: Program = {argv: [program, '--version']}

export type Place = {
  home: string
  /** One task, answered by the model at this endpoint, in an empty project with a home of its own. */
  oneShot: (endpoint: string) => Program
  bare: (endpoint: string) => Program
  /** A talk in the same project. */
  chat: (endpoint: string) => Program
  /** What a shell's script asks at a press of TAB. */
  complete: (argv: string[]) => Program
  remove: () => Promise<void>
}

/** A home whose caches stay warm between runs, as a user's do. */
export async function makePlace(): Promise<Place> {
  const home = await mkdtemp(join(tmpdir(), 'vibe-bench-home-'))
  const cwd = await mkdtemp(join(tmpdir(), 'vibe-bench-project-'))
  const own = {HOME: home, XDG_CONFIG_HOME: '', XDG_DATA_HOME: '', XDG_CACHE_HOME: '', NODE_COMPILE_CACHE: undefined}
  return {
    home,
    oneShot: (endpoint) => ({
      argv: [program, 'run', '--yes', '--max-turns', '100', 'go'],
      cwd,
      env: {...own, VIBE_CODER_ENDPOINT: endpoint, VIBE_CODER_MODEL: 'scripted'},
    }),
    chat: (endpoint) => ({
      argv: [program, 'chat'],
      cwd,
      env: {...own, VIBE_CODER_ENDPOINT: endpoint, VIBE_CODER_MODEL: 'scripted'},
    }),
    complete: (argv) => ({argv: [program, '__complete', ...argv], cwd, env: own}),
    bare: (endpoint) => ({argv: [bareClient, endpoint], cwd}),
    remove: async () => {
      for (const folder of [home, cwd]) await rm(folder, {recursive: true, force: true, maxRetries: 3})
    },
  }
}
