import type {Sight} from './disk.ts'
import type {Edit} from './formats/types.ts'
import {planFile, type NumberedEdit} from './plan-file.ts'
import type {Refused} from './refusal.ts'
import type {Rung} from './rungs.ts'

/** What one file becomes. Nothing has been done yet. */
export type PlannedFile = {
  op: 'create' | 'change' | 'delete' | 'move'
  /** Absolute, resolved; where the file is afterwards (for `delete`: was). */
  path: string
  /** For people and models. */
  name: string
  /** As a model wrote it. */
  given: string
  /** Where a moved file was. */
  from?: {path: string; name: string; given: string}
  /** The file as it is; absent for `create`. */
  before?: {bytes: Buffer; sha256: string; mode: number; links: number}
  /** The file as it shall be; absent for `delete`. A new file's mode is left to the system. */
  after?: {bytes: Buffer; mode?: number}
  /** 1-based numbers of the edits that are in it. */
  edits: number[]
  /** The loosest rung that an edit needed; `whole` for a file that is written whole, deleted or moved. */
  rung: Rung | 'whole'
  notes: string[]
  /** 1-based lines of the new text from the first changed one to the last. */
  lines?: {first: number; last: number}
}

/** All of what one call changes: it is done whole or not at all. */
export type Plan = {files: PlannedFile[]}

export type Planned = {plan: Plan; refused: []} | {plan: undefined; refused: [Refused, ...Refused[]]}

/** An edit with the file that it means, and for a move where it goes. */
export type SettledEdit = {number: number; edit: Edit; at: Sight; to?: Sight}

/**
 * Works out what every file becomes, without looking at the disk again and without touching it.
 * @param seen what the model knows of a file; what it has not seen as it is now is changed only by exact matches
 */
export function makePlan(
  edits: readonly SettledEdit[],
  seen: (sight: Sight) => 'same' | 'changed' | 'unseen',
): Planned {
  const groups = new Map<string, NumberedEdit[]>()
  const sights = new Map<string, Sight>()
  for (const {number, edit, at, to} of edits) {
    sights.set(at.path, sights.get(at.path) ?? at)
    const group = groups.get(at.path) ?? []
    group.push({number, edit, ...(to && {to})})
    groups.set(at.path, group)
  }
  const files: PlannedFile[] = []
  const refused: Refused[] = []
  for (const [path, group] of groups) {
    const at = sights.get(path)
    if (!at) continue
    const planned = planFile(at, group, seen(at))
    if (Array.isArray(planned)) refused.push(...planned)
    else files.push(planned)
  }
  refused.push(...collisions(files))
  const [first, ...more] = refused.toSorted((a, b) => a.edit - b.edit)
  return first ? {plan: undefined, refused: [first, ...more]} : {plan: {files}, refused: []}
}

/** Two files cannot end at one place, nor one below another. */
function collisions(files: readonly PlannedFile[]): Refused[] {
  const found: Refused[] = []
  const taken = new Map<string, PlannedFile>()
  for (const file of files) {
    for (const path of [file.path, ...(file.from ? [file.from.path] : [])]) {
      const other = taken.get(path)
      if (other && other !== file)
        found.push(collision(file, `it is changed twice, as ${other.name} and as ${file.name}`))
      taken.set(path, file)
    }
  }
  for (const file of files) {
    if (file.op === 'delete') continue
    const above = files.find(
      (other) => other !== file && other.op !== 'delete' && file.path.startsWith(`${other.path}/`),
    )
    if (above) found.push(collision(file, `${above.name} is a file, and no file can lie below it`))
  }
  return found
}

function collision(file: PlannedFile, why: string): Refused {
  return {
    edit: file.edits[0] ?? 0,
    path: file.name,
    code: 'overlap',
    message: `${file.name} cannot be written: ${why}.`,
  }
}
