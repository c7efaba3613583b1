import {Flags} from '@oclif/core'
import {PluginCommand} from '../../base-plugin-command.ts'
import {VibeError} from '../../errors.ts'
import {ExitCode} from '../../exit-codes.ts'
import {readPluginList} from '../../install/plugin-list.ts'
import {rebuildAll, removeAll} from '../../install/remove-plugins.ts'
import {canAsk, confirm} from '../../ui/prompts.ts'

export type PluginResetReport = {reset: boolean; plugins: string[]; reinstalled: boolean}

export default class PluginsReset extends PluginCommand {
  static override summary = 'Remove every installed and linked plugin'
  static override flags = {
    yes: Flags.boolean({char: 'y', description: 'Without a question'}),
    reinstall: Flags.boolean({description: 'Keep the list and install the same versions again'}),
    hard: Flags.boolean({hidden: true}),
  }

  async run(): Promise<PluginResetReport> {
    const {flags} = await this.parse(PluginsReset)
    const host = this.installHost()
    const listed = this.listed(host.homes.data)
    const plugins = listed ?? []
    const count = `${plugins.length} ${plugins.length === 1 ? 'plugin' : 'plugins'}`
    if (listed?.length === 0) {
      this.log('No plugins installed.')
      return {reset: false, plugins, reinstalled: false}
    }
    const what = listed === undefined ? 'every plugin (the list of them is damaged)' : count
    if (!flags.yes && !flags.reinstall && !(await this.agreed(plugins, what)))
      return {reset: false, plugins, reinstalled: false}
    const signal = this.stopSignal()
    await (flags.reinstall ? rebuildAll(host, signal) : removeAll(host, signal))
    this.log(
      flags.reinstall ? `Installed ${count} again.` : `Removed ${listed === undefined ? 'every plugin' : count}.`,
    )
    await this.config.runHook('plugins:postuninstall', {})
    return {reset: true, plugins, reinstalled: flags.reinstall}
  }

  /** @returns undefined when the list is damaged */
  private listed(data: string): string[] | undefined {
    try {
      return readPluginList(data).plugins.map(({name}) => name)
    } catch (error) {
      if (error instanceof VibeError) return undefined
      throw error
    }
  }

  private async agreed(plugins: string[], what: string): Promise<boolean> {
    for (const name of plugins) this.logToStderr(`  ${name}`)
    if (canAsk() && !this.jsonEnabled()) return confirm(`Remove ${what}?`, false)
    throw new VibeError({
      code: 'consent-needed',
      message: `Removing ${what} is for a person to decide, and nobody can be asked here.`,
      hint: 'vibe plugins reset --yes',
      exit: ExitCode.needsApproval,
    })
  }
}
