import {Flags} from '@oclif/core'
import {listenForInterruption} from '../agent/interruption.ts'
import {VibeCommand} from '../base-command.ts'
import type {Finding} from '../doctor/finding.ts'
import type {Surroundings} from '../doctor/place.ts'
import {runDoctor} from '../ui/doctor.ts'

export default class Doctor extends VibeCommand {
  static override summary = 'Look at everything that can keep vibe from working, and say what mends it'
  static override description =
    'Asks each provider that is set up whether it takes the key, but for no answer. Exits with 3 when something stops work, with 0 for warnings.'
  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --json | jq ".[] | select(.state != \\"ok\\")"',
  ]
  static override flags = {offline: Flags.boolean({description: 'Connect to local addresses only'})}

  async run(): Promise<Finding[]> {
    const {flags} = await this.parse(Doctor)
    // Not a listener that goes at the first signal: the list's own library would take itself for the last one, and kill.
    const {signal} = listenForInterruption()
    const options = {signal, out: process.stdout, quiet: this.jsonEnabled()}
    const {findings, exit} = await runDoctor(this.surroundings(flags.offline), options)
    process.exitCode = exit
    return findings
  }

  private surroundings(offline: boolean): Surroundings {
    const {stdin, stdout, env} = process
    return {
      host: {plugins: [...this.config.plugins.values()], env, cwd: workingFolder(), version: this.config.version},
      root: this.config.root,
      terminal: {
        inputIsTerminal: stdin.isTTY === true,
        outputIsTerminal: stdout.isTTY === true,
        columns: stdout.columns,
        rows: stdout.rows,
      },
      offline,
      withoutPlugins: env['VIBE_CODER_NO_PLUGINS'] === '1',
    }
  }
}

function workingFolder(): string | undefined {
  try {
    return process.cwd()
  } catch {
    return undefined // It was removed while the shell stood in it.
  }
}
