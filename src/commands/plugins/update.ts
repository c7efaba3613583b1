import {Args} from '@oclif/core'
import {consentFlags, PluginCommand} from '../../base-plugin-command.ts'
import {renderError} from '../../base-command.ts'
import type {InstallResult} from '../../install/types.ts'
import {updatePlugins} from '../../install/update-plugins.ts'
import {pluginConsent} from '../../ui/plugin-consent.ts'

type Shown = Omit<InstallResult, 'plugin'>
export type PluginUpdateReport = {
  updated: Shown[]
  unchanged: Shown[]
  failed: Array<{name: string; code: string; message: string; hint?: string}>
  linked: string[]
}

export default class PluginsUpdate extends PluginCommand {
  static override summary = 'Update installed plugins'
  static override description =
    'Shows each new version with what it brings, and asks. One that fails stays as it is. A version that was named at the installation is kept.'
  static override strict = false
  static override args = {plugin: Args.string({description: 'Only these'})}
  static override flags = consentFlags

  async run(): Promise<PluginUpdateReport> {
    const {argv, flags} = await this.parse(PluginsUpdate)
    const host = this.installHost({allowScripts: flags['allow-scripts']})
    const talk = pluginConsent({yes: flags.yes, ask: !this.jsonEnabled()})
    const {updated, unchanged, failed, linked} = await updatePlugins(argv.map(String), {
      host,
      signal: this.stopSignal(),
      ...talk,
    })
    if (updated.length + unchanged.length + failed.length + linked.length === 0) this.log('No plugin is installed.')
    for (const {name, version, previous, plugin} of updated) {
      this.log(`${name} ${previous} → ${version}`)
      await this.announce(plugin)
    }
    for (const {name, version} of unchanged) this.log(`${name} ${version} is up to date.`)
    for (const name of linked) this.log(`${name} is a link: it is always as its folder is.`)
    for (const {error} of failed) if (!this.jsonEnabled()) process.stderr.write(renderError(error))
    const [first] = failed
    if (first) process.exitCode = first.error.exit
    return {
      linked,
      updated: updated.map(({plugin: _plugin, ...shown}) => shown),
      unchanged: unchanged.map(({plugin: _plugin, ...shown}) => shown),
      failed: failed.map(({name, error: {code, message, hint}}) => ({
        name,
        code,
        message,
        ...(hint !== undefined && {hint}),
      })),
    }
  }
}
