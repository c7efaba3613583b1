import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import type {CheckResult} from './check.ts'
import {isObject} from './read-package.ts'

/** Reasons by check id, or by `id@subject` where one provider of several may fail. */
export type Expectations = {file: string; reasons: ReadonlyMap<string, string>}

/** An expectation file that cannot be used; the message is for a person. */
export class BadExpectations extends Error {}

const FILE = 'conformance.json'
const LONGEST_REASON = 500

/**
 * @param file what `--expect` names; without it the package's own conformance.json, which need not exist
 * @throws BadExpectations
 */
export function readExpectations(root: string, file?: string): Expectations {
  const path = file ?? join(root, FILE)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (file === undefined && error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return {file: path, reasons: new Map()}
    throw new BadExpectations(`${path} cannot be read`)
  }
  return {file: path, reasons: parse(text, path)}
}

function parse(text: string, path: string): Map<string, string> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new BadExpectations(`${path} is not JSON`)
  }
  if (!isObject(value)) throw new BadExpectations(`${path} must be an object of reasons by check id`)
  const reasons = new Map<string, string>()
  for (const [id, reason] of Object.entries(value)) {
    if (id === '$schema') continue
    if (typeof reason !== 'string' || reason.trim() === '' || reason.length > LONGEST_REASON)
      throw new BadExpectations(`${path}: "${id}" needs a reason of at most ${LONGEST_REASON} characters`)
    reasons.set(id, reason.trim())
  }
  return reasons
}

/**
 * Turns failures that are known into expected ones, and known failures that are gone into stale ones.
 * @param known every check id there is, also of legs that were not run
 * @returns the results, with a failure for each expectation of a check that does not exist
 */
export function applyExpectations(
  results: readonly CheckResult[],
  {file, reasons}: Expectations,
  known: ReadonlySet<string>,
): CheckResult[] {
  const judged = results.map((result) => {
    const reason = reasons.get(`${result.id}@${result.subject}`) ?? reasons.get(result.id)
    if (reason === undefined || result.status !== 'failed') return result
    return {...result, status: 'expected-failure' as const, reason}
  })
  for (const [key, reason] of reasons) {
    const [id = '', subject] = key.split(/@(.*)/s)
    const about = judged.filter((one) => one.id === id && (subject === undefined || one.subject === subject))
    if (!known.has(id) || (subject !== undefined && about.length === 0 && results.some((one) => one.id === id)))
      judged.push(unknownExpectation(key, file))
    else if (about.length > 0 && !about.some(({status}) => status === 'expected-failure' || status === 'skipped'))
      markStale(judged, about, reason)
  }
  return judged
}

function markStale(results: CheckResult[], about: readonly CheckResult[], reason: string): void {
  for (const one of about) {
    const stale = {
      expected: 'a failure, as conformance.json says',
      got: 'a pass',
      mend: `Remove "${one.id}" from conformance.json: the provider is better than it says.`,
    }
    results[results.indexOf(one)] = {...one, ...stale, status: 'stale', reason}
  }
}

function unknownExpectation(key: string, file: string): CheckResult {
  return {
    id: key,
    leg: 'static',
    subject: file,
    status: 'failed',
    title: 'each expected failure is of a check that exists',
    expected: 'the id of a check',
    got: `"${key}" in ${file}`,
    mend: 'Take the id from the output of vibe-provider-check, or remove the line.',
  }
}
