import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {installHostOf} from '../install/host.ts'
import {installPlugin} from '../install/install-plugin.ts'
import {knownProvider, type KnownProvider} from '../providers/known-providers.ts'
import type {Registry} from '../providers/types.ts'
import {pluginConsent} from './plugin-consent.ts'
import {canAsk} from './prompts.ts'
import {deskWith, type Desk} from './provider-desk.ts'

export type InstallChoice = {
  /** Agreed beforehand, by a flag. */
  install: boolean
  /** Whether a person may be asked. */
  ask: boolean
}

/** The known type that an id means and nothing installed offers, not even badly. */
export function missingType(id: string, registry: Registry): KnownProvider | undefined {
  return registry.entries.some((entry) => entry.id === id) ? undefined : knownProvider(id)
}

/**
 * Installs the package of a known type and goes on in this process.
 * @returns the desk with the type in its registry
 * @throws VibeError (exit 3) with the command to type when nobody agreed beforehand and nobody can be asked; else as `installPlugin`
 */
export async function installType(type: KnownProvider, desk: Desk, {install, ask}: InstallChoice): Promise<Desk> {
  const {host} = desk.workplace
  const place = installHostOf(host)
  const spec = type.package
  if (!install && !place.trusted.includes(spec) && !(ask && canAsk())) throw notInstalled(type)
  desk.write(`${type.name} needs the package ${spec}, which is not installed.\n`)
  const talk = pluginConsent({yes: install, ask, write: desk.write})
  const {plugin, name, version} = await installPlugin({spec, host: place, signal: desk.signal, ...talk})
  desk.write(`Installed ${name} ${version}.\n\n`)
  return deskWith(desk, plugin)
}

function notInstalled({name, package: spec}: KnownProvider): VibeError {
  return new VibeError({
    code: 'type-not-installed',
    message: `${name} needs the package ${spec}, which is not installed.`,
    hint: `vibe plugins install ${spec}   or add --install`,
    exit: ExitCode.notSetUp,
  })
}
