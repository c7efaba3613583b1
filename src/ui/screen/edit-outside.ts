import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {editorOf, runEditor} from '../../config/edit.ts'
import type {Environment} from '../../paths.ts'
import {withoutInterrupts} from '../without-interrupts.ts'

/**
 * Lets a person write a text in the editor of their choice, as git does: `$VISUAL`, else `$EDITOR`. The terminal must
 * have been given back before.
 * @throws VibeError `editor-failed`; the text stays as it was
 */
export async function editOutside(text: string, env: Environment): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vibe-message-'))
  const path = join(folder, 'message.md')
  try {
    await writeFile(path, text, {mode: 0o600})
    const {signal} = new AbortController()
    await withoutInterrupts(() => runEditor(editorOf(env), path, {env, signal}))
    return (await readFile(path, 'utf8')).replace(/\r?\n$/, '')
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}
