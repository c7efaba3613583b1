import {didYouMean} from '../did-you-mean.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {knownProvider, knownProviders} from './known-providers.ts'
import type {ProviderEntry} from './types.ts'

/** What to say of a type that nothing installed offers: how to get it, or which one was meant. */
export function unknownType(id: string, entries: readonly ProviderEntry[]): VibeError {
  const usable = [...new Set(entries.filter((entry) => entry.state === 'ok').map((entry) => entry.id))]
  const known = knownProvider(id)
  const meant = known ? undefined : meantType(id, usable)
  const missing = known ?? (meant !== undefined && !usable.includes(meant) ? knownProvider(meant) : undefined)
  const install = missing && `vibe plugins install ${missing.package}`
  return new VibeError({
    code: 'provider-unknown',
    message: known
      ? `The provider type "${id}" is not installed.`
      : `There is no provider type "${id.slice(0, 60)}"${meant === undefined ? '' : `; did you mean "${meant}"?`}`,
    origin: usable.length > 0 ? `installed: ${usable.join(', ')}` : 'no provider plugin is installed',
    hint: install ?? 'vibe provider:list shows what is installed',
    exit: ExitCode.notSetUp,
  })
}

/** The type that a word in the configuration was meant to be; undefined for one that there is, here or to install. */
export function slipOfType(id: string, entries: readonly ProviderEntry[]): string | undefined {
  if (knownProvider(id) || entries.some((entry) => entry.id === id)) return undefined
  return meantType(id, [...new Set(entries.filter((entry) => entry.state === 'ok').map((entry) => entry.id))])
}

/** By another name that people use for it, else by a slip of the keys. */
function meantType(word: string, usable: readonly string[]): string | undefined {
  const typed = word.toLowerCase()
  const named = knownProviders().find(({id, name, also = []}) => [id, name.toLowerCase(), ...also].includes(typed))
  if (named) return named.id
  const others = knownProviders().flatMap(({id, also = []}) => [id, ...also])
  const near = didYouMean(word, [...usable, ...others])
  return knownProviders().find(({also = []}) => near !== undefined && also.includes(near))?.id ?? near
}
