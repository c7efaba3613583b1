import {diskAt, type Sight} from './disk.ts'
import type {Edit, FormatProblem} from './formats/types.ts'
import {makePlan, type Planned, type SettledEdit} from './plan.ts'
import {EditRefusal, type Refused} from './refusal.ts'
import {asRefused} from './resolve-file.ts'
import {settleName} from './settle-name.ts'

export type Proposal = {
  /** Real path of the folder that relative names start from. */
  root: string
  edits: readonly Edit[]
  /** What the parser of a text format found wrong: then nothing is planned. */
  problems?: readonly FormatProblem[]
  /** The file in question where the text leaves it out. */
  target?: string
  /** What the model knows of a file; absent: nothing is asked of it. */
  seen?: (sight: Sight) => 'same' | 'changed' | 'unseen'
  /** Why a file may not be touched at all; undefined: it may. */
  forbid?: (sight: Sight) => string | undefined
}

/** Looks at every file that the edits mean, and works out what each becomes. Writes nothing. */
export async function propose({root, edits, problems = [], target, seen, forbid}: Proposal): Promise<Planned> {
  const [problem] = problems
  if (problem)
    return refusedAll(
      problems.map(({code, message}) => ({edit: 0, path: '', code: code.replaceAll('-', '_'), message})),
    )
  if (edits.length === 0)
    return refusedAll([{edit: 0, path: '', code: 'noop', message: 'There is no edit in the call.'}])
  const disk = diskAt(root)
  const settled: SettledEdit[] = []
  const refused: Refused[] = []
  for (const [index, edit] of edits.entries()) {
    const number = index + 1
    try {
      const at = await settleName(edit, disk, target)
      const to = edit.kind === 'move' ? await disk.look(edit.to.trim()) : undefined
      for (const sight of [at, to]) if (sight) refuseForbidden(sight, forbid)
      settled.push({number, edit, at, ...(to && {to})})
    } catch (error) {
      refused.push(asRefused(error, number, edit.path ?? target ?? ''))
    }
  }
  const planned = makePlan(settled, seen ?? (() => 'same'))
  if (refused.length === 0) return planned
  return refusedAll([...refused, ...planned.refused].toSorted((a, b) => a.edit - b.edit))
}

function refuseForbidden(sight: Sight, forbid: Proposal['forbid']): void {
  const reason = forbid?.(sight)
  if (reason !== undefined) throw new EditRefusal('path', reason)
}

function refusedAll(refused: readonly Refused[]): Planned {
  const [first, ...more] = refused
  if (!first) throw new Error('a refusal without a reason')
  return {plan: undefined, refused: [first, ...more]}
}
