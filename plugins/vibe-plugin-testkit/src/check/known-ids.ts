import {grammarRules} from './grammar/rules.ts'
import {liveChecks} from './live/live-checks.ts'
import {afterwards} from './replay/run-replay.ts'
import {scenarios} from './replay/scenarios.ts'
import {entryChecks} from './static/entry-checks.ts'
import {fileChecks} from './static/file-checks.ts'
import {manifestChecks} from './static/manifest-checks.ts'
import {packageChecks} from './static/package-checks.ts'

/** The id of every check there is. */
export function knownIds(): Set<string> {
  const rules = [...packageChecks, ...fileChecks, ...manifestChecks, ...entryChecks]
  return new Set([
    'static/manifest',
    ...rules.map(({id}) => `static/${id}`),
    ...[...scenarios, ...afterwards].map(({id}) => `replay/${id}`),
    'live/model',
    ...liveChecks.map(({id}) => `live/${id}`),
    ...grammarRules.map(({id}) => `grammar/${id}`),
  ])
}
