import type {Disk, Sight} from './disk.ts'
import type {Edit} from './formats/types.ts'
import {EditRefusal} from './refusal.ts'

/**
 * The file that an edit means. The first of its names that exists; a name that is not there is never corrected to one
 * that is, it is refused with what is like it.
 * @param target the file in question where the text leaves the name out, or says it only in passing
 * @throws EditRefusal (no_path, missing, path)
 */
export async function settleName(edit: Edit, disk: Disk, target: string | undefined): Promise<Sight> {
  const given = [edit.path, ...(edit.otherNames ?? [])].filter((name) => name !== undefined)
  const names = [...new Set(given.flatMap(spellings))]
  for (const name of names) {
    const sight = await disk.look(name)
    if (sight.state.kind !== 'missing') return sight
  }
  const [first] = given
  if (first === undefined) {
    if (target !== undefined) return disk.look(target)
    throw new EditRefusal('no_path', 'The text does not say which file is meant. Put its path on the line above.')
  }
  if (edit.weakName && target !== undefined && (await disk.similar(first)).length === 0) return disk.look(target)
  if (makesFile(edit)) return disk.look(plainName(first))
  throw await missing(first, disk)
}

/** A name without what is around it, and as diffs and other systems write it. */
export function spellings(name: string): string[] {
  const plain = plainName(name)
  const slashed = plain.replaceAll('\\', '/')
  return [name, plain, slashed, slashed.replace(/^[ab]\//, '')].filter((one) => one !== '')
}

function plainName(name: string): string {
  const bare = name
    .trim()
    .replace(/^(["'`])(.*)\1$/s, '$2')
    .trim()
  return bare.replace(/^file:\/\//, '').replace(/^@(?=[\w./-])/, '')
}

function makesFile(edit: Edit): boolean {
  return edit.kind === 'write' || (edit.kind === 'replace' && edit.readings.length === 1 && edit.readings[0].old === '')
}

async function missing(name: string, disk: Disk): Promise<EditRefusal> {
  const similar = await disk.similar(name)
  const hint = similar.length > 0 ? ` Like it: ${similar.join(', ')}.` : ''
  return new EditRefusal(
    'missing',
    `${name} does not exist.${hint} Name the file exactly, or make it with its whole text.`,
  )
}
