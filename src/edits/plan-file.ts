import type {Sight} from './disk.ts'
import type {DeleteEdit, Edit, HunkEdit, MoveEdit, ReplaceEdit, WriteEdit} from './formats/types.ts'
import type {PlannedFile} from './plan.ts'
import {checkText} from './precheck.ts'
import {EditRefusal, type Refused} from './refusal.ts'
import {asRefused, resolveFile, type FileEdit} from './resolve-file.ts'
import {targetFile} from './target-file.ts'
import {decodeText} from './text.ts'
import {inTheStyleOf} from './whole-text.ts'

export type NumberedEdit = {number: number; edit: Edit; to?: Sight}
type Seen = 'same' | 'changed' | 'unseen'
type One<Kind extends Edit> = {number: number; edit: Kind; to?: Sight}

type Group = {
  at: Sight
  seen: Seen
  changes: FileEdit[]
  writes: One<WriteEdit>[]
  deletes: One<DeleteEdit>[]
  moves: One<MoveEdit>[]
}

/** What all edits of one file make of it together. */
export function planFile(at: Sight, edits: readonly NumberedEdit[], seen: Seen): PlannedFile | Refused[] {
  const group = grouped(at, edits, seen)
  try {
    return planGroup(group)
  } catch (error) {
    return [asRefused(error, edits[0]?.number ?? 0, at.name)]
  }
}

function grouped(at: Sight, edits: readonly NumberedEdit[], seen: Seen): Group {
  const of = <Kind extends Edit>(kind: Kind['kind']) => edits.filter((one): one is One<Kind> => one.edit.kind === kind)
  const changes = edits.flatMap(({number, edit}) => (isChange(edit) ? [{number, edit}] : []))
  return {
    at,
    seen,
    changes,
    writes: of<WriteEdit>('write'),
    deletes: of<DeleteEdit>('delete'),
    moves: of<MoveEdit>('move'),
  }
}

function isChange(edit: Edit): edit is ReplaceEdit | HunkEdit {
  return edit.kind === 'replace' || edit.kind === 'hunk'
}

function planGroup(group: Group): PlannedFile | Refused[] {
  const {at, changes, writes, deletes, moves} = group
  const [write, secondWrite] = writes
  const [move, secondMove] = moves
  const [gone] = deletes
  if (secondWrite) throw new EditRefusal('overlap', `${at.name} is written twice in one call.`)
  if (secondMove || (move && (gone || write)))
    throw new EditRefusal('overlap', `${at.name} cannot be moved and ${gone ? 'deleted' : 'replaced'} in one call.`)
  if (write && changes.length > 0)
    throw new EditRefusal('overlap', `${at.name} is written whole and changed in one call.`)
  if (at.state.kind === 'folder') throw new EditRefusal('is-folder', `${at.name} is a folder. Name a file.`)
  if (write) return planWrite(group, write, gone !== undefined)
  if (at.state.kind === 'missing') return planNew(group)
  if (gone) return planDelete(group, gone)
  return move?.to && move.to.path !== at.path ? planMove(group, move.to) : planChange(group)
}

type Basics = Pick<PlannedFile, 'path' | 'name' | 'given' | 'edits' | 'rung' | 'notes'>

function basics({at, changes, writes, deletes, moves}: Group): Basics {
  const edits = [...changes, ...writes, ...deletes, ...moves].map((one) => one.number).toSorted((a, b) => a - b)
  return {path: at.path, name: at.name, given: at.given, edits, rung: 'whole', notes: []}
}

function before({at}: Group): Required<Pick<PlannedFile, 'before'>> {
  if (at.state.kind !== 'file') throw new EditRefusal('missing', `${at.name} does not exist.`)
  if (at.state.readOnly)
    throw new EditRefusal('read-only', `${at.name} is read-only, or its folder is. It is left alone.`)
  const {bytes, mode, links} = at.state
  return {
    before: {
      bytes,
      sha256: process.getBuiltinModule('node:crypto').createHash('sha256').update(bytes).digest('hex'),
      mode,
      links,
    },
  }
}

function planWrite(group: Group, {edit}: One<WriteEdit>, isRewrite: boolean): PlannedFile {
  const {at} = group
  if (/[/\\]$/.test(edit.path ?? '')) throw new EditRefusal('is-folder', `${edit.path} names a folder. Name a file.`)
  if (at.state.kind === 'missing') {
    if (isRewrite) throw new EditRefusal('missing', `${at.name} does not exist, so it cannot be deleted.`)
    checkText(targetFile(at.name, ''), {text: edit.text, shown: ''})
    return {...basics(group), op: 'create', after: {bytes: Buffer.from(edit.text, 'utf8')}}
  }
  if (edit.mustBeNew && !isRewrite)
    throw new EditRefusal('exists', `${at.name} exists already. To change it, send an update; to replace it, say so.`)
  requireSeen(group)
  const old = before(group)
  const text = decodeText(old.before.bytes, at.name)
  checkText(targetFile(at.name, text), {text: edit.text, shown: ''})
  const bytes = Buffer.from(inTheStyleOf(text, edit.text), 'utf8')
  if (bytes.equals(old.before.bytes)) throw new EditRefusal('noop', `${at.name} already has exactly this text.`)
  const notes = isRewrite ? ['deleted and made anew: its whole text is replaced'] : []
  return {...basics(group), ...old, op: 'change', after: {bytes, mode: old.before.mode}, notes}
}

