import {openWorkplace, type Host, type Workplace} from '../agent/open.ts'
import {homes, type Homes} from '../paths.ts'
import type {ProviderEntry} from '../providers/types.ts'
import {tryPlugins} from './try-plugins.ts'

/** What the terminal is, as far as it matters. */
export type TerminalFacts = {
  inputIsTerminal: boolean
  outputIsTerminal: boolean
  /** undefined where no terminal tells. */
  columns: number | undefined
  rows: number | undefined
}

export type Surroundings = {
  /** Its `cwd` is undefined when the folder is gone. */
  host: Omit<Host, 'cwd'> & {cwd: string | undefined}
  /** vibe's own package. */
  root: string
  terminal: TerminalFacts
  offline: boolean
  /** Whether the user's plugins were left out. */
  withoutPlugins: boolean
}

/** Everything that checks look at. */
export type Place = Surroundings & {
  homes: Homes
  /** Configuration and registry, or why they cannot be read. */
  workplace: Workplace | {failure: unknown}
  /** The registry's entries after each was imported once, which two checks wait for; empty without a workplace. */
  tried: Promise<ProviderEntry[]>
}

/** Never throws: what is broken is what the checks are for. */
export async function openPlace(surroundings: Surroundings, signal: AbortSignal): Promise<Place> {
  const workplace = await workplaceOf(surroundings)
  const tried = isOpen(workplace) ? tryPlugins(workplace.registry.entries, signal) : Promise.resolve([])
  return {...surroundings, homes: homes(surroundings.host.env), workplace, tried}
}

async function workplaceOf({host, offline}: Surroundings): Promise<Place['workplace']> {
  try {
    if (host.cwd === undefined) return {failure: new Error('the working folder is gone')}
    return await openWorkplace({...host, cwd: host.cwd}, offline ? {offline} : {})
  } catch (failure) {
    return {failure}
  }
}

export function isOpen(workplace: Place['workplace']): workplace is Workplace {
  return 'registry' in workplace
}
