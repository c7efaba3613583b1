import {Flags} from '@oclif/core'
import {VibeCommand} from '../base-command.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {homes} from '../paths.ts'
import {distrust, readTrust, trust, type TrustState} from '../permissions/trust.ts'
import {confirm} from '../ui/prompts.ts'

export type TrustReport = {root: string; state: TrustState['state']; files: string[]; changes: string[]}

export default class Trust extends VibeCommand {
  static override summary = "Let this project's own settings and instructions count"
  static override description =
    'Until then its .env, .vibe-coder folder and AGENTS.md are neither executed nor obeyed. A change of what was vouched for asks again.'
  static override examples = [
    '<%= config.bin %> trust',
    '<%= config.bin %> trust --yes',
    '<%= config.bin %> trust --remove',
  ]

  static override flags = {
    yes: Flags.boolean({char: 'y', description: 'Trust it as it is, without a question'}),
    remove: Flags.boolean({description: 'Take the trust back', exclusive: ['yes']}),
    status: Flags.boolean({description: 'Only say how it stands', exclusive: ['yes', 'remove']}),
  }

  override async run(): Promise<TrustReport> {
    const {flags} = await this.parse(Trust)
    const {data} = homes()
    const signal = AbortSignal.timeout(600_000)
    const now = readTrust(process.cwd(), data)
    this.describe(now)
    if (flags.status) return report(now)
    if (flags.remove) {
      await distrust(process.cwd(), data, signal)
      this.log('Not trusted.')
      return {...report(now), state: 'unknown'}
    }
    if (now.state === 'trusted') return report(now)
    if (!flags.yes && !(await this.agreed())) return report(now)
    const trusted = await trust(process.cwd(), data, {signal, files: now.files})
    this.log('Trusted. Take it back with: vibe trust --remove')
    return report(trusted)
  }

  private describe({root, state, files, changes}: TrustState): void {
    this.log(
      state === 'trusted'
        ? `${root} is trusted.`
        : `${root} is not trusted${state === 'changed' ? ' any more: it has changed' : ''}.`,
    )
    const names = Object.keys(files)
    this.log(
      names.length === 0
        ? 'It brings no settings along; AGENTS.md would be obeyed.'
        : 'It brings along, and trust lets count:',
    )
    for (const name of names) this.log(`  ${name}${changes.includes(name) ? '  (changed)' : ''}`)
  }

  private async agreed(): Promise<boolean> {
    if (process.stdin.isTTY && !this.jsonEnabled()) return confirm('Trust this project?', false)
    throw new VibeError({
      code: 'trust-needs-a-person',
      message: 'Trusting a project is for a person to decide, and nobody can be asked here.',
      hint: 'After a look at the files: vibe trust --yes',
      exit: ExitCode.needsApproval,
    })
  }
}

function report({root, state, files, changes}: TrustState): TrustReport {
  return {root, state, files: Object.keys(files), changes}
}
