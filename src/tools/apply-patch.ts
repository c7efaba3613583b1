import {parsePatch} from '../edits/formats/patch.ts'
import {parseSearchReplace} from '../edits/formats/search-replace.ts'
import type {Recognised} from '../edits/formats/types.ts'
import {parseUnifiedDiff} from '../edits/formats/unified-diff.ts'
import {checkInput, schemaOf, type Members} from './input.ts'
import {prepareEdits} from './prepare-edits.ts'
import type {Tool} from './tool.ts'

const members = {patch: {type: 'string'}, retry_of: {type: 'string', optional: true}} satisfies Members

/** A patch over any number of files: all of it or nothing. */
export function createApplyPatchTool(): Tool {
  return {
    name: 'apply_patch',
    description:
      'Apply a patch that begins with "*** Begin Patch", or a unified diff. retry_of: the batch whose other edits wait.',
    inputSchema: schemaOf(members),
    effect: 'edit',
    isUnlisted: true,
    prepare: async (input, context) => {
      const {patch, retry_of: retryOf} = checkInput('apply_patch', members, input)
      return prepareEdits({tool: 'apply_patch', ...readPatch(patch), ...(retryOf !== undefined && {retryOf})}, context)
    },
  }
}

/** Models send any format they know as a patch. */
function readPatch(text: string): Recognised {
  if (/^\s*\*\*\* (?:Begin Patch|(?:Add|Update|Delete) File: )/m.test(text)) return parsePatch(text)
  if (/^[<-]{5,} ?SEARCH/m.test(text)) return parseSearchReplace(text)
  return /^(?:--- |diff --git |@@ )/m.test(text) ? parseUnifiedDiff(text) : parsePatch(text)
}
