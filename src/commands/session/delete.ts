import {Args, Flags} from '@oclif/core'
import {VibeCommand} from '../../base-command.ts'
import {homes} from '../../paths.ts'
import {deleteSessions} from '../../sessions/change.ts'
import {agreeToDelete, chosenForDeletion} from '../../ui/session-delete.ts'

export type SessionDeleteResult = {deleted: string[]; inUse: string[]}

export default class SessionDelete extends VibeCommand {
  static override summary = 'Delete sessions for good'
  static override description =
    'Cannot be taken back. What a session changed in your files stays, and `vibe undo` still knows it; what it cost is no longer counted by `vibe usage`. Sessions that another vibe has open are left alone.'
  static override examples = [
    '<%= config.bin %> session delete 7f3a12 c01d00',
    '<%= config.bin %> session delete --older-than 90 --all --yes',
  ]
  /** Several at once. */
  static override strict = false
  static override args = {
    id: Args.string({description: 'Ids or at least four characters of them; several at once', required: false}),
  }
  static override flags = {
    yes: Flags.boolean({char: 'y', description: 'Without a question'}),
    'older-than': Flags.integer({
      description: 'Those of this project that were last used more than so many days ago',
      min: 0,
      helpValue: 'DAYS',
    }),
    all: Flags.boolean({description: 'With --older-than: of all projects', dependsOn: ['older-than']}),
  }

  async run(): Promise<SessionDeleteResult> {
    const {argv, flags} = await this.parse(SessionDelete)
    const chosen = await chosenForDeletion({words: argv.map(String), days: flags['older-than'], all: flags.all})
    for (const line of chosen.notes) this.logToStderr(line)
    if (chosen.files.length === 0) this.log('There is nothing to delete.')
    if (chosen.files.length === 0) return {deleted: [], inUse: chosen.inUse}
    const ask = !flags.yes
    if (ask && !(await agreeToDelete(chosen, {json: this.jsonEnabled()}))) return {deleted: [], inUse: chosen.inUse}
    const done = await deleteSessions(homes(), chosen.files)
    const inUse = [...chosen.inUse, ...done.inUse.map(({id}) => id)]
    for (const {id} of done.inUse) this.logToStderr(`${id} is in use by another vibe and was left.`)
    this.log(`Deleted ${done.deleted.length} ${done.deleted.length === 1 ? 'session' : 'sessions'}.`)
    return {deleted: done.deleted.map(({id}) => id), inUse}
  }
}
