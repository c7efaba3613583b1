import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {environmentSecrets, redact} from '../redact.ts'
import {CHECKS} from './checks.ts'
import type {Check, Finding} from './finding.ts'
import {isOpen, openPlace, type Place, type Surroundings} from './place.ts'

/** Longer than the longest timer inside a check. */
const CHECK_MS = 30_000
const LONGEST = 600

/** Told as soon as a check has ended; the order is that of their ends. */
export type Watcher = (id: string, findings: readonly Finding[]) => void

/**
 * Looks at everything, all of it at once.
 * @returns the findings in a fixed order
 * @throws VibeError `interrupted` as soon as the signal is raised
 */
export async function examine(surroundings: Surroundings, signal: AbortSignal, tell: Watcher): Promise<Finding[]> {
  const interrupted = new Promise<never>((_, reject) => {
    const stop = () => reject(new VibeError({code: 'interrupted', message: 'Interrupted', exit: ExitCode.interrupted}))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, {once: true})
  })
  const looked = async () => {
    const place = await openPlace(surroundings, signal)
    const secrets = environmentSecrets(place.host.env)
    const one = async (check: Check) => {
      const known = () => [...secrets, ...(isOpen(place.workplace) ? place.workplace.secrets : [])]
      const findings = (await runCheck(check, place, signal)).map((finding) => cleaned(finding, known()))
      if (!signal.aborted) tell(check.id, findings)
      return findings
    }
    return withOwnIds((await Promise.all(CHECKS.map(one))).flat())
  }
  return Promise.race([looked(), interrupted])
}

/** 3 when something stops work, else 0. */
export function exitFor(findings: readonly Finding[]): ExitCode {
  return findings.some(({state}) => state === 'error') ? ExitCode.notSetUp : ExitCode.done
}

async function runCheck(check: Check, place: Place, signal: AbortSignal): Promise<Finding[]> {
  const {id, title} = check
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Finding[]>((resolve) => {
    timer = setTimeout(
      () => resolve([{id, title, state: 'warning', detail: `this took more than ${CHECK_MS / 1000} s`}]),
      CHECK_MS,
    )
  })
  try {
    return await Promise.race([Promise.resolve().then(() => check.run(place, signal)), late])
  } catch (error) {
    const mend = error instanceof VibeError ? error.hint : undefined
    return [
      {
        id,
        title,
        state: 'warning',
        detail: `it could not be looked at: ${reasonOf(error)}`,
        ...(mend !== undefined && {mend}),
      },
    ]
  } finally {
    clearTimeout(timer)
  }
}

/** A package may offer several providers, a file hold several faults: the second of an id becomes "id:2". */
function withOwnIds(findings: readonly Finding[]): Finding[] {
  const counts = new Map<string, number>()
  return findings.map((finding) => {
    const count = (counts.get(finding.id) ?? 0) + 1
    counts.set(finding.id, count)
    return count === 1 ? finding : {...finding, id: `${finding.id}:${count}`}
  })
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Short lines without secrets, whoever wrote them. Blanks in a mend stand between two commands. */
function cleaned({id, title, state, detail, mend}: Finding, secrets: string[]): Finding {
  const line = (text: string) =>
    redact(text, secrets)
      .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
      .trim()
      .slice(0, LONGEST)
  return {id: line(id), title: line(title), state, detail: line(detail), ...(mend !== undefined && {mend: line(mend)})}
}
