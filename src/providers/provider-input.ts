import type {JsonObject} from 'vibe-plugin-api'
import {checkApiKey} from '../config/api-key.ts'
import {checkEndpoint} from '../config/endpoint.ts'
import {fallbackProblems} from '../config/fallbacks.ts'
import type {InstanceConfig} from '../config/values.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {ENVIRONMENT_INSTANCE} from './choose-instance.ts'
import {checkSettings, parseSetting} from './settings.ts'
import type {ProviderManifest} from './types.ts'

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/
/** Names that a JavaScript object already has; a provider of such a name could not be told from nothing. */
const UNUSABLE = new Set(['__proto__', 'constructor', 'prototype'])
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
const RESERVED_HEADERS = new Set(['host', 'content-length', 'content-type', 'transfer-encoding', 'connection'])

/** @throws VibeError (exit 2) when a name could not be typed as a flag or as part of a config key */
export function checkedName(name: string): string {
  if (name === ENVIRONMENT_INSTANCE)
    throw usage('name-invalid', `"${name}" is the provider that the environment describes; choose another name.`)
  if (NAME.test(name) && !UNUSABLE.has(name)) return name
  throw usage(
    'name-invalid',
    `"${name.slice(0, 60)}" cannot be a provider's name: letters, digits, - and _, at most 40, starting with a letter or digit.`,
  )
}

/**
 * The address, cleaned and without a trailing slash.
 * @throws VibeError (exit 3) for what is no address, or plain http that leaves this network
 */
export function checkedEndpoint(endpoint: string, manifest: ProviderManifest, insecure: boolean): string {
  if (manifest.endpoint.overridable === false) {
    throw usage('endpoint-fixed', `${manifest.name} has no address of its own to choose: leave out --endpoint.`)
  }
  return checkEndpoint(endpoint, {insecure}).url
}

/** @throws VibeError (exit 2) for names and values that no request may carry */
export function checkedHeaders(headers: Record<string, string>): Record<string, string> {
  for (const [name, value] of Object.entries(headers)) {
    if (!HEADER_NAME.test(name)) throw usage('header-invalid', `"${name.slice(0, 60)}" cannot be the name of a header.`)
    if (RESERVED_HEADERS.has(name.toLowerCase()))
      throw usage('header-invalid', `The header ${name} is set by the request itself.`)
    if (!HEADER_VALUE.test(value))
      throw usage('header-invalid', `The value of the header ${name} has characters that no header may have.`)
  }
  return headers
}

/**
 * Settings in their own types; what was typed as text is read by the setting's type.
 * @throws VibeError (exit 2) that names every wrong one
 */
export function checkedSettings(manifest: ProviderManifest, given: JsonObject): JsonObject {
  const {properties} = manifest.settings
  const typed = Object.entries(given).map(([name, value]) => {
    const schema = Object.hasOwn(properties, name) ? properties[name] : undefined
    return [name, schema && typeof value === 'string' ? parseSetting(schema, value) : value] as const
  })
  const values: JsonObject = Object.fromEntries(typed)
  const {problems} = checkSettings(manifest.settings, values)
  if (problems.length === 0) return values
  throw usage(
    'settings-invalid',
    `${manifest.name}: ${problems.map(({message}) => message).join('; ')}.`,
    'give each as --set NAME=VALUE',
  )
}

/**
 * @param fallbacks as typed: each flag one, or several with commas; a lone empty one takes all out
 * @throws VibeError (exit 2) that names the first that cannot be used
 */
export function checkedFallbacks(
  owner: string,
  fallbacks: readonly string[],
  providers: Readonly<Record<string, InstanceConfig>>,
): string[] {
  const entries = fallbacks
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '')
  const [problem] = fallbackProblems(owner, entries, providers)
  if (problem) throw usage('fallback-invalid', `${problem.message}.`, problem.hint)
  return entries
}

/** @throws VibeError (exit 4) that says what is wrong with the key, without the key */
export function cleanKey(text: string): string {
  return checkApiKey(text)
}

/**
 * "K=V" pairs of a flag that may be given several times.
 * @param flag the flag's name, for the error
 */
export function pairs(texts: readonly string[], flag: string): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf('=')
      // The text may hold a secret: only what stands before a colon or space is repeated.
      if (equals <= 0)
        throw usage(
          'pair-invalid',
          `--${flag} takes NAME=VALUE, not "${text.split(/[:\s]/, 1)[0]?.slice(0, 30) ?? ''}…".`,
        )
      return [text.slice(0, equals).trim(), text.slice(equals + 1).trim()]
    }),
  )
}

/** Splits a command as a shell would, without running one: words, 'single' and "double" quotes, backslashes. */
export function commandWords(text: string): string[] {
  const words: string[] = []
  const pattern = /(?:[^\s'"\\]|\\.|'[^']*'|"(?:\\.|[^"\\])*")+/gsy
  let rest = text.trim()
  while (rest !== '') {
    pattern.lastIndex = 0
    const word = pattern.exec(rest)?.[0]
    if (word === undefined) throw usage('command-invalid', '--key-command has a quote that is not closed.')
    words.push(unquoted(word))
    rest = rest.slice(word.length).trimStart()
  }
  if (words.length === 0) throw usage('command-invalid', '--key-command needs a command.')
  return words
}

function unquoted(word: string): string {
  const parts = word.matchAll(/'(?<single>[^']*)'|"(?<double>(?:\\.|[^"\\])*)"|\\(?<escaped>.)|(?<plain>[^'"\\]+)/gs)
  return [...parts]
    .map(
      ({groups: {single, double, escaped, plain} = {}}) =>
        single ?? double?.replaceAll(/\\(["\\$`])/g, '$1') ?? escaped ?? plain ?? '',
    )
    .join('')
}

function usage(code: string, message: string, hint?: string): VibeError {
  return new VibeError({code, message, exit: ExitCode.usage, ...(hint !== undefined && {hint})})
}
