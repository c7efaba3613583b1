import {findInPackage} from '#vibe-rules'
import {demand} from '../check.ts'
import type {CheckedPackage, Manifest} from '../subject.ts'
import type {EntryReport} from './probe-entry.ts'

/** A check of what importing a provider's code does. */
export type EntryCheck = {id: string; title: string; mend: string; run: (report: EntryReport) => void}

/** An import may take this long, in milliseconds. */
export const MOST_MS = 500
const EXPORT = 'createProvider'

/** @returns the entry's file and the name of its function, undefined for a manifest of data alone */
export function entryOf(manifest: Manifest, {root}: CheckedPackage): {file: string; name: string} | string | undefined {
  if (manifest.entry === undefined) return undefined
  const found = findInPackage(root, manifest.entry.module)
  return typeof found === 'string' ? found : {file: found.path, name: manifest.entry.export ?? EXPORT}
}

export const entryChecks: readonly EntryCheck[] = [
  {
    id: 'entry',
    title: 'its entry can be imported and exports the function',
    mend: 'Build the package, and let entry.module and entry.export of the manifest name what it exports.',
    run: ({problem}) => demand(problem === undefined, 'a module that loads and has the function', problem ?? ''),
  },
  {
    id: 'import-quiet',
    title: 'importing it writes nothing',
    mend: "Write nothing at import time: standard output is the user's answer. Use context.debug in calls.",
    run: ({stdout, stderr}) => {
      const written = (stdout + stderr).trim().split('\n')[0] ?? ''
      demand(written === '', 'no output', JSON.stringify(written.slice(0, 120)))
    },
  },
  {
    id: 'import-time',
    title: 'importing it is quick',
    mend: "Bundle the code, and import what is large inside the call that needs it: await import('…').",
    run: ({ms}) => demand(ms <= MOST_MS, `at most ${MOST_MS} ms`, `${Math.round(ms)} ms`),
  },
  {
    id: 'import-offline',
    title: 'importing it opens no connection',
    mend: 'Connect only when a method of the provider is called.',
    run: ({connections}) => demand(connections.length === 0, 'no connection', connections.join(', ')),
  },
  {
    id: 'import-alone',
    title: 'importing it changes nothing that other code shares',
    mend: 'Leave built-in objects, globals, variables of the environment and signals alone: vibe and other plugins use them too.',
    run: ({changed}) => demand(changed.length === 0, 'nothing changed', changed.slice(0, 5).join(', ')),
  },
  {
    id: 'import-clean',
    title: 'importing it leaves nothing running',
    mend: 'Start timers, watchers and servers only in calls, and end them there; unref() what must stay.',
    run: ({ended, left}) => demand(ended, 'a process that ends', left.join(', ') || 'a process that goes on'),
  },
]
