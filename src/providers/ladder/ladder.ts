import {RUNG_WORDS, rungBelow, type Rung} from './rungs.ts'

/** Answers in a row in which no call could be read, after which the next rung is tried. */
const MALFORMED_IN_A_ROW = 2
const MISSED_IN_A_ROW = 3

export type RungChoice = {
  rung: Rung
  /** Why this one, as `provider:show` says it. */
  why: string
  /** The user asked for it: it is never left. */
  fixed: boolean
  /** The model is known to make native calls: its text is then never searched for any. */
  proven: boolean
}

/** On which rung one model stands; it only goes down, and what it learns is kept for the next start. */
export type Ladder = Readonly<RungChoice> & {
  /** A native call arrived. */
  prove: () => void
  /**
   * @param why in words, for the notice and the memory
   * @param to a rung below; by default the next one
   * @returns what to tell the user; undefined when there is nothing below or the user has fixed the rung
   */
  stepDown: (why: string, to?: Rung) => Promise<string | undefined>
  /** @returns whether calls have been malformed so often that the rung does not hold */
  noteCalls: (calls: {whole: number; malformed: number}) => boolean
  /** @param fits false: the text to replace was not in the file, or more than once */
  noteEdit: (fits: boolean) => void
  /** So many edits in a row did not fit that blocks do not hold. */
  readonly editsMiss: boolean
}

type Place = {
  model: string
  /** Keeps what was found out. What goes wrong there costs the next start a repetition, nothing else. */
  learn: (rung: Rung, why: string) => Promise<void>
}

export function createLadder(choice: RungChoice, {model, learn}: Place): Ladder {
  let {rung, why, proven} = choice
  let malformed = 0
  let missed = 0
  return {
    get rung() {
      return rung
    },
    get why() {
      return why
    },
    fixed: choice.fixed,
    get proven() {
      return proven
    },
    prove: () => void (proven = true),
    async stepDown(reason, to = rungBelow(rung)) {
      if (choice.fixed || to === undefined) return undefined
      rung = to
      why = reason
      malformed = 0
      missed = 0
      await learn(to, reason)
      return `${model}: ${reason}. Going on with ${RUNG_WORDS[to]}.`
    },
    noteCalls(calls) {
      if (calls.whole > 0) malformed = 0
      else if (calls.malformed > 0) malformed++
      return malformed >= MALFORMED_IN_A_ROW
    },
    noteEdit: (fits) => void (missed = fits ? 0 : missed + 1),
    get editsMiss() {
      return missed >= MISSED_IN_A_ROW
    },
  }
}
