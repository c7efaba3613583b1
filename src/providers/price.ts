import type {Price, Rates, Usage} from 'vibe-plugin-api'

const TOKENS_PER_PRICE = 1_000_000

/**
 * What one answer cost, in USD.
 * @param usage tokens as the service said; `input` counts the cached ones too
 * @param price USD per million tokens
 * @returns undefined as soon as a needed figure is unknown: an unknown price is never zero
 */
export function costOf(usage: Usage, price: Price | undefined): number | undefined {
  if (price?.free) return 0
  if (!price || usage.input === undefined || usage.output === undefined) return undefined
  const read = usage.inputCacheRead ?? 0
  const written = usage.inputCacheWrite ?? 0
  // A service that reports more cached than sent contradicts itself; no sum of such figures is worth showing.
  const plain = usage.input - read - written
  if (plain < 0) return undefined
  const rates = ratesFor(price, usage.input)
  const parts = [
    part(plain, rates.input),
    part(read, rates.cacheRead),
    part(written, rates.cacheWrite),
    part(usage.output, rates.output),
  ]
  let sum = 0
  for (const cost of parts) {
    if (cost === undefined) return undefined
    sum += cost
  }
  return sum / TOKENS_PER_PRICE
}

/** Whether a price says enough to keep a cap by. */
export function isPriced({free, input, output}: Price): boolean {
  return free === true || [input, output].every((price) => price !== undefined && Number.isFinite(price) && price >= 0)
}

/** The rates of a request by its size: some services bill a long one dearer, all of it. */
export function ratesFor(price: Price, inputTokens: number): Rates {
  return price.above !== undefined && inputTokens > price.above.tokens ? price.above : price
}

/** Nothing of a kind costs nothing, whether its price is known or not. */
function part(tokens: number, price: number | undefined): number | undefined {
  if (!Number.isFinite(tokens) || tokens < 0) return undefined
  if (tokens === 0) return 0
  return price === undefined || !Number.isFinite(price) || price < 0 ? undefined : tokens * price
}
