import type {ChatRequest, Price} from 'vibe-plugin-api'
import {estimateTokens} from '../context/estimate.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {isPriced, ratesFor} from '../providers/price.ts'
import {limitReached, RAISE_CAP, type CostMeter} from './limits.ts'
import {catalogued, type ReadyProvider} from './ready.ts'

const TOKENS_PER_PRICE = 1_000_000
/** Less room than this makes no answer worth its input. */
const SHORTEST_ANSWER = 256
/** Where nobody knows how long a model's answers may be, a longer limit might be refused. */
const SURE_OUTPUT = 8192

export type Fitted = {
  request: ChatRequest
  /** USD that it costs at most; undefined without a cap. */
  mostUsd?: number
  /** The answer may be cut shorter than the model or the user would have it. */
  shortened?: true
}

/**
 * Makes sure before a request is sent that it cannot cost more than is left: its input by a generous estimate, its answer by
 * a limit of output tokens that the rest pays for.
 * @throws VibeError `limit-reached` (exit 7) when there is no room for an answer, `price-unknown` (exit 3)
 */
export function fitUnderCap(request: ChatRequest, ready: ReadyProvider, cost: CostMeter): Fitted {
  const {left} = cost
  if (left === undefined) return {request}
  const tokens = estimateTokens(request)
  const prices = pricesOf(requirePrice(ready), tokens)
  if (!prices) return {request, mostUsd: 0}
  const inputUsd = (tokens * prices.input) / TOKENS_PER_PRICE
  const room = prices.output === 0 ? Infinity : Math.floor(((left - inputUsd) * TOKENS_PER_PRICE) / prices.output)
  const wanted = request.maxOutputTokens ?? catalogued(ready.opened.instance, ready.model)?.maxOutput
  if (left < inputUsd || room < Math.min(SHORTEST_ANSWER, wanted ?? Infinity)) throw noRoom(tokens, inputUsd, cost)
  if (room >= (wanted ?? SURE_OUTPUT)) return {request, mostUsd: inputUsd + usd(wanted ?? room, prices.output)}
  return {request: {...request, maxOutputTokens: room}, mostUsd: left, shortened: true}
}

/** @throws VibeError `price-unknown` (exit 3): a cap that cannot be checked is refused instead of pretended */
export function requirePrice({price, model}: Pick<ReadyProvider, 'price' | 'model'>): Price {
  if (price && isPriced(price)) return price
  throw new VibeError({
    code: 'price-unknown',
    message: `The price of ${model} is unknown, so the cost cap (--max-cost, or the setting maxCost) cannot be kept.`,
    hint: 'Run without a cap (--max-turns and --timeout still hold), or use a model with a known price.',
    exit: ExitCode.notSetUp,
  })
}

/** Undefined: free. What is not cached may have to be written into the cache, which some services bill dearer. */
function pricesOf(price: Price, tokens: number): {input: number; output: number} | undefined {
  if (price.free) return undefined
  const {input = 0, cacheWrite = 0, output = 0} = ratesFor(price, tokens)
  return {input: Math.max(input, cacheWrite), output}
}

function usd(tokens: number, price: number): number {
  return Number.isFinite(tokens) ? (tokens * price) / TOKENS_PER_PRICE : 0
}

function noRoom(tokens: number, inputUsd: number, cost: CostMeter): VibeError {
  const left = Math.max(0, cost.left ?? 0)
  return limitReached(
    `The next request was not sent: about ${tokens} tokens of input ($${inputUsd.toFixed(4)}) and an answer do not fit into the $${left.toFixed(4)} that is left of the cost cap of $${cost.cap ?? 0}. Your message is kept.`,
    RAISE_CAP,
  )
}
