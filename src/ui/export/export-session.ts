import {extname} from 'node:path'
import {VibeError} from '../../errors.ts'
import {ExitCode} from '../../exit-codes.ts'
import type {Homes} from '../../paths.ts'
import type {SessionFile} from '../../sessions/location.ts'
import {viewSession} from '../../sessions/view.ts'
import {deliver} from '../deliver.ts'
import {sessionHtml} from './html.ts'
import {sessionJson} from './json.ts'
import {sessionMarkdown} from './markdown.ts'
import {exportMask} from './mask.ts'

export const FORMATS = ['html', 'markdown', 'json'] as const
export type Format = (typeof FORMATS)[number]

export type ExportWish = {
  format: Format
  file: string | undefined
  force: boolean
  signal: AbortSignal
}

export type Exported = {id: string; format: Format; file?: string; bytes?: number; notes: string[]}

const WRITERS = {html: sessionHtml, markdown: sessionMarkdown, json: sessionJson}
const EXTENSIONS: Record<string, Format> = {
  '.html': 'html',
  '.htm': 'html',
  '.md': 'markdown',
  '.markdown': 'markdown',
  '.json': 'json',
}

/**
 * Writes a whole session, without its secrets, to a file or to standard output.
 * @throws VibeError `session-unreadable`, `session-empty` (exit 3), `file-exists` (exit 2), `write-failed`
 */
export async function exportSession(places: Homes, session: SessionFile, wish: ExportWish): Promise<Exported> {
  const {format, file, force, signal} = wish
  const view = await viewSession(places, session)
  if (view.turns === 0 && view.model === undefined) throw nothingIn(session, view.notes)
  const pieces = WRITERS[format](view, await exportMask(places, signal))
  const inTerminal = format === 'html' ? {nameInTerminal: `vibe-session-${session.id}.html`} : {}
  const written = await deliver({pieces, file, force, signal, ...inTerminal})
  return {id: session.id, format, ...written, notes: view.notes}
}

/** As the flags say, else as the file is called; a program that asks for JSON gets that. */
export function formatFor(named: Format | undefined, file: string | undefined, json: boolean): Format {
  const byName = EXTENSIONS[extname(file ?? '').toLowerCase()]
  return named ?? byName ?? (json ? 'json' : 'html')
}

function nothingIn({path}: SessionFile, notes: string[]): VibeError {
  return new VibeError({
    code: 'session-empty',
    message: `That session holds nothing that could be exported. ${notes.join(' ')}`.trim(),
    origin: path,
    hint: 'See what there is with: vibe session list',
    exit: ExitCode.notSetUp,
  })
}
