export type Leg = 'static' | 'replay' | 'grammar' | 'live'
export const LEGS: readonly Leg[] = ['static', 'replay', 'grammar', 'live']

/** What one check found. */
export type CheckResult = {
  /** `static/readme`: what conformance.json calls it. */
  id: string
  leg: Leg
  /** What was checked: the package, or a provider id with the protocol it spoke. */
  subject: string
  /** expected-failure: it failed as conformance.json says. stale: it was to fail and did not, which fails the run. */
  status: 'passed' | 'failed' | 'skipped' | 'expected-failure' | 'stale'
  /** What the provider has to do, as a sentence that is true when the check passes. */
  title: string
  /** Only of a check that did not pass. */
  expected?: string
  got?: string
  mend?: string
  /** Why it was skipped, or why it may fail. */
  reason?: string
}

/** What a check throws when the provider does something else. */
export class Mismatch extends Error {
  readonly expected: string
  readonly got: string

  /** @param got what the provider did, in one phrase */
  constructor(expected: string, got: string) {
    super(`expected ${expected}, got ${got}`)
    this.expected = expected
    this.got = got
  }
}

/** What a check throws when it does not apply, with the reason. */
export class Skip extends Error {}

export function demand(condition: boolean, expected: string, got: string): asserts condition {
  if (!condition) throw new Mismatch(expected, got)
}

/** What a check is about and how a failure is mended. */
export type CheckHead = {id: string; leg: Leg; subject: string; title: string; mend: string}

/** Runs one check and turns whatever happens into a result. */
export async function judge(head: CheckHead, run: () => void | Promise<void>): Promise<CheckResult> {
  const {mend, ...known} = head
  try {
    await run()
    return {...known, status: 'passed'}
  } catch (error) {
    if (error instanceof Skip) return {...known, status: 'skipped', reason: error.message}
    if (error instanceof Mismatch) return {...known, status: 'failed', expected: error.expected, got: error.got, mend}
    return {...known, status: 'failed', expected: 'no failure', got: describe(error), mend}
  }
}

/** A thrown value in one line. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return `the thrown value ${String(error)}`
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : ''
  return `${error.name}${code}: ${error.message}`
}