/** An empty old text on a file that is not there makes it. */
function planNew(group: Group): PlannedFile {
  const {at, changes} = group
  const [only, ...more] = changes
  const reading = only?.edit.kind === 'replace' && more.length === 0 ? only.edit.readings[0] : undefined
  if (reading?.old !== '')
    throw new EditRefusal(
      'missing',
      `${at.name} does not exist. Name the file exactly, or make it with its whole text.`,
    )
  checkText(targetFile(at.name, ''), {text: reading.new, shown: ''})
  return {...basics(group), op: 'create', after: {bytes: Buffer.from(reading.new, 'utf8')}}
}

function planDelete(group: Group, {edit}: One<DeleteEdit>): PlannedFile | Refused[] {
  const {at, changes} = group
  if (at.isLink) throw new EditRefusal('path', `${at.given} is a link. It is not deleted by an edit.`)
  const old = before(group)
  const planned: PlannedFile = {...basics(group), ...old, op: 'delete'}
  if (changes.length === 0) return planned
  if (!edit.ifEmpty) throw new EditRefusal('overlap', `${at.name} is changed and deleted in one call.`)
  const changed = planChange(group)
  if (Array.isArray(changed)) return changed
  if (changed.after && changed.after.bytes.length > 0)
    throw new EditRefusal('stale', `${at.name} has more text than the diff deletes. Read it again.`)
  return planned
}

function planMove(group: Group, to: Sight): PlannedFile | Refused[] {
  const {at} = group
  if (at.isLink) throw new EditRefusal('path', `${at.given} is a link. It is not moved by an edit.`)
  if (to.state.kind !== 'missing')
    throw new EditRefusal('exists', `${to.name} exists already. Nothing is moved onto it.`)
  if (to.path.startsWith(`${at.path}/`)) throw new EditRefusal('path', `${to.name} would lie below the file itself.`)
  const changed = planChange(group, true)
  if (Array.isArray(changed)) return changed
  const from = {path: at.path, name: at.name, given: at.given}
  return {...changed, op: 'move', path: to.path, name: to.name, given: to.given, from}
}

function planChange(group: Group, maySame = false): PlannedFile | Refused[] {
  const {at, seen} = group
  const old = before(group)
  const changes = group.changes.filter(({edit}) => edit.kind !== 'hunk' || edit.lines.some((line) => line.sign !== ' '))
  if (changes.length === 0) {
    if (!maySame) throw new EditRefusal('noop', `Nothing of ${at.name} would change.`)
    return {...basics(group), ...old, op: 'change', after: {bytes: old.before.bytes, mode: old.before.mode}}
  }
  const text = decodeText(old.before.bytes, at.name)
  const filled = text === '' ? filling(changes) : undefined
  const resolved = filled ?? resolveFile(at.name, text, changes)
  if (Array.isArray(resolved)) return resolved
  if (seen !== 'same' && !['exact', 'final-newline'].includes(resolved.rung)) throw unsure(at.name, seen)
  const bytes = Buffer.from(resolved.text, 'utf8')
  if (bytes.equals(old.before.bytes)) throw new EditRefusal('noop', `Nothing of ${at.name} would change.`)
  const {rung, notes, lines} = resolved
  return {...basics(group), ...old, op: 'change', after: {bytes, mode: old.before.mode}, rung, notes, lines}
}

/** An empty old text fills an empty file. */
function filling(changes: readonly FileEdit[]) {
  const [only, ...more] = changes
  const reading = only?.edit.kind === 'replace' && more.length === 0 ? only.edit.readings[0] : undefined
  if (reading?.old !== '') return undefined
  checkText(targetFile('', ''), {text: reading.new, shown: ''})
  return {text: reading.new, rung: 'exact' as const, notes: [], lines: {first: 1, last: reading.new.split('\n').length}}
}

function requireSeen({at, seen}: Group): void {
  if (seen === 'unseen') throw new EditRefusal('unread', `${at.name} exists and you have not read it. Read it first.`)
  if (seen === 'changed') throw new EditRefusal('stale', `${at.name} was changed since you read it. Read it again.`)
}

function unsure(name: string, seen: Seen): EditRefusal {
  return seen === 'changed'
    ? new EditRefusal(
        'stale',
        `${name} was changed since you read it, and the old text is no longer there exactly. Read it again.`,
      )
    : new EditRefusal('unread', `You have not read ${name}, and the old text is not there exactly. Read it first.`)
}
