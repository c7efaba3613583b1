import {lineOf, type TextDocument} from './document.ts'

/** A place where a text was found. */
export type Place = {start: number; end: number}

/** A number further off than this many lines says nothing. */
const REACH = 20

/**
 * The one place that is meant: the only one, or the one that a line number points at clearly. A number chooses between
 * places that the text fits; it never makes one.
 * @param lineHint 1-based
 */
export function choose<One extends Place>(
  document: TextDocument,
  places: readonly One[],
  lineHint: number | undefined,
): One | undefined {
  const [only, ...more] = places
  if (more.length === 0) return only
  if (lineHint === undefined) return undefined
  const ranked = places
    .map((place) => ({place, distance: Math.abs(lineOf(document, place.start) + 1 - lineHint)}))
    .toSorted((a, b) => a.distance - b.distance)
  const [nearest, next] = ranked
  if (!nearest || !next || nearest.distance > REACH) return undefined
  return next.distance >= Math.max(3 * nearest.distance, nearest.distance + 3) ? nearest.place : undefined
}
