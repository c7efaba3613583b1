import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import type {UsageSpan} from '../sessions/usage.ts'

const DAYS = 7

/**
 * The local days that `--days` or `--since` mean, today included.
 * @param now milliseconds since 1970
 * @throws VibeError (exit 2) for what is no date, or one that is still to come
 */
export function usageSpan({days, since}: {days?: number; since?: string}, now: number): UsageSpan {
  const to = new Date(now)
  if (since === undefined)
    return {from: new Date(to.getFullYear(), to.getMonth(), to.getDate() - (days ?? DAYS) + 1, 12), to}
  const [, year = '', month = '', day = ''] = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(since.trim()) ?? []
  const from = new Date(Number(year), Number(month) - 1, Number(day), 12)
  const exists = from.getMonth() === Number(month) - 1 && from.getDate() === Number(day) && Number(year) >= 1970
  if (year === '' || !exists) throw wrongDate(`--since takes a date like 2026-01-31, not "${since}".`)
  if (new Date(from).setHours(0) > now) throw wrongDate(`--since ${since} is still to come.`)
  return {from, to}
}

function wrongDate(message: string): VibeError {
  return new VibeError({code: 'usage', message, hint: 'Or: vibe usage --days 30', exit: ExitCode.usage})
}
