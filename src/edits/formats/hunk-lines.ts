import type {HunkEdit, HunkLine} from './types.ts'

/** The lines of one hunk as they arrive. */
export type HunkDraft = {
  /** 1-based line of the text. */
  start: number
  lines: HunkLine[]
  anchors: string[]
  lineHint?: number
  /** Lines the header promises of the old and the new text. */
  counts?: {old: number; new: number}
  atEnd?: true
  oldLacksNewline?: true
  newLacksNewline?: true
}

export function newHunk(start: number): HunkDraft {
  return {start, lines: [], anchors: []}
}

/**
 * Takes a line of a hunk. Without one of the signs it may be a line to keep whose sign is missing; one that begins with
 * a blank keeps both readings, since the blank may belong to it.
 */
export function takeHunkLine(hunk: HunkDraft, text: string): void {
  const sign = text[0]
  if (text.startsWith('\\')) noteMissingNewline(hunk)
  else if (sign === '-' || sign === '+') hunk.lines.push({sign, text: text.slice(1)})
  else if (sign === ' ') hunk.lines.push({sign: ' ', text: text.slice(1), unsigned: text})
  else hunk.lines.push({sign: ' ', text, unsigned: text})
}

/** `\ No newline at end of file` speaks of the line before it. */
function noteMissingNewline(hunk: HunkDraft): void {
  const last = hunk.lines.at(-1)
  if (!last) return
  if (last.sign !== '+') hunk.oldLacksNewline = true
  if (last.sign !== '-') hunk.newLacksNewline = true
}

/** Whether the numbers of its header say that it is whole. */
export function isComplete(hunk: HunkDraft): boolean {
  if (!hunk.counts) return false
  const old = hunk.lines.filter((line) => line.sign !== '+').length
  const next = hunk.lines.filter((line) => line.sign !== '-').length
  return old >= hunk.counts.old && next >= hunk.counts.new
}

/** What stands between the @ signs: numbers, a line that stands above, or nothing. */
export function takeHunkHeader(hunk: HunkDraft, text: string): void {
  const numbers = /^@@+ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@+ ?(.*)$/.exec(text)
  if (numbers) {
    const old = Number(numbers[2] ?? 1)
    hunk.lineHint = Number(numbers[1]) + (old === 0 ? 1 : 0)
    hunk.counts = {old, new: Number(numbers[4] ?? 1)}
    return
  }
  const anchor = text.replace(/^@@+ ?/, '').replace(/ ?@@+\s*$/, '')
  if (/[\p{L}\p{N}]/u.test(anchor)) hunk.anchors.push(anchor)
}

/** The edit of a hunk. Blank lines without a sign at its edges only set it off from what is around it. */
export function hunkEdit(hunk: HunkDraft, path: string | undefined): HunkEdit {
  const lines = [...hunk.lines]
  while (isSpacing(lines[0])) lines.shift()
  while (isSpacing(lines.at(-1))) lines.pop()
  const {lineHint, atEnd, oldLacksNewline, newLacksNewline} = hunk
  return {
    kind: 'hunk',
    path,
    line: hunk.start,
    lines,
    anchors: hunk.anchors,
    ...(lineHint !== undefined && {lineHint}),
    ...(atEnd && {atEnd}),
    ...((oldLacksNewline ?? newLacksNewline) && {
      finalNewline: {old: !oldLacksNewline, new: !newLacksNewline},
    }),
  }
}

function isSpacing(line: HunkLine | undefined): boolean {
  return line?.sign === ' ' && line.unsigned === ''
}
