import type {JsonObject} from 'vibe-plugin-api'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'

export type TurnLimits = {
  /** Requests to the model. */
  maxTurns?: number
  /** USD over the run, checked before each request. */
  maxCostUsd?: number
  /** From the moment the budget is made. */
  timeoutMs?: number
}

/** What a run may use, over all the turns it takes: a plan and its edits, an answer and its corrections. */
export type Budget = {
  readonly limits: TurnLimits
  readonly cost: CostMeter
  /** Raised when the time is over; absent without a time limit. */
  readonly expiry: AbortSignal | undefined
  /** Called before each request to the model. @throws VibeError `limit-reached` when there may be none */
  takeRequest: () => void
}

/** @param cost given where several budgets share one purse, as the messages of a chat do */
export function createBudget(limits: TurnLimits, cost: CostMeter = createCostMeter(limits.maxCostUsd)): Budget {
  const maxTurns = limits.maxTurns ?? DEFAULT_MAX_TURNS
  let requests = 0
  return {
    limits,
    cost,
    expiry: limits.timeoutMs === undefined ? undefined : AbortSignal.timeout(limits.timeoutMs),
    takeRequest() {
      if (requests >= maxTurns) {
        throw limitReached(
          `The limit of ${maxTurns} turns is reached.`,
          'Raise it with --max-turns, then go on with: vibe chat --continue',
        )
      }
      cost.check()
      requests++
    },
  }
}

export type CostMeter = {
  /**
   * @param cost of one request, undefined when it is unknown
   * @param most what it cost at most, when the cost itself is unknown: a cap can then still be kept
   */
  add: (cost: number | undefined, most?: number) => void
  /** Undefined as soon as any part of it is unknown. */
  readonly total: number | undefined
  /** USD; undefined: there is no cap. */
  readonly cap: number | undefined
  /** USD that may still be spent; undefined without a cap. */
  readonly left: number | undefined
  /** Sets a cap where there is none yet. */
  capAt: (usd: number | undefined) => void
  /** @throws VibeError `limit-reached` at the cap, and when the sum is unknown under a cap */
  check: () => void
}

/** A run that is not told otherwise ends here: a model that never stops would spend without end. */
export const DEFAULT_MAX_TURNS = 100

export function limitReached(what: string, hint: string): VibeError {
  return new VibeError({code: 'limit-reached', message: what, hint, exit: ExitCode.limit})
}

export const RAISE_CAP = 'Raise it with --max-cost, or the setting maxCost, then go on with: vibe chat --continue'

/**
 * Sums the cost of a run and says before each request whether another one may be sent.
 * An unknown price or usage makes the sum unknown, and an unknown sum cannot be held under a cap.
 */
export function createCostMeter(maxCostUsd?: number): CostMeter {
  let cap = maxCostUsd
  let sum: number | undefined = 0
  /** What may have been spent; undefined when there is no saying. */
  let most: number | undefined = 0
  const added = (to: number | undefined, more: number | undefined) =>
    to === undefined || more === undefined ? undefined : to + more
  return {
    add(cost, atMost) {
      sum = added(sum, cost)
      most = added(most, cost ?? atMost)
    },
    get total() {
      return sum
    },
    get cap() {
      return cap
    },
    get left() {
      return cap === undefined ? undefined : cap - (most ?? 0)
    },
    capAt(usd) {
      cap ??= usd
    },
    check() {
      if (cap === undefined) return
      if (most === undefined) {
        throw limitReached(
          'The cost so far is unknown, so the cost cap cannot be kept.',
          'Run without --max-cost, or use a model with a known price.',
        )
      }
      if (most >= cap) throw limitReached(`The cost cap of $${cap} is reached ($${most.toFixed(4)} spent).`, RAISE_CAP)
    },
  }
}

/** The same call this often in a row is a loop: the first time it is refused with a reason, the next time the run ends. */
export const REPEATS_OF_A_LOOP = 3

/** Counts identical consecutive tool calls. `note` returns how often this call has now come in a row, itself included. */
export function createLoopWatch() {
  let last = ''
  let count = 0
  return {
    note(name: string, input: JsonObject): number {
      const call = `${name} ${JSON.stringify(input, sortedKeys)}`
      count = call === last ? count + 1 : 1
      last = call
      return count
    },
  }
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
