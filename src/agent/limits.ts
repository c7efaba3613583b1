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
  /** @param cost of one request, undefined when it is unknown */
  add: (cost: number | undefined) => void
  /** Undefined as soon as any part of it is unknown. */
  readonly total: number | undefined
  /** @throws VibeError `limit-reached` at the cap, and when the sum is unknown under a cap */
  check: () => void
}

/** A run that is not told otherwise ends here: a model that never stops would spend without end. */
export const DEFAULT_MAX_TURNS = 100

export function limitReached(what: string, hint: string): VibeError {
  return new VibeError({code: 'limit-reached', message: what, hint, exit: ExitCode.limit})
}

/**
 * Sums the cost of a run and says before each request whether another one may be sent.
 * An unknown price or usage makes the sum unknown, and an unknown sum cannot be held under a cap.
 */
export function createCostMeter(maxCostUsd?: number): CostMeter {
  let sum: number | undefined = 0
  return {
    add(cost) {
      sum = sum === undefined || cost === undefined ? undefined : sum + cost
    },
    get total() {
      return sum
    },
    check() {
      if (maxCostUsd === undefined) return
      if (sum === undefined) {
        throw limitReached(
          'The cost so far is unknown, so the cost cap cannot be kept.',
          'Run without --max-cost, or use a model with a known price.',
        )
      }
      if (sum >= maxCostUsd) {
        throw limitReached(
          `The cost cap of $${maxCostUsd} is reached ($${sum.toFixed(4)} spent).`,
          'Raise it with --max-cost, then go on with: vibe chat --continue',
        )
      }
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
