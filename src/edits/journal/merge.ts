import {lineScript, type Block} from '../line-script.ts'

/** Long enough for any file a person edits; then what is left counts as changed whole, which can only conflict. */
const BUDGET_MS = 500

/**
 * Three-way merge by lines: what `mine` and `theirs` made of `base`, together.
 * @returns undefined when both changed the same lines, or lines that touch each other, differently
 */
export function mergeLines(base: string, mine: string, theirs: string): string | undefined {
  if (mine === base) return theirs
  if (theirs === base || mine === theirs) return mine
  const deadline = performance.now() + BUDGET_MS
  const [baseLines, mineLines, theirLines] = [linesOf(base), linesOf(mine), linesOf(theirs)]
  const mineBlocks = lineScript(baseLines, mineLines, deadline)
  const theirBlocks = lineScript(baseLines, theirLines, deadline)
  const edits = [
    ...mineBlocks.map((block) => ({block, lines: mineLines.slice(block.afterStart, block.afterEnd), by: 'mine'})),
    ...theirBlocks.map((block) => ({block, lines: theirLines.slice(block.afterStart, block.afterEnd), by: 'theirs'})),
  ].sort((one, other) => one.block.beforeStart - other.block.beforeStart)
  const merged: string[] = []
  let at = 0
  let previous: (typeof edits)[number] | undefined
  for (const edit of edits) {
    if (previous && previous.by !== edit.by && touches(previous.block, edit.block)) return undefined
    merged.push(...baseLines.slice(at, edit.block.beforeStart), ...edit.lines)
    at = edit.block.beforeEnd
    previous = edit
  }
  return [...merged, ...baseLines.slice(at)].join('')
}

/** Neighbouring changes count as the same place: who changed the line above may have meant the one below. */
function touches(first: Block, second: Block): boolean {
  return second.beforeStart <= first.beforeEnd
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}
