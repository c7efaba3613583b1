import {Flags} from '@oclif/core'
import {realpathSync} from 'node:fs'
import {VibeCommand} from '../../base-command.ts'
import {homes} from '../../paths.ts'
import {listSessions, type SessionSummary} from '../../sessions/list.ts'
import {listReport} from '../../ui/session-list.ts'

export type SessionListResult = {sessions: SessionSummary[]}

export default class SessionList extends VibeCommand {
  static override summary = 'List earlier conversations, newest first'
  static override description =
    'Those of this project, or of all. A cost with "≥" lacks answers whose price is unknown; "–" stands for what is not known.'
  static override examples = ['<%= config.bin %> session list', '<%= config.bin %> session list --all --json']

  static override flags = {
    all: Flags.boolean({char: 'a', description: 'Of all projects'}),
    limit: Flags.integer({
      char: 'n',
      description: 'Only so many of the newest; 0 for all (in a terminal 50 when absent)',
      min: 0,
      helpValue: 'N',
    }),
  }

  async run(): Promise<SessionListResult> {
    const {flags} = await this.parse(SessionList)
    const all = await listSessions(homes(), flags.all ? undefined : realpathSync(process.cwd()))
    const limit = flags.limit ?? (process.stdout.isTTY && !this.jsonEnabled() ? 50 : 0)
    const sessions = limit === 0 ? all : all.slice(0, limit)
    const report = listReport({sessions, left: all.length - sessions.length, all: flags.all}, process.stdout)
    for (const line of report.lines) this.log(line)
    for (const line of report.talk) this.logToStderr(line)
    return {sessions}
  }
}
