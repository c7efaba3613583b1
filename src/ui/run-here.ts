import type {Environment} from '../paths.ts'
import {withoutInterrupts} from './without-interrupts.ts'

export type RunHere = {command: string; cwd: string; env: Environment}

/**
 * Runs a command of the user's own on their terminal, as their shell would; the model learns nothing of it. The terminal
 * must have been given back before.
 * @returns a word about how it ended, when it did not end well
 */
export async function runHere({command, cwd, env}: RunHere): Promise<string | undefined> {
  const {spawn} = await import('node:child_process')
  const options = {cwd, env, stdio: 'inherit'} as const
  const code = await withoutInterrupts(
    () =>
      new Promise<number | string>((resolve) => {
        const child =
          process.platform === 'win32'
            ? spawn(command, {...options, shell: true})
            : spawn(env['SHELL'] || '/bin/sh', ['-c', command], options)
        child.on('error', (error) => resolve(error.message))
        child.on('close', (exit, signal) => resolve(exit ?? signal ?? 0))
      }),
  )
  return code === 0 ? undefined : `! ended with ${code}`
}
