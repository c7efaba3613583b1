import {join} from 'node:path'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {admit, type Admitted} from './gate.ts'
import {changeBetween, installedFacts, type InstalledFacts} from './installed.ts'
import {download, runScripts} from './download.ts'
import {follows, recordPlugin} from './record-plugin.ts'
import {parseSource} from './source.ts'
import {changeInstalled, withScratch} from './stage.ts'
import type {Candidate, Change, InstallRequest, InstallResult, Question, Source} from './types.ts'
import {verifyStaged} from './verify.ts'

/**
 * Installs a plugin, or another version of one, in this process: looks at it, asks, downloads exactly what was shown, checks it,
 * and only then lets it take the place of what was there. No code of the package runs, unless install scripts are allowed.
 * Whatever fails, is declined or interrupted leaves what was installed as it was.
 * @param request `consent` decides; see there. `signal` ends every wait.
 * @returns `plugin` can be added to the plugins of this process (`readRegistry`) to use it without a new start
 * @throws VibeError: exit 2 for a name that is none, 3 for what does not exist or fit, 4 for a registry that wants a login,
 *   5 for one that cannot be reached, 6 when nobody agreed, 8 for a wrong checksum or a broken update, 130 when interrupted
 */
export async function installPlugin(request: InstallRequest): Promise<InstallResult> {
  return installSource(parseSource(request.spec, request.host.cwd), request)
}

/**
 * Only looks and asks, for whoever installs by other means.
 * @throws VibeError as `installPlugin` does
 */
export async function askAbout(request: InstallRequest): Promise<Candidate> {
  const {host, signal, spec} = request
  const source = parseSource(spec, host.cwd)
  refuseOffline(source, request)
  return withScratch(host.homes.data, async (folder) => {
    const {candidate} = await admit(source, {cwd: folder, host, signal})
    await agree({spec, candidate, allowScripts: host.allowScripts}, request)
    return candidate
  })
}

/** `installPlugin` for a source that is understood already. */
export async function installSource(source: Source, request: InstallRequest): Promise<InstallResult> {
  const {host, signal, report} = request
  refuseOffline(source, request)
  return withScratch(host.homes.data, async (folder) => {
    report?.({step: source.kind === 'registry' ? 'lookup' : 'fetch', subject: request.spec})
    const admitted = await admit(source, {cwd: folder, host, signal})
    const before = await installedFacts(admitted.candidate.name, host)
    if (isSame(before, admitted)) return keepAsIs(admitted, before, {source, request})
    const place = {cwd: folder, host, signal}
    const change = before === undefined ? undefined : await changeBetween(before, admitted, place)
    await agree(
      {spec: request.spec, candidate: admitted.candidate, ...(change && {change}), allowScripts: host.allowScripts},
      request,
    )
    report?.({step: 'install', subject: `${admitted.candidate.name} ${admitted.candidate.version}`})
    return install(admitted, {source, request, ...(change && {change})})
  })
}

async function agree(question: Question, {host, consent, report, signal}: InstallRequest): Promise<void> {
  const {name} = question.candidate
  if (host.trusted.includes(name)) {
    report?.({step: 'allowed', subject: name, by: 'trust.plugins', question})
    return
  }
  const agreed = await consent(question)
  signal.throwIfAborted()
  if (agreed) return
  throw new VibeError({
    code: 'install-declined',
    message: `${name} was not installed.`,
    exit: ExitCode.needsApproval,
  })
}

type Job = {source: Source; request: InstallRequest; change?: Change}

async function install(admitted: Admitted, {source, request, change}: Job): Promise<InstallResult> {
  const {candidate} = admitted
  const {host, signal} = request
  const {data} = host.homes
  const verified = await changeInstalled({data, signal}, async (copy) => {
    await download(admitted, copy, request)
    const result = await verifyStaged(copy, {candidate, host})
    if (host.allowScripts) await runScripts(result, copy, request)
    await recordPlugin(copy, {candidate, source})
    return {commit: true, result}
  })
  const {plugin, providers, withScripts} = verified
  return {
    name: candidate.name,
    version: plugin.version,
    ...(change && {previous: change.from}),
    ...(change?.unlinked !== undefined && {unlinked: change.unlinked}),
    changed: true,
    from: candidate.from,
    ...(candidate.integrity !== undefined && {integrity: candidate.integrity}),
    plugin: {...plugin, root: join(data, 'node_modules', candidate.name)},
    providers,
    scriptsSkipped: host.allowScripts ? [] : withScripts,
  }
}

function isSame(before: InstalledFacts | undefined, {candidate}: Admitted): before is InstalledFacts {
  if (before === undefined || before.version !== candidate.version || before.listed.type !== 'user') return false
  return before.integrity !== undefined && before.integrity === candidate.integrity && before.isWhole
}

/** Nothing to download; but what "update" follows from now on may have changed. */
async function keepAsIs({candidate}: Admitted, before: InstalledFacts, {source, request}: Job): Promise<InstallResult> {
  const {name, version, from, integrity} = candidate
  const {host, signal} = request
  if (!follows(before.listed, source)) {
    await changeInstalled({data: host.homes.data, signal}, async (copy) => {
      await recordPlugin(copy, {candidate, source})
      return {commit: true, result: undefined}
    })
  }
  const plugin = {name, version, type: 'user', root: before.root, pjson: before.pjson}
  return {
    name,
    version,
    previous: version,
    changed: false,
    from,
    ...(integrity !== undefined && {integrity}),
    plugin,
    providers: before.providers,
    scriptsSkipped: [],
  }
}

function refuseOffline(source: Source, {host, spec}: InstallRequest): void {
  if (!host.offline || source.kind === 'tarball' || source.kind === 'folder') return
  throw new VibeError({
    code: 'offline',
    message: `Cannot install ${spec}: vibe is offline.`,
    hint: 'Install it from a file, or: vibe config:set offlineMode false',
    exit: ExitCode.unreachable,
  })
}
