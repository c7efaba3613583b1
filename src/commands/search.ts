import {Args, Flags} from '@oclif/core'
import {VibeCommand} from '../base-command.ts'
import type {Hit} from '../search/rank.ts'
import {askIndex, hitLines, indexNotes} from '../ui/search.ts'

export type SearchResult = {query: string; hits: Hit[]; files: number; notes: string[]}

export default class Search extends VibeCommand {
  static override summary = 'Find the files of this project that answer a question'
  static override description =
    'By words, names and paths, and by what was committed with such words before. The index is made the first time and afterwards reads what changed. Nothing leaves this machine.'
  static override examples = [
    '<%= config.bin %> search where are retries counted',
    '<%= config.bin %> search "TypeError in parseHeader" -k 3 --json',
  ]

  static override args = {query: Args.string({description: 'Words, an error message, a name, a path', required: true})}
  /** Several words are one question. oclif reads this from the class itself only. */
  static override strict = false
  static override flags = {
    limit: Flags.integer({char: 'k', description: 'How many files at most', default: 10, min: 1, max: 200}),
  }

  override async run(): Promise<SearchResult> {
    const {argv, flags} = await this.parse(Search)
    const text = argv.join(' ')
    const place = {cwd: process.cwd(), env: process.env, signal: this.stopSignal(), talk: process.stderr}
    const answer = await askIndex({kind: 'search', question: {text, count: flags.limit}}, place)
    const notes = indexNotes(answer)
    for (const note of notes) this.logToStderr(note)
    // Not through log(), which would break lines of code between words.
    if (!this.jsonEnabled()) process.stdout.write(`${hitLines(answer, process.stdout, process.env).join('\n')}\n`)
    return {query: text, hits: answer.hits, files: answer.status.files, notes}
  }
}
