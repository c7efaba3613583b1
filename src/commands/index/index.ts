import {Flags} from '@oclif/core'
import {VibeCommand} from '../../base-command.ts'
import {askIndex, indexNotes, statusLines} from '../../ui/search.ts'

export type IndexResult = {
  files: number
  /** Of the project's files that are indexed. */
  sourceBytes: number
  /** Of the index; absent when it cannot be kept on the disk. */
  bytes?: number
  /** Commits whose messages are known. */
  commits: number
  /** Files that were read, and forgotten, just now. */
  changed: number
  removed: number
  /** Files of the project that are links, not to be read, or secret by their name. */
  skipped: number
  folder: string
  notes: string[]
}

export default class Index extends VibeCommand {
  static override summary = 'Make or renew the index that search uses'
  static override description =
    'Searching does this by itself. The index lies in the cache folder of this user, holds no text of the files and can be deleted at any time.'
  static override examples = [
    '<%= config.bin %> index',
    '<%= config.bin %> index --rebuild',
    '<%= config.bin %> index --status --json',
  ]

  static override flags = {
    status: Flags.boolean({description: 'Say what is indexed and read nothing new', exclusive: ['rebuild']}),
    rebuild: Flags.boolean({description: 'Throw it away and read every file again'}),
  }

  override async run(): Promise<IndexResult> {
    const {flags} = await this.parse(Index)
    const place = {cwd: process.cwd(), env: process.env, signal: this.stopSignal(), talk: process.stderr}
    const answer = await askIndex({kind: flags.rebuild ? 'rebuild' : flags.status ? 'status' : 'update'}, place)
    const notes = indexNotes(answer)
    for (const note of notes) this.logToStderr(note)
    const {status, update} = answer
    const {listed: _, partial: __, ...read} = update
    const result: IndexResult = {...status, ...read, notes}
    for (const line of statusLines(result, process.env)) this.log(line)
    return result
  }
}
