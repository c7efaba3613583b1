import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Environment} from '../../paths.ts'

export type EditedOutside = {text: string} | {problem: string}

/**
 * Lets a person write a text in the editor of their choice, as git does: `$VISUAL`, else `$EDITOR`. The terminal must
 * have been given back before.
 */
export async function editOutside(text: string, env: Environment): Promise<EditedOutside> {
  const command = editorOf(env)
  const folder = await mkdtemp(join(tmpdir(), 'vibe-message-'))
  const path = join(folder, 'message.md')
  try {
    await writeFile(path, text, {mode: 0o600})
    const code = await run(command, path, env)
    if (code !== 0) return {problem: `The editor "${command}" ended with ${code}; the text stays as it was.`}
    return {text: (await readFile(path, 'utf8')).replace(/\r?\n$/, '')}
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}

export function editorOf(env: Environment, platform: NodeJS.Platform = process.platform): string {
  return env['VISUAL'] || env['EDITOR'] || (platform === 'win32' ? 'notepad' : 'vi')
}

/** Through a shell, since the variable may hold arguments. @returns the exit code, or the reason for none */
async function run(command: string, path: string, env: Environment): Promise<number | string> {
  const {spawn} = await import('node:child_process')
  const onInterrupt = () => undefined
  // Ctrl-C in the editor is meant for the editor.
  process.on('SIGINT', onInterrupt)
  try {
    return await new Promise((resolve) => {
      const child =
        process.platform === 'win32'
          ? spawn(`${command} "${path}"`, {shell: true, stdio: 'inherit', env})
          : spawn('/bin/sh', ['-c', `${command} "$1"`, 'sh', path], {stdio: 'inherit', env})
      child.on('error', (error) => resolve(error.message))
      child.on('close', (code, signal) => resolve(code ?? signal ?? 'nothing'))
    })
  } finally {
    process.off('SIGINT', onInterrupt)
  }
}
