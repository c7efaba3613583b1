import {constants} from 'node:fs'
import {lstat} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'
import {openExactly} from '../edits/file-bytes.ts'
import {EditRefusal} from '../edits/refusal.ts'
import {boundedPattern, type BoundedPattern} from './bounded-pattern.ts'
import {fileMatcher} from './glob.ts'
import {checkInput, schemaOf, type Members} from './input.ts'
import {asOutcome, resolveTarget, shorten, type Target} from './target.ts'
import {ToolRefusal, type Tool, type ToolContext, type ToolOutcome} from './tool.ts'
import {mayShow, walkFiles} from './walk.ts'

const MAX_RESULTS = 250
const MAX_SHOWN_LINE = 300
const MAX_SEARCHED_LINE = 20_000
const MAX_FILE_BYTES = 2 * 1024 * 1024
const MAX_MS = 20_000
const AT_ONCE = 16
const BATCH_CHARACTERS = 256 * 1024

const members = {
  pattern: {type: 'string'},
  path: {type: 'string', optional: true},
  glob: {type: 'string', optional: true},
  ignoreCase: {type: 'boolean', optional: true},
} satisfies Members

/** Searches the lines of the project's files. */
export function createGrepTool(): Tool {
  return {
    name: 'grep',
    description: 'Search lines in files by JavaScript regular expression. Answers path:line:text.',
    inputSchema: schemaOf(members),
    effect: 'read',
    prepare: async (input, context) => {
      const {pattern, path: place, glob, ignoreCase = false} = checkInput('grep', members, input)
      if (pattern === '') throw new ToolRefusal('pattern-invalid', 'The pattern is empty.')
      const bounded = await boundedPattern(pattern, ignoreCase)
      const matches = glob === undefined ? () => true : fileMatcher(glob)
      const path = place || '.'
      const target = await resolveTarget(context, path)
      const summary = `grep ${shorten(JSON.stringify(pattern), 80)}${target.name === '.' ? '' : ` in ${target.name}`}`
      return {
        access: [{kind: 'read', path: target.path, given: path}],
        preview: {kind: 'none'},
        summary,
        execute: ({signal}) =>
          asOutcome(summary, () => searchTarget({target, context, signal, bounded, matches, summary})),
      }
    },
  }
}

type Search = {
  target: Target
  context: ToolContext
  signal: AbortSignal
  bounded: BoundedPattern
  matches: (path: string) => boolean
  summary: string
}
type Found = {rows: string[]; files: number; withheld: number; skipped: number; slowLines: number; ended?: string}

async function searchTarget(search: Search): Promise<ToolOutcome> {
  const {target, context, signal} = search
  const stats = await lstat(target.path).catch(() => undefined)
  if (!stats) throw new ToolRefusal('missing', `${target.name} does not exist.`)
  const single = !stats.isDirectory()
  const folder = single ? dirname(target.path) : target.path
  const walk = single ? {files: [basename(target.path)], partial: false} : await walkFiles(target, context, signal)
  const wanted = walk.files.filter((file) => single || search.matches(file))
  const shown = wanted.filter((file) => single || mayShow(context, join(folder, file)))
  const name = (file: string) => (single ? target.name : target.name === '.' ? file : `${target.name}/${file}`)
  const found = await searchFiles(
    search,
    shown.map((file) => ({path: join(folder, file), name: name(file)})),
  )
  found.slowLines = search.bounded.slowLines()
  found.withheld = wanted.length - shown.length
  if (walk.partial) found.ended ??= 'too many files'
  const content = [...(found.rows.length === 0 ? ['No line matches.'] : found.rows), ...notesOn(found)].join('\n')
  return {content, summary: `${search.summary}: ${found.rows.length} lines in ${found.files} files`}
}

async function searchFiles(search: Search, files: ReadonlyArray<{path: string; name: string}>): Promise<Found> {
  const found: Found = {rows: [], files: 0, withheld: 0, skipped: 0, slowLines: 0}
  const deadline = performance.now() + MAX_MS
  for (let index = 0; index < files.length; index += AT_ONCE) {
    if (search.signal.aborted) found.ended = 'cancelled'
    else if (performance.now() > deadline) found.ended = `stopped after ${MAX_MS / 1000} s: name a path or glob`
    else if (found.rows.length >= MAX_RESULTS) found.ended = `only the first ${MAX_RESULTS} lines: narrow the search`
    if (found.ended !== undefined) break
    const slice = files.slice(index, index + AT_ONCE)
    const texts = await Promise.all(slice.map((file) => searchableText(file.path)))
    found.skipped += texts.filter((text) => text === undefined).length
    const lines = texts.flatMap((text, at) => (text === undefined ? [] : linesOf(slice[at]?.name ?? '', text)))
    await searchLines(search, lines, found)
  }
  if (found.rows.length > MAX_RESULTS) {
    found.rows.length = MAX_RESULTS
    found.ended ??= `only the first ${MAX_RESULTS} lines: narrow the search`
  }
  return found
}

type Line = {file: string; number: number; text: string}

function linesOf(file: string, text: string): Line[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines.map((line, index) => {
    const whole = line.endsWith('\r') ? line.slice(0, -1) : line
    return {file, number: index + 1, text: whole.slice(0, MAX_SEARCHED_LINE)}
  })
}

/** Lines of several files at once: each run of the pattern has a timer, which costs more than searching a small file. */
async function searchLines(search: Search, lines: readonly Line[], found: Found): Promise<void> {
  const files = new Set<string>()
  for (let start = 0; start < lines.length && found.rows.length <= MAX_RESULTS && !search.signal.aborted;) {
    let end = start
    for (let size = 0; end < lines.length && size < BATCH_CHARACTERS; end++) size += lines[end]?.text.length ?? 0
    const batch = lines.slice(start, end)
    const texts = batch.map((line) => line.text)
    for (const index of await search.bounded.matching(texts, search.signal)) {
      const line = batch[index]
      if (!line) continue
      files.add(line.file)
      found.rows.push(`${line.file}:${line.number}:${shorten(line.text, MAX_SHOWN_LINE)}`)
    }
    start = end
  }
  found.files += files.size
}

/** undefined: no regular file, too large, binary, or gone. */
async function searchableText(path: string): Promise<string | undefined> {
  try {
    const handle = await openExactly(path, constants.O_RDONLY)
    if (!handle) return undefined
    try {
      const stats = await handle.stat()
      if (!stats.isFile() || stats.size > MAX_FILE_BYTES) return undefined
      const bytes = await handle.readFile()
      return bytes.subarray(0, 8192).includes(0) ? undefined : bytes.toString('utf8').replace(/^\ufeff/, '')
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (error instanceof EditRefusal) return undefined
    throw error
  }
}

function notesOn({ended, withheld, skipped, slowLines}: Found): string[] {
  const notes: string[] = []
  if (ended !== undefined) notes.push(ended)
  if (withheld > 0) notes.push(`${withheld} files that may hold secrets were not searched`)
  if (skipped > 0) notes.push(`${skipped} binary, very large, linked or deleted files were skipped`)
  if (slowLines > 0) notes.push(`${slowLines} lines were skipped, the pattern takes too long on them`)
  return notes.length === 0 ? [] : [`[${notes.join('; ')}]`]
}
