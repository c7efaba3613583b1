import type {InspectedPlugin} from '../install/inspect-installed.ts'
import type {InstalledPlugin} from '../install/list-installed.ts'
import type {Candidate, Change, OfferedProvider, Question} from '../install/types.ts'
import {sanitize} from './sanitize.ts'

/** A version that is younger has been seen by few; most that are malicious are found within days. */
const YOUNG_MS = 3 * 86_400_000

/**
 * What somebody should know before a package is installed: facts first, then what deserves a second look.
 * @param now milliseconds since 1970
 */
export function questionLines({candidate, change, allowScripts}: Question, now: number): string[] {
  const {name, version} = candidate
  const title =
    change === undefined || change.unlinked !== undefined ? `${name} ${version}` : `${name} ${change.from} → ${version}`
  const facts = factsOf(candidate, now).map(([label, value]) => `  ${label.padEnd(10)} ${value}`)
  const warnings = [...warningsOf(candidate, allowScripts, now), ...changesOf(change)].map((line) => `  ! ${line}`)
  return [title, ...facts, ...warnings].map(sanitize)
}

function factsOf(candidate: Candidate, now: number): Array<[string, string]> {
  const {publisher, maintainers, publishedAt, bytes, from, kind} = candidate
  const people = maintainers.filter((person) => person !== publisher).join(', ')
  const uploaded = publisher ?? (people === '' ? 'not said by the registry' : `one of ${people}`)
  const others = publisher !== undefined && people !== '' ? ` (also maintained by ${people})` : ''
  const isUpload = kind === 'registry'
  return [
    ...(isUpload ? [['publisher', `${uploaded}${others}`] as [string, string]] : []),
    ...(isUpload
      ? [['published', publishedAt === undefined ? 'date unknown' : age(publishedAt, now)] as [string, string]]
      : []),
    ['size', bytes === undefined ? 'unknown' : `${size(bytes)} unpacked`],
    ['from', from],
    ['offers', offer(candidate)],
  ]
}

function offer({providers, apiVersion, powers}: Candidate): string {
  const ids = (providers ?? []).map(({id, state}) => (state === 'ok' ? id : `${id} (${state})`)).join(', ')
  const provider = ids === '' ? (apiVersion === undefined ? 'no provider' : 'a provider') : `the provider ${ids}`
  const contract = apiVersion === undefined ? '' : `, contract ${apiVersion}`
  return `${provider}${contract}${powers.length === 0 ? '; no hooks, no commands' : ''}`
}

function warningsOf(candidate: Candidate, allowScripts: boolean, now: number): string[] {
  const {publishedAt, powers, scripts, deprecated, apiVersion, providers, resembles, integrity} = candidate
  const instead = candidate.replacesShipped === true ? ['it is used instead of the one that comes with vibe'] : []
  const isYoung = publishedAt !== undefined && now - Date.parse(publishedAt) < YOUNG_MS
  const bad = (providers ?? []).filter(({state}) => state !== 'ok')
  return [
    ...instead,
    ...(resembles === undefined ? [] : [`its name resembles ${resembles}, which is another package`]),
    ...(isYoung ? ['this version is younger than 3 days: few have seen it'] : []),
    ...(integrity === undefined ? ['the registry gives no checksum for it'] : []),
    ...(powers.length > 0 ? [`it declares ${powers.join(' and ')}; hooks of plugins are never run`] : []),
    ...(scripts.length > 0
      ? [
          `install scripts: ${scripts.join(', ')} (${allowScripts ? 'they will RUN' : 'not run; --allow-scripts would run them'})`,
        ]
      : []),
    ...(apiVersion === undefined ? ['it is no provider: its package.json has no "vibe"'] : []),
    ...bad.map(({id, state, problems}) => `${id}: ${state}: ${problems[0] ?? 'no reason given'}`),
    ...(deprecated === undefined ? [] : [`its author says it is deprecated: ${deprecated}`]),
  ]
}

