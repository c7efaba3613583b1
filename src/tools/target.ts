import {relative, sep} from 'node:path'
import {EditRefusal} from '../edits/refusal.ts'
import {PathRefusal, resolveInside} from '../permissions/paths.ts'
import {ToolRefusal, type ToolContext, type ToolOutcome} from './tool.ts'

export type Target = {
  /** Absolute, resolved. */
  path: string
  inside: boolean
  /** For people and models: relative to the root with forward slashes, absolute when outside. */
  name: string
}

/** @throws ToolRefusal when the path cannot be resolved */
export async function resolveTarget(context: ToolContext, given: string): Promise<Target> {
  return refusing(async () => {
    const {path, inside} = await resolveInside(context.root, given)
    return {path, inside, name: displayName(context.root, path, inside)}
  })
}

/** Passes on what lower rooms refuse as what a tool refuses; anything else is a bug and stays one. */
export async function refusing<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof EditRefusal || error instanceof PathRefusal)
      throw new ToolRefusal(error.code, error.message, {cause: error})
    throw error
  }
}

/** For `execute`: what is refused there is an outcome that the model reads. */
export async function asOutcome(summary: string, work: () => Promise<ToolOutcome>): Promise<ToolOutcome> {
  try {
    return await refusing(work)
  } catch (error) {
    if (error instanceof ToolRefusal)
      return {content: error.message, summary: `${summary}: ${error.code}`, isError: true}
    throw error
  }
}

export function displayName(root: string, path: string, inside: boolean): string {
  if (!inside) return path
  const name = relative(root, path)
  return name === '' ? '.' : sep === '/' ? name : name.replaceAll(sep, '/')
}

/** 1.2 kB, 3.4 MB. */
export function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  return bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}

/** At most `limit` characters, never half of one. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text
  const cut = text.slice(0, limit)
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}… [${text.length - limit} more characters]`
}
