import type {ChatEvent} from 'vibe-plugin-api'

/**
 * Checks a finished stream against the contract's grammar.
 * @returns one sentence per violation; empty when the stream is well formed
 */
export function grammarViolations(events: readonly ChatEvent[]): string[] {
  const problems: string[] = []
  const open = new Map<number, string>()
  const used = new Set<number>()
  let ended = false
  for (const [position, event] of events.entries()) {
    if (ended) problems.push(`event ${position} (${event.type}) follows response-end`)
    if ((event.type === 'response-start') !== (position === 0)) {
      problems.push(position === 0 ? `starts with ${event.type}` : `second response-start at ${position}`)
    }
    if (event.type === 'response-end') {
      ended = true
      if (open.size > 0) problems.push(`response-end while blocks ${[...open.keys()].join(', ')} are open`)
    } else if ('index' in event) problems.push(...blockViolations(event, open, used))
  }
  if (!ended) problems.push('no response-end')
  return problems
}

type BlockEvent = Extract<ChatEvent, {index: number}>

function blockViolations(event: BlockEvent, open: Map<number, string>, used: Set<number>): string[] {
  const split = event.type.lastIndexOf('-')
  const kind = event.type.slice(0, split)
  const phase = event.type.slice(split + 1)
  if (phase === 'start') {
    const reused = used.has(event.index)
    used.add(event.index)
    open.set(event.index, kind)
    return reused ? [`index ${event.index} is used twice`] : []
  }
  const opened = open.get(event.index)
  if (phase === 'end') open.delete(event.index)
  if (opened === kind) return []
  return [`${event.type} on index ${event.index}, which is ${opened ? `a ${opened} block` : 'not open'}`]
}
