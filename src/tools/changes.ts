import {fileDiff} from '../edits/file-diff.ts'
import {EditRefusal} from '../edits/refusal.ts'
import type {Target} from './target.ts'
import type {PreparedCall, ToolContext} from './tool.ts'

export type PlannedChange = {
  target: Target
  /** As the model wrote it. */
  given: string
  before: {bytes: Buffer; text: string; mode: number} | undefined
  next: string
  verb: 'edit' | 'write' | 'create'
  /** For the model, when it is done. */
  done: string
}

/** A checked change of one file: the whole diff to look at, and a write that happens only if the file is still the same. */
export function prepareChange(change: PlannedChange, context: ToolContext): PreparedCall {
  const {target, before, next, verb} = change
  const bytes = Buffer.from(next, 'utf8')
  const old = before && {bytes: before.bytes, mode: before.mode}
  const file = fileDiff({path: target.name, before: old, after: {bytes, mode: before?.mode}})
  const summary = `${change.verb} ${target.name} (+${file.added} -${file.removed})`
  return {
    access: [{kind: 'edit', path: target.path, given: change.given}],
    preview: {kind: 'diff', files: [file]},
    summary,
    execute: async ({signal}) => {
      if (signal.aborted)
        return {content: 'Cancelled, nothing written.', summary: `${summary}: cancelled`, isError: true}
      try {
        const changes = [{path: target.path, before: old, after: {bytes, mode: before?.mode}}]
        await context.apply(changes, {tool: verb === 'edit' ? 'edit' : 'write', signal})
      } catch (error) {
        if (error instanceof EditRefusal)
          return {content: error.message, summary: `${summary}: refused (${error.code})`, isError: true}
        throw error
      }
      context.ledger.remember(target.path, bytes)
      return {content: change.done, summary, edits: [file]}
    },
  }
}
