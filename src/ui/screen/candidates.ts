import type {Candidate, Candidates} from './completion.ts'

const MOST_FILES = 50
/** Files are listed anew when the list is older than this. */
const FRESH_MS = 5000

/** What the menus of a chat offer: its commands behind `/`, the files and folders of the project behind `@`. */
export function chatCandidates(
  commands: ReadonlyArray<{name: string; what: string}>,
  files: () => Promise<readonly string[]>,
): Candidates {
  let listed: {names: Promise<readonly string[]>; ms: number} | undefined
  const fresh = () => {
    if (!listed || performance.now() - listed.ms > FRESH_MS) listed = {names: files(), ms: performance.now()}
    return listed.names
  }
  return ({sign, typed}) => {
    if (sign === '@') return fresh().then((names) => fittingFiles(names, typed.slice(1)))
    return commands.filter(({name}) => name.startsWith(typed)).map(({name, what}) => ({value: name, about: what}))
  }
}

/** Names that begin so first, then those with it in their last part, then anywhere, then with its letters in order. */
export function fittingFiles(names: readonly string[], typed: string): Candidate[] {
  const wanted = typed.toLowerCase()
  const ranked: Array<{name: string; rank: number}> = []
  for (const name of withFolders(names, typed)) {
    const rank = rankOf(name.toLowerCase(), wanted)
    if (rank !== undefined) ranked.push({name, rank})
  }
  ranked.sort((one, other) => one.rank - other.rank || one.name.length - other.name.length)
  return ranked.slice(0, MOST_FILES).map(({name}) => ({value: `@${name}`}))
}

/** The folders right below what is typed are offered too, so that one can go down step by step. */
function* withFolders(names: readonly string[], typed: string): Generator<string> {
  const base = typed.slice(0, typed.lastIndexOf('/') + 1)
  const folders = new Set<string>()
  for (const name of names) {
    const end = name.startsWith(base) ? name.indexOf('/', base.length) : -1
    if (end !== -1) folders.add(name.slice(0, end + 1))
  }
  yield* folders
  yield* names
}

function rankOf(name: string, wanted: string): number | undefined {
  if (name.startsWith(wanted)) return 0
  const last = name.lastIndexOf('/', name.length - 2) + 1
  if (name.startsWith(wanted, last)) return 1
  if (name.includes(wanted)) return 2
  let at = 0
  for (const letter of wanted) {
    at = name.indexOf(letter, at) + 1
    if (at === 0) return undefined
  }
  return 3
}
