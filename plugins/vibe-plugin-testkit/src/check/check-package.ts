import type {Arguments} from './arguments.ts'
import type {CheckResult, Leg} from './check.ts'
import {loadConformance} from './conformance.ts'
import {applyExpectations, readExpectations} from './expectations.ts'
import {runGrammar} from './grammar/run-grammar.ts'
import {knownIds} from './known-ids.ts'
import {readPackage} from './read-package.ts'
import {runReplay} from './replay/run-replay.ts'
import {reportOf, type Report} from './report.ts'
import {runStatic} from './static/run-static.ts'
import type {CheckedPackage} from './subject.ts'
import {subjectsOf, type Hindrance, type Subject} from './subjects.ts'

/**
 * Runs the legs on a package.
 * @throws NoPackage, BadExpectations or BadUsage when there is nothing to run
 */
export async function checkPackage(given: Arguments, env: NodeJS.ProcessEnv): Promise<Report> {
  const started = performance.now()
  const checked = readPackage(given.folder)
  const expectations = readExpectations(checked.root, given.expect)
  const legs = legsOf(given, env)
  const results = await runLegs(checked, legs, given)
  return reportOf(checked, {
    results: applyExpectations(results, expectations, knownIds()),
    notes: [],
    ms: performance.now() - started,
  })
}

function legsOf({legs}: Arguments, env: NodeJS.ProcessEnv): ReadonlySet<Leg> {
  if (legs.length > 0) return new Set(legs)
  return new Set(env['VIBE_LIVE'] === '1' ? ['static', 'replay', 'grammar', 'live'] : ['static', 'replay', 'grammar'])
}

async function runLegs(checked: CheckedPackage, legs: ReadonlySet<Leg>, given: Arguments): Promise<CheckResult[]> {
  const results = legs.has('static') ? await runStatic(checked) : []
  if (!legs.has('replay') && !legs.has('grammar')) return results
  const subjects = await subjectsOf(checked, await loadConformance(checked.root, given.dialect))
  // One after the other: what is written to the terminal is then known to be of one of them.
  for (const subject of subjects) {
    const {replay, grammar} = 'create' in subject ? await talk(subject) : hindered(subject)
    results.push(...(legs.has('replay') ? replay : []), ...(legs.has('grammar') ? grammar : []))
  }
  return results
}

async function talk(subject: Subject) {
  const {results: replay, streams} = await runReplay(subject)
  return {replay, grammar: await runGrammar(subject, streams)}
}

/** A provider that cannot be talked to fails the first check of both legs. */
function hindered({label, ...found}: Hindrance) {
  const failure = (leg: 'replay' | 'grammar', id: string): CheckResult => {
    const title = 'the provider can be talked to'
    return {id: `${leg}/${id}`, leg, subject: label, status: 'failed', title, ...found}
  }
  return {replay: [failure('replay', 'contract')], grammar: [failure('grammar', 'terminal')]}
}
