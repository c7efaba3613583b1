import type {Look} from './runs.ts'
import {listMarker, type Marker} from './starts.ts'

/** Deeper quotes and lists are text. */
export const DEEPEST = 16
/** Cells that a quote's bar takes. */
const BAR = 2

export type Container =
  | {kind: 'quote'}
  | {
      kind: 'item'
      sign: string
      ordered: boolean
      /** Columns up to its sign and up to its content, counted from the content of what is around it. */
      start: number
      indent: number
      /** What stands before its first line, until that is written. */
      label: string | undefined
      /** Cells of the label and the blank behind it. */
      cells: number
      /** Of the next item in an ordered list. */
      next: number
    }

export function newItem(marker: Marker, start: number, before: Container | undefined): Container {
  const ordered = marker.number !== undefined
  const goesOn = before?.kind === 'item' && before.sign === marker.sign && before.ordered === ordered
  const number = goesOn ? before.next : (marker.number ?? 1)
  const label = ordered ? `${number}${marker.sign}` : '-'
  const base = {sign: marker.sign, ordered, start, indent: start + marker.length}
  return {kind: 'item', ...base, label, cells: label.length + 1, next: number + 1}
}

/** What stands before a line. Where half of a narrow line would be taken by it, the outer part is left out. */
export function prefixOf(containers: readonly Container[], look: Look, columns: number): string {
  const kept = shownContainers(containers, columns)
  let prefix = ''
  for (const container of kept) {
    if (container.kind === 'quote') prefix += look.style.dim('│ ')
    else prefix += container.label === undefined ? ' '.repeat(container.cells) : `${container.label} `
  }
  return prefix
}

/** The labels of items stand before one line only. */
export function labelsWritten(containers: readonly Container[]): void {
  for (const container of containers) if (container.kind === 'item') container.label = undefined
}

export function hasLabels(containers: readonly Container[]): boolean {
  return containers.some((container) => container.kind === 'item' && container.label !== undefined)
}

export function prefixCells(containers: readonly Container[], columns: number): number {
  return shownContainers(containers, columns).reduce((sum, container) => sum + cellsIn(container), 0)
}

function cellsIn(container: Container): number {
  return container.kind === 'quote' ? BAR : container.cells
}

function shownContainers(containers: readonly Container[], columns: number): readonly Container[] {
  let room = Math.floor(columns / 2)
  const first = containers.findLastIndex((container) => (room -= cellsIn(container)) < 0)
  return containers.slice(first + 1)
}

/** How many of the containers a line goes on with, and what is left of it. */
export type Matched = {count: number; rest: string; blank: boolean}

/**
 * @param text a line without its end, or the beginning of one
 * @param lenient code in a list goes on although its lines are not indented enough
 */
export function matchContainers(containers: readonly Container[], text: string, lenient: boolean): Matched {
  let rest = text
  let count = 0
  for (const container of containers) {
    const blanks = leadingBlanks(rest)
    if (container.kind === 'quote') {
      if (blanks > 3 || rest.charAt(blanks) !== '>') break
      rest = rest.slice(blanks + 1).replace(/^ /, '')
    } else if (rest.trim() === '') {
      rest = ''
    } else if (blanks >= container.indent) {
      rest = rest.slice(container.indent)
    } else if (isInner(rest, blanks, container)) {
      rest = rest.slice(blanks)
    } else if (lenient) {
      rest = rest.slice(blanks)
    } else break
    count += 1
  }
  return {count, rest, blank: rest.trim() === ''}
}

/** Models indent a list of another kind by two, whatever the width of the number above it. */
function isInner(text: string, blanks: number, {start, sign}: Extract<Container, {kind: 'item'}>): boolean {
  if (blanks < start + 2) return false
  const marker = listMarker(text.slice(blanks))
  return marker !== undefined && marker.sign !== sign
}

export function leadingBlanks(text: string): number {
  return /^ */.exec(text)?.[0].length ?? 0
}
