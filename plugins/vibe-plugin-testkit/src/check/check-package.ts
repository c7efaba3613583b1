import type {Arguments} from './arguments.ts'
import type {CheckResult, Leg} from './check.ts'
import {applyExpectations, readExpectations} from './expectations.ts'
import {knownIds} from './known-ids.ts'
import {readPackage} from './read-package.ts'
import {reportOf, type Report} from './report.ts'
import {runStatic} from './static/run-static.ts'
import type {CheckedPackage} from './subject.ts'

/**
 * Runs the legs on a package.
 * @throws NoPackage, BadExpectations or BadUsage when there is nothing to run
 */
export async function checkPackage(given: Arguments, env: NodeJS.ProcessEnv): Promise<Report> {
  const started = performance.now()
  const checked = readPackage(given.folder)
  const expectations = readExpectations(checked.root, given.expect)
  const legs = legsOf(given, env)
  const results = await runLegs(checked, legs)
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

async function runLegs(checked: CheckedPackage, legs: ReadonlySet<Leg>): Promise<CheckResult[]> {
  return legs.has('static') ? runStatic(checked) : []
}
