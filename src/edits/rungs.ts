/** The steps of the ladder, strictest first. Where an edit was found only by a looser one, people and models are told. */
export const RUNGS = [
  'exact',
  'final-newline',
  'unsigned-lines',
  'lone-returns',
  'trailing-blanks',
  'indentation',
  'look-alikes',
  'inner-blanks',
  'junk',
  'elision',
] as const

export type Rung = (typeof RUNGS)[number]

/** The looser of two. */
export function looser(a: Rung, b: Rung): Rung {
  return RUNGS.indexOf(a) >= RUNGS.indexOf(b) ? a : b
}
