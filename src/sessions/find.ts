import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {openDigestCache} from './digest-cache.ts'
import {allSessions, summaryOf, type SessionPlaces} from './list.ts'
import {findSession, type SessionFile} from './location.ts'

/** Milliseconds that are spent on titles of files that were not read before. */
const PATIENCE_MS = 800
const NAMED = 5

/**
 * Finds a session of any project by its id, the beginning of it, or its title or a part of that.
 * @throws VibeError (exit 2) when none or several fit
 */
export function chooseSession(places: SessionPlaces, word: string): SessionFile {
  try {
    return findSession(places.data, word)
  } catch (error) {
    if (!(error instanceof VibeError) || error.code !== 'session-unknown' || word.trim() === '') throw error
    const found = byTitle(places, word.trim().toLowerCase())
    const [only] = found
    if (only && found.length === 1) return only.file
    if (!only) throw error
    const named = found.slice(0, NAMED).map(({file, title}) => `${file.id} (${title})`)
    throw new VibeError({
      code: 'session-ambiguous',
      message: `${found.length} sessions are called something like "${word}": ${named.join(', ')}.`,
      hint: 'Give the id, or more of the title.',
      exit: ExitCode.usage,
    })
  }
}

function byTitle(places: SessionPlaces, word: string): Array<{file: SessionFile; title: string}> {
  const cache = openDigestCache(places.cache)
  const end = performance.now() + PATIENCE_MS
  const titled = allSessions(places.data).flatMap((file) => {
    const {title, unreadable} = summaryOf(file, {cache, patient: performance.now() < end})
    return unreadable === undefined && title.toLowerCase().includes(word) ? [{file, title}] : []
  })
  const exact = titled.filter(({title}) => title.toLowerCase() === word)
  return exact.length > 0 ? exact : titled
}
