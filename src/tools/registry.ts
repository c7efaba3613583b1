import type {Mode} from '../permissions/access.ts'
import {createEditTool} from './edit.ts'
import {createGlobTool} from './glob.ts'
import {createGrepTool} from './grep.ts'
import {createListTool} from './list.ts'
import {createReadTool} from './read.ts'
import {createShellTool} from './shell.ts'
import type {Tool} from './tool.ts'
import {createWriteTool} from './write.ts'

/**
 * The tools a mode has, always in the same order, since services cache the beginning of a request. A mode that may not
 * write or run has no tool for it. In architect mode these are the planner's; the editing model gets those of code.
 */
export function toolsForMode(mode: Mode): Tool[] {
  const reading = [createReadTool(), createListTool(), createGlobTool(), createGrepTool()]
  return mode === 'code' ? [...reading, createWriteTool(), createEditTool(), createShellTool()] : reading
}
