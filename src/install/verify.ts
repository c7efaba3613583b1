import {join} from 'node:path'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {readRegistry} from '../providers/registry.ts'
import type {PluginSource} from '../providers/types.ts'
import {lockedPackages, readJson} from './installed.ts'
import {memberOf, packageFacts, textIn} from './package-facts.ts'
import type {Candidate, InstallHost, OfferedProvider} from './types.ts'

export type Verified = {
  plugin: PluginSource
  providers: OfferedProvider[]
  /** New packages that have install scripts. */
  withScripts: string[]
}

type Expected = {candidate: Candidate; host: InstallHost}

/**
 * Compares what npm has put into a folder with what was shown, before it is put to use.
 * @throws VibeError (exit 8) when it is something else, or when it would replace a working version with a broken one
 */
export async function verifyStaged(copy: string, expected: Expected): Promise<Verified> {
  const {candidate, host} = expected
  const root = join(copy, 'node_modules', candidate.name)
  const pjson = readJson(join(root, 'package.json'))
  const facts = packageFacts(pjson)
  const locked = lockedPackages(copy)[`node_modules/${candidate.name}`]
  if (facts === undefined) throw differs(candidate, 'it holds no package.json')
  if (facts.version !== candidate.version || facts.name !== candidate.name)
    throw differs(candidate, `it is ${facts.name} ${facts.version}`)
  const integrity = textIn(locked, 'integrity')
  if (candidate.integrity !== undefined && integrity !== candidate.integrity)
    throw differs(candidate, 'its checksum is another than the registry had announced')
  const hidden = [...facts.powers, ...facts.scripts.map((name) => `the script ${name}`)].filter(
    (one) => ![...candidate.powers, ...candidate.scripts.map((name) => `the script ${name}`)].includes(one),
  )
  if (hidden.length > 0) throw differs(candidate, `it brings ${hidden.join(' and ')}, which the registry had not said`)
  if (facts.apiVersion !== candidate.apiVersion)
    throw differs(candidate, `it speaks contract ${facts.apiVersion ?? 'none'}, not ${candidate.apiVersion ?? 'none'}`)
  const plugin = {name: facts.name, version: facts.version, type: 'user', root, pjson}
  const providers = await providersOf(plugin, copy, host)
  await refuseLoss(providers, expected)
  return {plugin, providers, withScripts: newScripts(copy, host)}
}

/** An update may add providers, but none that works may stop working. */
async function refuseLoss(providers: readonly OfferedProvider[], {candidate, host}: Expected): Promise<void> {
  const before = host.plugins.find(({name}) => name === candidate.name)
  if (before === undefined) return
  const worked = (await providersOf(before, host.homes.data, host)).filter(({state}) => state === 'ok')
  for (const {id} of worked) {
    const now = providers.find((provider) => provider.id === id)
    if (now?.state === 'ok') continue
    const reason = now?.problems[0] ?? 'this version does not offer it any more'
    throw wouldBreak(candidate, {
      id,
      reason,
      isTrustable: now?.state === 'hooks-declared',
      isShipped: before.type === 'core',
    })
  }
}

/** What a plugin offers, judged beside all the others. */
export async function providersOf(plugin: PluginSource, copy: string, host: InstallHost): Promise<OfferedProvider[]> {
  const others = host.plugins.filter(({name}) => name !== plugin.name)
  const {entries} = await readRegistry({
    plugins: [...others, plugin],
    cacheFolder: host.homes.cache,
    vibeVersion: host.vibeVersion,
    prefer: host.prefer,
    trusted: host.trusted,
    dataFolder: copy,
  })
  const mine = entries.filter((entry) => entry.plugin.name === plugin.name)
  return mine.map(({id, state, problems}) => ({id, state, problems}))
}

function newScripts(copy: string, {homes}: InstallHost): string[] {
  const before = lockedPackages(homes.data)
  const fresh = Object.entries(lockedPackages(copy)).filter(
    ([path, facts]) =>
      memberOf(facts, 'hasInstallScript') === true && textIn(before[path], 'version') !== textIn(facts, 'version'),
  )
  return [...new Set(fresh.map(([path]) => path.replace(/^.*node_modules\//, '')))]
}

function differs({name, version, from}: Candidate, how: string): VibeError {
  return new VibeError({
    code: 'integrity',
    message: `Cannot install ${name} ${version}: what arrived is not what was shown (${how}). Nothing was changed.`,
    origin: from,
    hint: 'Try again; if it stays so, tell whoever runs the registry',
    exit: ExitCode.checkFailed,
  })
}

type Loss = {id: string; reason: string; isTrustable: boolean; isShipped: boolean}

function wouldBreak({name, version, from}: Candidate, {id, reason, isTrustable, isShipped}: Loss): VibeError {
  return new VibeError({
    code: 'update-broken',
    message: `${name} ${version} was not installed, since its provider ${id} would not work: ${reason}. ${isShipped ? 'The one that comes with vibe' : 'The version that you have'} stays.`,
    origin: from,
    hint: isTrustable
      ? `If you trust it: vibe config:set trust.plugins '["${name}"]', then update again`
      : isShipped
        ? 'Tell its author'
        : `Tell its author. To have it all the same: vibe plugins uninstall ${name}, then install it`,
    exit: ExitCode.checkFailed,
  })
}
