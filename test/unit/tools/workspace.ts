import {execFileSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import type {JsonObject} from 'vibe-plugin-api'
import {applyChanges} from '../../../src/edits/journal/apply.ts'
import {journalPlace} from '../../../src/edits/journal/store.ts'
import {createLedger} from '../../../src/tools/ledger.ts'
import {
  ToolRefusal,
  type PreparedCall,
  type RunOptions,
  type Tool,
  type ToolContext,
  type ToolOutcome,
} from '../../../src/tools/tool.ts'

export type Workspace = {
  root: string
  /** A folder beside the root whose name begins like it. */
  outside: string
  context: ToolContext
  put: (path: string, content: string | Uint8Array) => string
  git: (...args: string[]) => void
  remove: () => void
}

export function makeWorkspace(): Workspace {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'vibe-tools-')))
  const root = join(base, 'proj')
  const outside = join(base, 'proj-evil')
  mkdirSync(root)
  mkdirSync(outside)
  const env = {PATH: process.env['PATH'], HOME: base, LANG: 'C.UTF-8'}
  return {
    root,
    outside,
    context: {
      root,
      ledger: createLedger(),
      env,
      apply: async (changes, {tool, signal}) => {
        const label = {kind: 'change' as const, title: 'a test', tool}
        await applyChanges({place: journalPlace(join(base, 'data'), root), changes, label, signal})
      },
    },
    put: (path, content) => {
      const whole = join(root, path)
      mkdirSync(dirname(whole), {recursive: true})
      writeFileSync(whole, content)
      return whole
    },
    git: (...args) => {
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
        cwd: root,
        env: {...env, GIT_CONFIG_NOSYSTEM: '1'},
        stdio: 'ignore',
      })
    },
    remove: () => rmSync(base, {recursive: true, force: true}),
  }
}

/** What the loop passes to a call; without arguments, one that nobody cancels or watches. */
export function options(signal?: AbortSignal, onOutput: RunOptions['onOutput'] = () => {}): RunOptions {
  return {signal: signal ?? new AbortController().signal, onOutput}
}

export function prepare(tool: Tool, input: JsonObject, {context}: Workspace): Promise<PreparedCall> {
  return tool.prepare(input, context)
}

/** Prepares and executes, as the loop does once everything is allowed. */
export async function call(tool: Tool, input: JsonObject, workspace: Workspace): Promise<ToolOutcome> {
  const prepared = await tool.prepare(input, workspace.context)
  return prepared.execute(options())
}

/** The refusal of a call; fails when it is not refused. */
export async function refusal(work: Promise<unknown>): Promise<ToolRefusal> {
  try {
    await work
  } catch (error) {
    if (error instanceof ToolRefusal) return error
    throw error
  }
  throw new Error('the call was not refused')
}
