import {openDigestCache} from './digest-cache.ts'
import {QUARTER_MS, type Spending} from './digest.ts'
import {reasonOf} from './digest-file.ts'
import {allSessions, digestOf, type SessionPlaces} from './list.ts'
import {addSums, knownSums, noSums, type KnownSums, type Sums} from './sums.ts'

export type UsageRow = KnownSums & {name: string}

export type UsageReport = {
  v: 1
  /** Local days, both included: "2026-11-25". */
  from: string
  to: string
  total: KnownSums
  /** Each day of the span, also those without an answer. */
  days: UsageRow[]
  /** "provider/model", dearest first. */
  models: UsageRow[]
  /** Folders, dearest first. */
  projects: UsageRow[]
  /** Sessions with answers in the span. */
  sessions: number
  /** Lines that cannot be read, in all sessions: what they cost is not counted. */
  setAside: number
  /** Session files that cannot be read. */
  unreadable: string[]
}

export type UsageSpan = {from: Date; to: Date}

/**
 * What the answers in all sessions cost, from their logs.
 * @param span local days, each by any moment of it
 */
export async function usageReport(places: SessionPlaces, span: UsageSpan): Promise<UsageReport> {
  const days = new Map(daysOf(span).map((day) => [day, noSums()]))
  const tally = {days, models: new Map<string, Sums>(), projects: new Map<string, Sums>(), total: noSums()}
  const cache = openDigestCache(places.cache)
  const report = {sessions: 0, setAside: 0, unreadable: [] as string[]}
  for (const file of allSessions(places.data)) {
    try {
      const {spending, cwd = 'unknown', damaged} = digestOf(file, cache)
      report.setAside += damaged
      const counted = spending.filter((one) => addSpending(tally, one, {project: cwd, fallbackMs: file.modifiedMs}))
      if (counted.length > 0) report.sessions++
    } catch (error) {
      reasonOf(error)
      report.unreadable.push(file.path)
    }
  }
  await cache.save()
  return {
    v: 1,
    from: dayOf(span.from),
    to: dayOf(span.to),
    total: knownSums(tally.total),
    days: rowsOf(days),
    models: rowsOf(tally.models).sort(dearestFirst),
    projects: rowsOf(tally.projects).sort(dearestFirst),
    ...report,
  }
}

type Tally = Record<'days' | 'models' | 'projects', Map<string, Sums>> & {total: Sums}

/** `fallbackMs` is when an answer was that does not say so itself. */
type Where = {project: string; fallbackMs: number}

/** @returns whether it lies in the span */
function addSpending(tally: Tally, one: Spending, {project, fallbackMs}: Where): boolean {
  const ms = one.quarter === 0 ? fallbackMs : one.quarter * QUARTER_MS
  const day = tally.days.get(dayOf(new Date(ms)))
  if (!day) return false
  const model = `${one.provider}/${one.model}`
  for (const sums of [day, tally.total, sumsIn(tally.models, model), sumsIn(tally.projects, project)])
    addSums(sums, one)
  return true
}

function sumsIn(rows: Map<string, Sums>, name: string): Sums {
  const sums = rows.get(name) ?? noSums()
  rows.set(name, sums)
  return sums
}

function rowsOf(rows: Map<string, Sums>): UsageRow[] {
  return Array.from(rows, ([name, sums]) => ({name, ...knownSums(sums)}))
}

function dearestFirst(one: UsageRow, other: UsageRow): number {
  const tokens = ({input = 0, output = 0}: UsageRow) => input + output
  return (other.costUsd ?? 0) - (one.costUsd ?? 0) || tokens(other) - tokens(one)
}

/** A day as this machine's clock has it: "2026-11-25". */
export function dayOf(date: Date): string {
  const two = (number: number) => String(number).padStart(2, '0')
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** By noon, which every day has in every zone. */
function daysOf({from, to}: UsageSpan): string[] {
  const days: string[] = []
  const last = dayOf(to)
  for (let n = 0; ; n++) {
    const day = dayOf(new Date(from.getFullYear(), from.getMonth(), from.getDate() + n, 12))
    if (day > last) return days
    days.push(day)
  }
}
