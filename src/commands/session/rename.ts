import {Args} from '@oclif/core'
import {VibeCommand} from '../../base-command.ts'
import {homes} from '../../paths.ts'
import {environmentSecrets, redactKnown} from '../../redact.ts'
import {renameSession} from '../../sessions/change.ts'
import {chooseSession} from '../../sessions/find.ts'
import {sanitize} from '../../ui/sanitize.ts'

export type SessionRenameResult = {id: string; title: string}

export default class SessionRename extends VibeCommand {
  static override summary = 'Call a session something else'
  static override examples = ['<%= config.bin %> session rename 7f3a12 "the slow build"']
  /** The title may be several words. */
  static override strict = false
  static override args = {
    id: Args.string({description: 'Its id, the beginning of it, or its title', required: true}),
    title: Args.string({description: 'The new title', required: true}),
  }

  async run(): Promise<SessionRenameResult> {
    const {args, argv} = await this.parse(SessionRename)
    const file = chooseSession(homes(), args.id)
    const secrets = environmentSecrets(process.env)
    const title = renameSession(file, argv.slice(1).join(' '), (line) => redactKnown(line, secrets))
    this.log(`${file.id} is called "${sanitize(title)}" now.`)
    return {id: file.id, title}
  }
}
