import {didYouMean} from '../did-you-mean.ts'
import type {InstanceConfig} from './values.ts'

/** Longer lists would only make a failure last: each entry may take all its retries. */
export const MAX_FALLBACKS = 5

/** One entry of `providers.NAME.fallbacks`, taken apart. */
export type FallbackEntry = {
  /** As it was written. */
  text: string
  provider: string
  /** Undefined: the provider's own. */
  model?: string
}

export type FallbackProblem = {text: string; message: string; hint?: string}

/**
 * "spare" is another provider with its own model, "spare/gpt-5" one with a model, "/gpt-5-mini" another model of the
 * provider itself. A model's id may hold slashes of its own.
 * @param owner the provider whose fallback it is
 */
export function parseFallback(text: string, owner: string): FallbackEntry {
  const slash = text.indexOf('/')
  if (slash === -1) return {text, provider: text}
  const model = text.slice(slash + 1)
  return {text, provider: slash === 0 ? owner : text.slice(0, slash), ...(model === '' ? {} : {model})}
}

/**
 * What is wrong with the fallbacks of one provider, in the order of the list. Only the list of the provider that a turn
 * began with counts, so two providers may name each other: nothing goes round in circles.
 */
export function fallbackProblems(
  owner: string,
  fallbacks: readonly string[],
  providers: Readonly<Record<string, InstanceConfig>>,
): FallbackProblem[] {
  const problems: FallbackProblem[] = []
  const seen = new Set<string>()
  for (const text of fallbacks) {
    const problem = problemOf(parseFallback(text, owner), {owner, providers, seen})
    if (problem) problems.push(problem)
  }
  if (fallbacks.length > MAX_FALLBACKS)
    problems.push({
      text: fallbacks[MAX_FALLBACKS] ?? '',
      message: `providers.${owner}.fallbacks has ${fallbacks.length} entries, and ${MAX_FALLBACKS} is the most`,
    })
  return problems
}

/** The entries that can be used; `fallbackProblems` says what is wrong with the others. */
export function usableFallbacks(
  owner: string,
  fallbacks: readonly string[],
  providers: Readonly<Record<string, InstanceConfig>>,
): FallbackEntry[] {
  const seen = new Set<string>()
  return fallbacks
    .map((text) => parseFallback(text, owner))
    .filter((entry) => problemOf(entry, {owner, providers, seen}) === undefined)
    .slice(0, MAX_FALLBACKS)
}

type Place = {owner: string; providers: Readonly<Record<string, InstanceConfig>>; seen: Set<string>}

function problemOf(entry: FallbackEntry, {owner, providers, seen}: Place): FallbackProblem | undefined {
  const {text, provider} = entry
  const where = `providers.${owner}.fallbacks names "${text}"`
  const configured = Object.hasOwn(providers, provider) ? providers[provider] : undefined
  if (!configured) {
    const near = didYouMean(provider, Object.keys(providers))
    const whole = text.includes('/') ? ` A model of ${owner} itself is written "/${text}".` : ''
    return {
      text,
      message: `${where}, and no provider is called "${provider}"`,
      hint: `${near === undefined ? `Set it up: vibe provider:add ${provider}.` : `Did you mean "${near}"?`}${whole}`,
    }
  }
  const model = entry.model ?? configured.model
  if (provider === owner && (entry.model === undefined || model === configured.model))
    return {
      text,
      message: `${where}, which is that provider itself`,
      hint: `Name another provider, or another model of it: "/MODEL"`,
    }
  const key = `${provider}/${model ?? ''}`
  if (seen.has(key)) return {text, message: `${where} twice`, hint: 'Each entry is tried once; leave one out.'}
  seen.add(key)
  return undefined
}
