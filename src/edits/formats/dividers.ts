import type {OldNew} from './types.ts'

/**
 * Every way to part a block at a line of exactly `width` equal signs. Where the text itself has such lines only those
 * readings stay that add none: writing a divider into a file is never what was meant.
 */
export function readingsOf(lines: readonly string[], width: number): OldNew[] {
  const divider = new RegExp(`^={${width}}\\s*$`)
  const places = lines.flatMap((line, index) => (divider.test(line) ? [index] : []))
  const outside = places.filter((place) => !insideConflict(lines, place, width))
  const candidates = outside.length > 0 && outside.length < places.length ? outside : places
  const readings = candidates.map((place) => ({
    old: joined(lines.slice(0, place)),
    new: joined(lines.slice(place + 1)),
    added: count(lines.slice(place + 1), divider) - count(lines.slice(0, place), divider),
  }))
  if (readings.length === 1) return readings.map(({old, new: next}) => ({old, new: next}))
  const kept = readings.filter((reading) => reading.added <= 0)
  return kept.map(({old, new: next}) => ({old, new: next}))
}

/** Whether a divider belongs to a version control's conflict marks that are part of the text. */
function insideConflict(lines: readonly string[], place: number, width: number): boolean {
  const open = new RegExp(`^<{${width}}( |$)`)
  const close = new RegExp(`^>{${width}}( |$)`)
  const before = lines.slice(0, place).findLastIndex((line) => open.test(line))
  if (before < 0 || lines.slice(before, place).some((line) => close.test(line))) return false
  return (
    lines.slice(place + 1).some((line) => close.test(line)) &&
    !lines.slice(before + 1, place).some((line) => /^={5,}\s*$/.test(line))
  )
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}

function count(lines: readonly string[], pattern: RegExp): number {
  return lines.filter((line) => pattern.test(line)).length
}
