import type {Arguments} from './arguments.ts'
import type {CheckResult, Leg} from './check.ts'
import {loadConformance} from './conformance.ts'
import {applyExpectations, readExpectations} from './expectations.ts'
import {runGrammar} from './grammar/run-grammar.ts'
import {knownIds} from './known-ids.ts'
import {readPackage} from './read-package.ts'
import {runLive} from './live/run-live.ts'
import {runReplay} from './replay/run-replay.ts'
import {watchProcess, type ProcessWatch} from './replay/watch-process.ts'
import {reportOf, type Report} from './report.ts'
import {runStatic} from './static/run-static.ts'
import type {CheckedPackage} from './subject.ts'
import {subjectsOf, type Hindrance, type Subject} from './subjects.ts'

const NOT_LIVE = 'live: not run; --leg live asks the real service and spends some hundred tokens.'

/** How many providers of a package are talked to at once. */
const AT_ONCE = 4

/** What to check, as the flags of the program say it; `legs` empty or absent means all but live. */
export type CheckOptions = Pick<Arguments, 'folder'> & Partial<Omit<Arguments, 'json' | 'help'>>

/**
 * Runs the legs on a package.
 * @param env where `live` looks for keys
 * @throws NoPackage, BadExpectations or BadUsage when there is nothing to run
 */
export async function checkPackage(given: CheckOptions, env: NodeJS.ProcessEnv = process.env): Promise<Report> {
  const started = performance.now()
  const checked = readPackage(given.folder)
  const expectations = readExpectations(checked.root, given.expect)
  const legs = legsOf(given, env)
  const {results, notes} = await runLegs(checked, legs, {given, env})
  return reportOf(checked, {
    results: applyExpectations(results, expectations, knownIds()),
    notes,
    ms: performance.now() - started,
  })
}

function legsOf({legs = []}: CheckOptions, env: NodeJS.ProcessEnv): ReadonlySet<Leg> {
  if (legs.length > 0) return new Set(legs)
  return new Set(env['VIBE_LIVE'] === '1' ? ['static', 'replay', 'grammar', 'live'] : ['static', 'replay', 'grammar'])
}

type Found = {results: CheckResult[]; notes: string[]}
type Asked = {given: CheckOptions; env: NodeJS.ProcessEnv}

async function runLegs(checked: CheckedPackage, legs: ReadonlySet<Leg>, {given, env}: Asked): Promise<Found> {
  const results = legs.has('static') ? await runStatic(checked) : []
  const notes: string[] = []
  if (legs.size === 1 && legs.has('static')) return {results, notes}
  const subjects = await subjectsOf(checked, await loadConformance(checked.root, given.dialect))
  notes.push(...borrowed(subjects))
  if (legs.has('replay') || legs.has('grammar'))
    for (const {replay, grammar} of await talkToAll(subjects))
      results.push(...(legs.has('replay') ? replay : []), ...(legs.has('grammar') ? grammar : []))
  if (!legs.has('live')) return {results, notes: [...notes, NOT_LIVE]}
  for (const subject of subjects) {
    const live = 'create' in subject ? await runLive(subject, {...given, env}) : {results: [], streams: []}
    results.push(...live.results)
    if ('note' in live && live.note !== undefined) notes.push(live.note)
    if ('create' in subject && live.streams.length > 0)
      results.push(...(await runGrammar({...subject, label: `${subject.label} live`}, live.streams)))
  }
  return {results, notes}
}

/** Whose code was tried for manifests that have none. */
function borrowed(subjects: ReadonlyArray<Subject | Hindrance>): string[] {
  const found = subjects.flatMap((one) => ('through' in one && one.through !== undefined ? [one] : []))
  return [...Map.groupBy(found, ({through}) => through ?? '')].map(
    ([through, some]) => `${some.map(({manifest}) => manifest.id).join(', ')}: data alone, tried through ${through}.`,
  )
}

type Talk = {replay: CheckResult[]; grammar: CheckResult[]}

async function talkToAll(subjects: ReadonlyArray<Subject | Hindrance>): Promise<Talk[]> {
  const talks: Talk[] = []
  const watch = watchProcess()
  const waiting = subjects.entries()
  const worker = async () => {
    for (const [place, one] of waiting) talks[place] = 'create' in one ? await talk(one, watch) : hindered(one)
  }
  try {
    await Promise.all(Array.from({length: AT_ONCE}, worker))
    return talks
  } finally {
    watch.release()
  }
}

async function talk(subject: Subject, watch: ProcessWatch): Promise<Talk> {
  const {results: replay, streams} = await runReplay(subject, watch)
  const {label} = subject
  const mend = 'Mend what the replay leg found first.'
  if (streams.length === 0) return {...hindered({label, expected: 'streams to look at', got: 'none', mend}), replay}
  return {replay, grammar: await runGrammar(subject, streams)}
}

/** A provider that cannot be talked to fails the first check of both legs. */
function hindered({label, ...found}: Hindrance): Talk {
  const failure = (leg: 'replay' | 'grammar', id: string): CheckResult => {
    const title = 'the provider can be talked to'
    return {id: `${leg}/${id}`, leg, subject: label, status: 'failed', title, ...found}
  }
  return {replay: [failure('replay', 'contract')], grammar: [failure('grammar', 'terminal')]}
}