function changesOf(change: Change | undefined): string[] {
  if (change === undefined) return []
  const {formerPublisher, newPowers, newScripts, newDependencies, unlinked} = change
  const shown = newDependencies.slice(0, 5).join(', ')
  return [
    ...(unlinked === undefined ? [] : [`it takes the place of the link to ${unlinked}`]),
    ...(formerPublisher === undefined
      ? []
      : [`another publisher: the version that you have came from ${formerPublisher}`]),
    ...(newPowers.length > 0 ? [`new in this version: ${newPowers.join(' and ')}`] : []),
    ...(newScripts.length > 0 ? [`new install scripts: ${newScripts.join(', ')}`] : []),
    ...(newDependencies.length > 0 ? [`new dependencies: ${shown}${newDependencies.length > 5 ? ', …' : ''}`] : []),
  ]
}

/** One line for each provider of a plugin that is installed now, and what to do next. */
export function installedLines(providers: readonly OfferedProvider[], name: string): string[] {
  if (providers.length === 0) return [`${name} offers no provider.`].map(sanitize)
  const lines = providers.map(({id, state, problems}) =>
    state === 'ok'
      ? `  ${id}: ready. Next: vibe provider:add ${id} --type ${id}`
      : `! ${id}: ${state}: ${problems[0] ?? 'no reason given'}`,
  )
  if (providers.every(({state}) => state !== 'ok')) lines.push(`  → To remove it: vibe plugins uninstall ${name}`)
  return lines.map(sanitize)
}

/** One line for a plugin, and one for each of its providers that cannot be used. */
export function installedPluginLines({name, version, type, root, tag, url, providers}: InstalledPlugin): string[] {
  if (version === undefined) return [sanitize(`! ${name} cannot be loaded. Remove it: vibe plugins uninstall ${name}`)]
  const origin =
    type === 'link' ? ` (link) ${root ?? ''}` : type === 'core' ? ' (core)' : url === undefined ? '' : ` (${url})`
  const follows = tag === undefined || tag === 'latest' ? '' : ` (${tag})`
  const ready = providers.filter(({state}) => state === 'ok').map(({id}) => id)
  const offers = ready.length === 0 ? '' : `  ${ready.join(', ')}`
  const bad = providers.filter(({state}) => state !== 'ok')
  return [
    `${name} ${version}${follows}${origin}${offers}`,
    ...bad.map(({id, state, problems}) => `  ! ${id}: ${state}: ${problems[0] ?? 'no reason given'}`),
  ].map(sanitize)
}

/** A plugin with all that is known of it. */
export function inspectionLines(plugin: InspectedPlugin): string[] {
  const {type, root, tag, url, apiVersion, powers, scripts, integrity, dependencies, providers} = plugin
  const follows = url ?? (tag === 'latest' ? 'the newest version' : tag)
  const facts: Array<[string, string | undefined]> = [
    ['kind', type === 'core' ? 'comes with vibe' : type === 'link' ? 'linked' : 'installed'],
    ['location', root],
    ['follows', follows],
    ['contract', apiVersion?.toString()],
    ['declares', powers.join(', ')],
    ['scripts', scripts.length === 0 ? '' : `${scripts.join(', ')} (at its installation)`],
    ['checksum', integrity],
    ...dependencies.map(({name, version}): [string, string] => ['uses', `${name} ${version ?? '(missing)'}`]),
    ...providers.map(({id, state, problems}): [string, string] => [
      'provider',
      state === 'ok' ? `${id}: ready` : `${id}: ${state}: ${problems[0] ?? 'no reason given'}`,
    ]),
  ]
  const lines = facts.flatMap(([label, value]) => (value ? [`  ${label.padEnd(10)} ${value}`] : []))
  return [`${plugin.name} ${plugin.version ?? '(cannot be loaded)'}`, ...lines].map(sanitize)
}

/** "5 hours ago (2026-11-25)". */
function age(iso: string, now: number): string {
  const ms = Math.max(0, now - Date.parse(iso))
  const units: Array<[string, number]> = [
    ['year', 365 * 86_400_000],
    ['month', 30 * 86_400_000],
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
  ]
  const [unit, length] = units.find(([, span]) => ms >= span) ?? ['minute', 60_000]
  const count = Math.floor(ms / length)
  const text = count === 0 ? 'just now' : `${count} ${unit}${count === 1 ? '' : 's'} ago`
  return `${text} (${iso.slice(0, 10)})`
}

/** "46 kB", "3.1 MB". */
function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}
