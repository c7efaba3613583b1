import {spawn} from 'node:child_process'
import {delimiter, join} from 'node:path'

export type ToolRun = {ok: boolean; output: string; ms: number}

/**
 * Runs a development tool of this package (`tsc`, `oxlint`) and keeps what it says.
 * @param command the tool's name and its arguments
 */
export function runTool(root: string, command: readonly [string, ...string[]]): Promise<ToolRun> {
  const started = performance.now()
  const path = [join(root, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter)
  const [name, ...options] = command
  return new Promise((resolve) => {
    const child = spawn(name, options, {
      cwd: root,
      env: {...process.env, PATH: path},
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const finish = (ok: boolean) => resolve({ok, output, ms: Math.round(performance.now() - started)})
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', (error) => {
      output += `${name} could not be started: ${error.message}\n`
      finish(false)
    })
    child.on('close', (code) => finish(code === 0))
  })
}
