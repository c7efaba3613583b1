import {fileDiff, type FileDiff} from './file-diff.ts'
import type {PlannedFile} from './plan.ts'

/** What a plan does to one file, to look at. */
export function plannedDiff({name, from, before, after}: PlannedFile): FileDiff {
  return fileDiff({path: name, before, after, ...(from && {from: from.name})})
}
