import {Args} from '@oclif/core'
import {VibeCommand} from '../../base-command.ts'
import {homes} from '../../paths.ts'
import {chooseSession} from '../../sessions/find.ts'
import {showSession, type SessionDetails} from '../../sessions/show.ts'
import {detailLines} from '../../ui/session-details.ts'

export default class SessionShow extends VibeCommand {
  static override summary = 'Show what a session was about, turn by turn'
  static override description =
    'The numbers of the turns are those that `session fork --at` takes. The whole talk is what `session export` writes.'
  static override examples = [
    '<%= config.bin %> session show 7f3a12',
    '<%= config.bin %> session export 7f3a12 --format markdown',
  ]
  static override args = {
    id: Args.string({description: 'Its id, the beginning of it, or its title', required: true}),
  }

  async run(): Promise<SessionDetails> {
    const {args} = await this.parse(SessionShow)
    const details = await showSession(homes(), chooseSession(homes(), args.id))
    for (const line of detailLines(details, process.stdout)) this.log(line)
    return details
  }
}
