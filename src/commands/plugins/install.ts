import {Args, Flags} from '@oclif/core'
import {consentFlags, PluginCommand} from '../../base-plugin-command.ts'
import {installPlugin} from '../../install/install-plugin.ts'
import type {InstallResult} from '../../install/types.ts'
import {pluginConsent} from '../../ui/plugin-consent.ts'

export type PluginInstallReport = {installed: Array<Omit<InstallResult, 'plugin'>>}

export default class PluginsInstall extends PluginCommand {
  static override summary = 'Install providers and other plugins'
  static override description =
    'Shows who published what, asks once, and installs exactly that. Install scripts are not run. Registry, keys and proxy are those of npm.'
  static override aliases = ['plugins:add']
  static override strict = false
  static override examples = [
    '<%= config.bin %> plugins install vibe-provider-ollama',
    '<%= config.bin %> plugins install vibe-provider-ollama@^1 --yes',
    '<%= config.bin %> plugins install ./vibe-provider-mine-1.0.0.tgz',
    '<%= config.bin %> plugins install git+https://git.example.com/vibe-provider-mine.git#v1',
  ]

  static override args = {
    plugin: Args.string({
      description: 'Package, package@version, .tgz file, folder, address or repository',
      required: true,
    }),
  }
  static override flags = {
    ...consentFlags,
    force: Flags.boolean({char: 'f', hidden: true}),
    silent: Flags.boolean({char: 's', hidden: true}),
    verbose: Flags.boolean({char: 'v', hidden: true}),
  }

  async run(): Promise<PluginInstallReport> {
    const {argv, flags} = await this.parse(PluginsInstall)
    const host = this.installHost({allowScripts: flags['allow-scripts']})
    const signal = this.stopSignal()
    const talk = pluginConsent({yes: flags.yes, ask: !this.jsonEnabled()})
    const installed: PluginInstallReport['installed'] = []
    for (const spec of argv) {
      const {plugin, ...result} = await installPlugin({spec: String(spec), host, signal, ...talk})
      host.plugins = [...host.plugins.filter(({name}) => name !== plugin.name), plugin]
      installed.push(result)
      this.describe(result)
      await this.announce(plugin)
    }
    return {installed}
  }

  private describe(result: Omit<InstallResult, 'plugin'>): void {
    const {name, version, previous, unlinked, changed, scriptsSkipped} = result
    const before = unlinked === undefined ? previous : `the link to ${unlinked}`
    const instead = before === undefined || !changed ? '' : ` instead of ${before}`
    this.log(changed ? `Installed ${name} ${version}${instead}.` : `${name} ${version} is installed already.`)
    if (scriptsSkipped.length > 0)
      this.log(`  Install scripts were not run: ${scriptsSkipped.join(', ')}. --allow-scripts runs them.`)
  }
}
