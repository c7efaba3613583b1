import {spawn} from 'node:child_process'
import {cpSync, mkdtempSync, realpathSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {delimiter, dirname, join} from 'node:path'
import {openInstance, openWorkplace, type Host} from '../agent/open.ts'
import {createBudget} from '../agent/limits.ts'
import {openSession} from '../agent/session.ts'
import {ExitCode} from '../exit-codes.ts'
import type {Environment} from '../paths.ts'
import {yesRules} from '../permissions/rules.ts'
import {buildInstance} from '../providers/instances.ts'
import type {EditEvent} from '../agent/events.ts'
import {diffLines, diffScreen} from './diff.ts'
import {markdownFor} from './markdown/for-output.ts'
import {createPlainFace} from './plain.ts'
import {styleFor, type Output} from './style.ts'
import {wrapWords} from './wrap.ts'

const PROVIDER = 'replay'
const PROMPT = 'A test of this project fails. Find out why and mend it.'
/** The sample's tests take well under a second; a machine that needs longer than this hangs. */
const TEST_TIMEOUT_MS = 30_000

export type DemoResult = {green: boolean; project: string; diff: string}

/** The real agent on recorded answers: it mends a failing test in a copy of a sample project. No key, no network. */
export async function runDemo(host: Host, streams: {out: Output; signal: AbortSignal}): Promise<DemoResult> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'vibe-demo-')))
  const project = join(folder, 'greet')
  const workplace = await openWorkplace({...host, cwd: folder, env: ownEnvironment(host.env, folder)}, {})
  const entry = workplace.registry.get(PROVIDER)
  cpSync(join(entry.plugin.root, 'demo', 'project'), project, {recursive: true})
  const there = {...workplace, root: project}
  const instance = demoInstance(workplace)
  const ready = await openInstance(there, instance)
  const session = openSession(there, {}, yesRules())
  const style = styleFor(streams.out, host.env)
  const face = createPlainFace({
    markdown: await markdownFor(streams.out, host.env),
    out: {...streams.out, write: (text) => streams.out.write(text), isTTY: true},
    talk: streams.out,
    env: host.env,
    diffs: false,
  })
  const columns = streams.out.isTTY === true ? streams.out.columns : undefined
  const say = (text: string) => streams.out.write(wrapWords(text, columns))
  say(`${style.bold('vibe demo')}: the real agent at work. Its model's answers are recorded: no key, no network.\n`)
  say(`${style.dim(`Sample project: ${project}`)}\n\n› ${PROMPT}\n\n`)
  const edits: EditEvent[] = []
  for await (const event of session.turn([{type: 'text', text: PROMPT}], {
    ready,
    mode: 'code',
    signal: streams.signal,
    budget: createBudget({timeoutMs: TEST_TIMEOUT_MS}),
    recorded: true,
  })) {
    if (event.type === 'edit') edits.push(event)
    face.show(event)
  }
  session.close()
  const green = await testsPass(project, workplace.host.env, streams.signal)
  const screen = diffScreen(streams.out, host.env)
  const lines = edits.flatMap((edit) => diffLines(edit.diff, screen))
  streams.out.write(closingText({green, project, diff: lines.join('\n')}, style.bold('The change'), columns))
  return {green, project, diff: edits.map((edit) => edit.diff).join('')}
}

function demoInstance(workplace: Awaited<ReturnType<typeof openWorkplace>>) {
  return buildInstance(
    {name: 'demo', instance: {type: PROVIDER}, origin: {layer: 'default'}},
    {
      config: workplace.config,
      registry: workplace.registry,
      selection: {},
      env: workplace.host.env,
      dataFolder: workplace.homes.data,
    },
  )
}

/** A demo must not depend on, or write into, what the user has set up. */
function ownEnvironment(env: Environment, folder: string): Environment {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith('VIBE_CODER_'))
  return {
    ...Object.fromEntries(kept),
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_DATA_HOME: join(folder, 'data'),
    PATH: [dirname(process.execPath), env['PATH'] ?? ''].join(delimiter),
  }
}

/** Whether the sample's tests are green now: asked of the test runner itself, not of the recording. */
async function testsPass(project: string, env: Environment, signal: AbortSignal): Promise<boolean> {
  const {NODE_TEST_CONTEXT: _nested, ...own} = env
  const child = spawn(process.execPath, ['--test'], {
    cwd: project,
    env: own,
    stdio: 'ignore',
    signal,
    timeout: TEST_TIMEOUT_MS,
  })
  return new Promise((resolve) => {
    child.on('error', () => resolve(false))
    child.on('close', (code) => resolve(code === 0))
  })
}

function closingText({green, project, diff}: DemoResult, title: string, columns: number | undefined): string {
  if (!green) return `\n✗ The sample's tests are not green, so the demo failed. It lies in ${project}\n`
  return [
    '',
    title,
    '',
    diff,
    '',
    wrapWords("✓ The sample's tests were red and are green now; vibe ran them once more itself to be sure.", columns),
    '',
    'Go on with your own model:',
    '  vibe setup   two or three questions, then you can start',
    '  vibe         chat in the folder of your project',
    '  vibe run "fix the failing test" --yes   without a person',
    '',
  ].join('\n')
}

/** The demo's exit code: done only if the sample's tests really went green. */
export function demoExit(result: DemoResult): ExitCode {
  return result.green ? ExitCode.done : ExitCode.checkFailed
}
