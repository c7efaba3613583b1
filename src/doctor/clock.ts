import {createFetch} from '../net/fetch.ts'
import {resolveInstance} from '../providers/instances.ts'
import {isOpen, type Place} from './place.ts'
import type {Finding} from './finding.ts'

const ASK_MS = 5_000
/** Certificates and signed requests are refused by clocks that are further off. */
const MOST_SECONDS = 120
const BASE = {id: 'clock', title: 'Clock'}

/** Compares this machine's clock with the one of the chosen service, which is asked for nothing and sent no key. */
export async function checkClock({workplace, host}: Place, signal: AbortSignal): Promise<Finding[]> {
  const endpoint = isOpen(workplace) && !workplace.config.values.offlineMode ? remoteEndpoint(workplace) : undefined
  if (endpoint === undefined)
    return [{...BASE, state: 'skipped', detail: 'there is no remote service to compare it with'}]
  const fetch = createFetch({env: host.env, offline: false})
  const started = Date.now()
  try {
    const timed = AbortSignal.any([signal, AbortSignal.timeout(ASK_MS)])
    const answer = await fetch(new URL(endpoint).origin, {method: 'HEAD', signal: timed})
    return [clockFinding(answer.headers.get('date') ?? '', (started + Date.now()) / 2)]
  } catch {
    return [{...BASE, state: 'skipped', detail: 'the chosen service did not tell its time'}] // Why is said beside the service.
  }
}

/** @param nowMs what this machine takes for now, in milliseconds since 1970 */
export function clockFinding(dateHeader: string, nowMs: number): Finding {
  const theirs = Date.parse(dateHeader)
  if (Number.isNaN(theirs)) return {...BASE, state: 'skipped', detail: 'the chosen service did not tell its time'}
  const seconds = Math.round((nowMs - theirs) / 1000)
  if (Math.abs(seconds) <= MOST_SECONDS)
    return {...BASE, state: 'ok', detail: `right to within ${MOST_SECONDS / 60} minutes`}
  const minutes = Math.round(Math.abs(seconds) / 60)
  const detail = `${minutes} minutes ${seconds > 0 ? 'ahead of' : 'behind'} the clock of the chosen service: certificates and keys may be refused`
  return {...BASE, state: 'warning', detail, mend: 'Set the clock, for example with: timedatectl set-ntp true'}
}

type Open = Extract<Place['workplace'], {registry: unknown}>

function remoteEndpoint({config, registry, host, homes}: Open): string | undefined {
  try {
    const instance = resolveInstance({config, registry, selection: {}, env: host.env, dataFolder: homes.data})
    return instance.local ? undefined : instance.endpoint
  } catch {
    return undefined // Nothing is chosen, which is said where providers are.
  }
}
