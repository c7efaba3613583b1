import {unifiedDiff} from '../edits/diff.ts'
import type {Edit} from '../edits/formats/types.ts'
import {readFileSync} from 'node:fs'
import {resolve} from 'node:path'
import type {Refused} from '../edits/refusal.ts'
import {ToolRefusal, type ToolContext} from './tool.ts'

const MAX_CHANGES = 2500

type Batch = {edits: readonly Edit[]; refused: readonly Refused[]; canWait: boolean}

/** One message for all that was refused in a call; edits that were fine wait, so that only the others are sent again. */
export function refuseEdits({edits, refused, canWait}: Batch, context: ToolContext): ToolRefusal {
  const failing = new Set(refused.map((one) => one.edit))
  const fine = edits.flatMap((edit, index) => (failing.has(index + 1) ? [] : [{edit, number: index + 1}]))
  const rows = ['Nothing written.']
  if (!canWait && edits.length > 1) rows.push(`None of the ${edits.length} edits was made: send all of them again.`)
  if (canWait && fine.length > 0 && !failing.has(0)) {
    const name = context.ledger.pending.keep(fine.map((one) => one.edit))
    const numbers = fine.map((one) => one.number).join(', ')
    rows.push(
      `Of ${edits.length} edits, ${numbers} ${fine.length > 1 ? 'are' : 'is'} fine and kept: send only the corrected others, with "retry_of": "${name}".`,
    )
  }
  for (const {edit, path, code, message} of refused) {
    const where = [edits.length > 1 && edit > 0 ? `edit ${edit}` : '', path].filter((part) => part !== '').join(', ')
    rows.push(`${where === '' ? '' : `${where}: `}${code}. ${message}`)
  }
  for (const path of new Set(refused.map((one) => one.path))) rows.push(...changesSince(path, context))
  return new ToolRefusal(refused[0]?.code ?? 'noop', rows.join('\n'))
}

/** What somebody changed in a file after the model saw it. */
function changesSince(name: string, {root, ledger}: ToolContext): string[] {
  const path = resolve(root, name)
  const seen = ledger.lastSeen(path)
  if (name === '' || !seen) return []
  const now = readNow(path)
  if (!now || ledger.matches(path, now) !== false) return []
  const {diff} = unifiedDiff({path: name, before: Buffer.from(seen).toString('utf8'), after: now.toString('utf8')})
  const cut = diff.length > MAX_CHANGES ? '\n…' : ''
  return [`Since you read it, ${name} was changed:`, diff.slice(0, MAX_CHANGES) + cut]
}

function readNow(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch {
    return undefined // it is gone: the refusal itself says so
  }
}
