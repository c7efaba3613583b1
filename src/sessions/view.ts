import type {Digest} from './digest.ts'
import {openDigestCache} from './digest-cache.ts'
import {scanFile} from './digest-file.ts'
import {isInUse} from './claim.ts'
import {summaryOf, type SessionPlaces, type SessionSummary} from './list.ts'
import type {SessionFile} from './location.ts'
import {modelSums, notesOn, readable, type ModelSum} from './show.ts'
import {totalOf, type KnownSums} from './sums.ts'
import {turnsOf, type Turn} from './turns.ts'

/** A session as it is at one moment, also while another process adds to it. */
export type SessionView = SessionSummary & {
  vibe?: string
  totals: KnownSums
  models: ModelSum[]
  notes: string[]
  /** From the beginning, one turn in memory at a time. */
  turnsOf: () => Generator<Turn>
}

/** @throws VibeError (exit 3) when it cannot be read at all, or holds nothing */
export async function viewSession(places: SessionPlaces, file: SessionFile): Promise<SessionView> {
  const cache = openDigestCache(places.cache)
  const {digest, end} = readable(file, () => look(file))
  const known = summaryOf(file, {cache, patient: true})
  return {
    ...known,
    setAside: digest.damaged,
    ...(digest.vibe === undefined ? {} : {vibe: digest.vibe}),
    totals: totalOf(digest.spending),
    models: modelSums(digest),
    notes: notesOn(digest, file.path),
    turnsOf: () => turnsOf(file.path, {end}),
  }
}

/** Of what another process is just writing, whole lines only. */
function look({path}: SessionFile): {digest: Digest; end: number} {
  const inUse = isInUse(path)
  const {digest, scanned} = scanFile(path)
  return inUse ? {digest: scanned.digest, end: scanned.scanned} : {digest, end: scanned.size}
}
