import {LEGS, type CheckResult} from './check.ts'
import type {CheckedPackage} from './subject.ts'

export type Report = {
  package: string
  version: string
  results: CheckResult[]
  /** What was not checked, and how to have it checked. */
  notes: string[]
  ms: number
}

const MARKS = {passed: '✓', failed: '✗', stale: '✗', skipped: '-', 'expected-failure': '!'} as const

const MANY = 3

/** Whether the package conforms: nothing failed that was not expected to, and nothing expected to fail passed. */
export function conforms({results}: Pick<Report, 'results'>): boolean {
  return results.every(({status}) => status !== 'failed' && status !== 'stale')
}

/** The report for people: a line for each check, and below those that fail what was expected, found, and mends it. */
export function reportText(report: Report): string {
  const lines = [`${report.package} ${report.version}`]
  for (const leg of LEGS) {
    const results = report.results.filter((one) => one.leg === leg)
    for (const [subject, group] of Map.groupBy(results, (one) => one.subject)) {
      const left = commonSkips(group)
      lines.push('', `${leg}  ${subject}`)
      for (const result of group) if (!left.has(result)) lines.push(...resultLines(result))
      lines.push(...skipLines([...left]))
    }
  }
  for (const note of report.notes) lines.push('', note)
  return `${[...lines, '', summary(report)].map(printable).join('\n')}\n`
}

/** The report for programs: one JSON document. */
export function reportJson(report: Report): string {
  const {ms, ...rest} = report
  return `${JSON.stringify({v: 1, ...rest, counts: counts(report), ok: conforms(report), ms: Math.round(ms)}, null, 2)}\n`
}

function resultLines(result: CheckResult): string[] {
  const {id, title, status, expected, got, mend, reason} = result
  const first = `  ${MARKS[status]} ${id}  ${title}`
  if (status === 'passed') return [first]
  if (status === 'skipped') return [`${first} (skipped: ${reason ?? ''})`]
  const lines = [first, `      expected ${expected ?? ''}`, `      got      ${got ?? ''}`]
  if (status === 'expected-failure') return [...lines, `      known    ${reason ?? ''}`]
  return [...lines, `      mend     ${mend ?? ''}`]
}

/** Checks that are left out for a reason which many share: one line tells it of all. */
function commonSkips(results: readonly CheckResult[]): Set<CheckResult> {
  const skipped = results.filter(({status}) => status === 'skipped')
  const alike = (one: CheckResult) => skipped.filter(({reason}) => reason === one.reason)
  return new Set(skipped.filter((one) => alike(one).length > MANY))
}

function skipLines(results: readonly CheckResult[]): string[] {
  const groups = Map.groupBy(results, ({reason}) => reason ?? '')
  return [...groups].map(([why, group]) => `  - ${group.length} checks skipped: ${why}`)
}

function counts({results}: Report): Record<CheckResult['status'], number> {
  const found = {passed: 0, failed: 0, skipped: 0, 'expected-failure': 0, stale: 0}
  for (const {status} of results) found[status] += 1
  return found
}

function summary(report: Report): string {
  const found = counts(report)
  const words = [
    `${found.passed} passed`,
    `${found.failed} failed`,
    found['expected-failure'] > 0 ? `${found['expected-failure']} expected to fail` : '',
    found.stale > 0 ? `${found.stale} expected to fail but passed` : '',
    found.skipped > 0 ? `${found.skipped} skipped` : '',
  ]
  return `${words.filter(Boolean).join(', ')} (${(report.ms / 1000).toFixed(1)} s)`
}

/** What a provider said must not steer the terminal. */
function printable(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}]/gu, '\u{FFFD}').slice(0, 600)
}

export function reportOf(checked: CheckedPackage, found: Omit<Report, 'package' | 'version'>): Report {
  return {package: checked.name, version: checked.version, ...found}
}
