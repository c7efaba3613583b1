import {diffHeader} from './diff-header.ts'
import {lineScript, type Block} from './line-script.ts'
import {slideBlocks} from './slide-blocks.ts'

export type Diff = {
  /** Unified, three lines of context, with git's extended header where one is needed; empty when nothing differs. */
  diff: string
  added: number
  removed: number
  /** Percent of the larger text's characters that stand in lines which stay. */
  similarity: number
}

export type DiffInput = {
  /** As people know it: relative to the root, with forward slashes. */
  path: string
  /** Where a moved file was. */
  from?: string
  /** undefined: the file is new. */
  before: string | undefined
  /** undefined: the file is deleted. */
  after: string | undefined
  /** Whether the file is executable on each side. */
  executable?: {before: boolean | undefined; after: boolean | undefined}
  /** Milliseconds after which what is left is shown as replaced whole; 250 when absent. */
  budgetMs?: number
}

const CONTEXT = 3
const NO_NEWLINE = '\\ No newline at end of file\n'

/** A unified diff that `patch` and `git apply` accept. Always whole and always right; only its size is best effort. */
export function unifiedDiff(input: DiffInput): Diff {
  const before = splitLines(input.before ?? '')
  const after = splitLines(input.after ?? '')
  const script = lineScript(before, after, performance.now() + (input.budgetMs ?? 250))
  const blocks = slideBlocks(script, before, after)
  const added = blocks.reduce((sum, block) => sum + block.afterEnd - block.afterStart, 0)
  const removed = blocks.reduce((sum, block) => sum + block.beforeEnd - block.beforeStart, 0)
  const similarity = similarityOf(input, before, blocks)
  const head = diffHeader({
    path: input.path,
    ...(input.from !== undefined && {from: input.from}),
    isNew: input.before === undefined,
    isDeleted: input.after === undefined,
    hasHunks: blocks.length > 0,
    needsGit: false,
    executable: input.executable ?? {before: undefined, after: undefined},
    similarity,
  })
  const body = hunks(blocks).map((hunk) => renderHunk(hunk, before, after))
  return {diff: head + body.join(''), added, removed, similarity}
}

function similarityOf(input: DiffInput, before: readonly string[], blocks: readonly Block[]): number {
  const [old, next] = [input.before ?? '', input.after ?? '']
  if (old === next) return 100
  const gone = blocks.reduce(
    (sum, {beforeStart, beforeEnd}) =>
      sum + before.slice(beforeStart, beforeEnd).reduce((length, line) => length + line.length, 0),
    0,
  )
  return Math.min(99, Math.floor(((old.length - gone) * 100) / Math.max(old.length, next.length, 1)))
}

/** Lines with their ends, so that a line without one is another line. */
function splitLines(text: string): string[] {
  const lines = text.split('\n')
  const last = lines.pop() ?? ''
  const whole = lines.map((line) => `${line}\n`)
  return last === '' ? whole : [...whole, last]
}

/** Blocks whose context would touch belong to one hunk. */
function hunks(blocks: readonly Block[]): Block[][] {
  const found: Block[][] = []
  for (const block of blocks) {
    const previous = found.at(-1)?.at(-1)
    if (previous && block.beforeStart - previous.beforeEnd <= 2 * CONTEXT) found.at(-1)?.push(block)
    else found.push([block])
  }
  return found
}

function renderHunk(blocks: readonly Block[], before: readonly string[], after: readonly string[]): string {
  const first = blocks[0]
  const last = blocks.at(-1)
  if (!first || !last) return ''
  const lead = Math.min(CONTEXT, first.beforeStart)
  const tail = Math.min(CONTEXT, before.length - last.beforeEnd)
  const rows: string[] = []
  const put = (sign: string, lines: readonly string[]) => {
    for (const line of lines) rows.push(line.endsWith('\n') ? sign + line : `${sign}${line}\n${NO_NEWLINE}`)
  }
  let at = first.beforeStart - lead
  for (const block of blocks) {
    put(' ', before.slice(at, block.beforeStart))
    put('-', before.slice(block.beforeStart, block.beforeEnd))
    put('+', after.slice(block.afterStart, block.afterEnd))
    at = block.beforeEnd
  }
  put(' ', before.slice(at, at + tail))
  const old = range(first.beforeStart - lead, last.beforeEnd + tail)
  const now = range(first.afterStart - lead, last.afterEnd + tail)
  return `@@ -${old} +${now} @@\n${rows.join('')}`
}

/** Line numbers as diffs write them: an empty range is named by the line in front of it. */
function range(start: number, end: number): string {
  const count = end - start
  if (count === 0) return `${start},0`
  return count === 1 ? `${start + 1}` : `${start + 1},${count}`
}
