import type {Hook} from '@oclif/core'
import {installHost} from '../base-plugin-command.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {askAbout} from '../install/install-plugin.ts'
import {pluginConsent} from '../ui/plugin-consent.ts'

/**
 * The gate for whoever installs by oclif's own means; `vibe plugins install` has it built in. What is agreed to is pinned to
 * the version that was shown. Whatever goes wrong here ends the installation.
 */
export const pluginsPreinstall: Hook<'plugins:preinstall'> = async function ({plugin, config}) {
  try {
    const spec = plugin.type === 'npm' ? `${plugin.name}@${plugin.tag}` : plugin.url
    const signal = AbortSignal.timeout(600_000)
    const candidate = await askAbout({
      spec,
      host: installHost(config),
      signal,
      ...pluginConsent({yes: false, ask: true}),
    })
    if (plugin.type === 'npm') plugin.tag = candidate.version
    else throw onlyOurs(plugin.url)
  } catch (error) {
    const exit = error instanceof VibeError ? error.exit : ExitCode.bug
    this.error(error instanceof Error ? error : String(error), {exit})
  }
}

/** What a repository holds could change between the question and oclif's own installation. */
function onlyOurs(url: string): VibeError {
  return new VibeError({
    code: 'install-unpinned',
    message: 'A repository is only installed from what was looked at.',
    origin: url,
    hint: `vibe plugins install ${url}`,
    exit: ExitCode.usage,
  })
}
