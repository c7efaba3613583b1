import {openWorkplace, type Host, type Workplace} from '../agent/open.ts'
import {homes, type Homes} from '../paths.ts'

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
}

/** Never throws: what is broken is what the checks are for. */
export async function openPlace(surroundings: Surroundings): Promise<Place> {
  const {host, offline} = surroundings
  const folders = homes(host.env)
  if (host.cwd === undefined)
    return {...surroundings, homes: folders, workplace: {failure: new Error('the working folder is gone')}}
  try {
    const workplace = await openWorkplace({...host, cwd: host.cwd}, offline ? {offline} : {})
    return {...surroundings, homes: folders, workplace}
  } catch (failure) {
    return {...surroundings, homes: folders, workplace: {failure}}
  }
}

export function isOpen(workplace: Place['workplace']): workplace is Workplace {
  return 'registry' in workplace
}
