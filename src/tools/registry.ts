import type {Mode} from '../permissions/access.ts'
import {createApplyPatchTool} from './apply-patch.ts'
import {createDeleteTool, createMoveTool} from './delete-and-move.ts'
import {createEditFilesTool} from './edit-files.ts'
import {createEditTool} from './edit.ts'
import {createGlobTool} from './glob.ts'
import {createGrepTool} from './grep.ts'
import {createListTool} from './list.ts'
import {createMultiEditTool} from './multi-edit.ts'
import {createReadTool} from './read.ts'
import {createShellTool} from './shell.ts'
import {createSearchTool} from './search.ts'
import type {Tool} from './tool.ts'
import {createWriteTool} from './write.ts'

/**
 * The tools a mode has, always in the same order, since services cache the beginning of a request. A mode that may not
 * write or run has no tool for it. In architect mode these are the planner's; the editing model gets those of code.
 * Those that are unlisted are not offered, which keeps requests small, but done when a model calls them all the same.
 */
export function toolsForMode(mode: Mode): Tool[] {
  const reading = [createReadTool(), createListTool(), createGlobTool(), createGrepTool(), createSearchTool()]
  if (mode !== 'code') return reading
  const unlisted = [
    createMultiEditTool(),
    createApplyPatchTool(),
    createDeleteTool(),
    createMoveTool(),
    createEditFilesTool(),
  ]
  return [...reading, createWriteTool(), createEditTool(), createShellTool(), ...unlisted]
}

/** What a model is told of. */
export function offered(tools: readonly Tool[]): Tool[] {
  return tools.filter((tool) => !tool.isUnlisted)
}
