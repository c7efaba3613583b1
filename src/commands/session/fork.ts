import {Args, Flags} from '@oclif/core'
import {realpathSync} from 'node:fs'
import {VibeCommand} from '../../base-command.ts'
import {homes} from '../../paths.ts'
import {chooseSession} from '../../sessions/find.ts'
import {forkSession, type Fork} from '../../sessions/fork.ts'
import {readable} from '../../sessions/show.ts'

export default class SessionFork extends VibeCommand {
  static override summary = 'Begin a new session like another one'
  static override description =
    'The new one has everything up to a turn and goes its own way from there; the old one stays as it is. Files are not changed: take those back with `vibe undo`. What the copied turns cost is counted where they were paid for.'
  static override examples = ['<%= config.bin %> session fork 7f3a12', '<%= config.bin %> session fork 7f3a12 --at 3']
  static override args = {
    id: Args.string({description: 'Its id, the beginning of it, or its title', required: true}),
  }
  static override flags = {
    at: Flags.integer({description: 'The last turn it takes over; all when absent', min: 1, helpValue: 'TURN'}),
  }

  async run(): Promise<Fork> {
    const {args, flags} = await this.parse(SessionFork)
    const file = chooseSession(homes(), args.id)
    const options = {vibe: this.config.version, cwd: realpathSync(process.cwd())}
    const fork = readable(file, () =>
      forkSession(file, {...options, ...(flags.at === undefined ? {} : {at: flags.at})}),
    )
    if (fork.setAside > 0) this.logToStderr(`${fork.setAside} damaged lines were left out; they stay in ${file.path}.`)
    this.log(`${fork.id} begins with ${fork.turns} ${fork.turns === 1 ? 'turn' : 'turns'} of ${file.id}.`)
    this.log(`Go on with: vibe chat --resume ${fork.id}`)
    return fork
  }
}
