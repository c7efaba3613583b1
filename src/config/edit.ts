import {spawn} from 'node:child_process'
import {chmod, stat} from 'node:fs/promises'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import type {Environment} from '../paths.ts'
import {readLayer} from './layers.ts'
import type {Problem} from './layers.ts'
import {updateConfig} from './write.ts'

/**
 * Opens the user's config.json in their editor, waits until it is closed, and checks what they wrote.
 * @returns what is not valid in the file now; its text stays as the user left it
 * @throws VibeError `editor-failed` or `config-corrupt` (exit 3)
 */
export async function editConfig(file: string, env: Environment, signal: AbortSignal): Promise<Problem[]> {
  const exists = await stat(file).then(
    () => true,
    () => false,
  )
  if (!exists) await updateConfig(file, {edit: (tree) => tree}, signal)
  await runEditor(editorOf(env), file, {env, signal})
  // Editors that write a new file give it the mode of any file.
  if (process.platform !== 'win32') await chmod(file, 0o600)
  const {file: read, problems} = readLayer('user', file)
  if (read.state !== 'corrupt') return problems
  throw new VibeError({
    code: 'config-corrupt',
    message: `${file} cannot be used now: ${read.reason}`,
    origin: read.line === undefined ? file : `${file}:${read.line}`,
    hint: 'vibe config:edit',
    exit: ExitCode.notSetUp,
  })
}

/** The editor's words; `VISUAL` and `EDITOR` may hold arguments and quotes, as in `code --wait`. No shell reads them. */
export function editorOf(env: Environment, platform: NodeJS.Platform = process.platform): string[] {
  const chosen = [env['VISUAL'], env['EDITOR']].find((text) => text?.trim())
  const words = wordsOf(chosen ?? '')
  if (words.length > 0) return words
  return [platform === 'win32' ? 'notepad.exe' : 'vi']
}

function wordsOf(text: string): string[] {
  const parts = text.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? []
  return parts.map((part) =>
    part.replace(/"([^"]*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? ''),
  )
}

type EditorRun = {env: Environment; signal: AbortSignal}

/** Opens a file in a program and waits until it is closed. @throws VibeError `editor-failed` (exit 3) */
export async function runEditor(
  [program = 'vi', ...args]: string[],
  file: string,
  {env, signal}: EditorRun,
): Promise<void> {
  const outcome = await new Promise<string | undefined>((resolve) => {
    const child = spawn(program, [...args, file], {stdio: 'inherit', shell: false, env: {...env}, signal})
    child.on('error', (error) => resolve('code' in error ? String(error.code) : error.message))
    child.on('exit', (code, killer) => resolve(code === 0 ? undefined : `it ended with ${killer ?? code}`))
  })
  signal.throwIfAborted()
  if (outcome === undefined) return
  throw new VibeError({
    code: 'editor-failed',
    message: `The editor ${program} did not do its work: ${outcome}`,
    origin: env['VISUAL']?.trim() ? 'VISUAL' : 'EDITOR',
    hint: `Set VISUAL or EDITOR, or edit ${file} yourself`,
    exit: ExitCode.notSetUp,
  })
}
