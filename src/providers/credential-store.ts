import {join} from 'node:path'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {readJsonStore, updateJsonStore} from '../files/json-store.ts'
import type {JsonObject} from '../files/json-store.ts'

/** Where keys are kept by name. The file is one such place; a system's keychain can be another. */
export type CredentialStore = {
  /** For messages: a path, or the name of a keychain. */
  place: string
  get: (name: string, signal: AbortSignal) => Promise<string | undefined>
  /** @returns the copy of a store that could not be read, when one was kept aside */
  set: (name: string, key: string, signal: AbortSignal) => Promise<string | undefined>
  /** @returns whether there was such a key */
  remove: (name: string, signal: AbortSignal) => Promise<boolean>
}

/** Keys in `credentials.json` of the data folder: mode 0600, locked, written whole. */
export function fileCredentialStore(dataFolder: string): CredentialStore & {names: () => Promise<string[]>} {
  const place = join(dataFolder, 'credentials.json')
  return {
    place,
    get: async (name) => keyOf(readable(place), name),
    set: (name, key, signal) =>
      updateJsonStore(place, signal, (store) => withKeys(store, {...keysOf(store), [name]: {key}})),
    remove: async (name, signal) => {
      if (!Object.hasOwn(keysOf(readable(place)), name)) return false
      await updateJsonStore(place, signal, (store) =>
        withKeys(store, Object.fromEntries(Object.entries(keysOf(store)).filter(([other]) => other !== name))),
      )
      return true
    },
    names: async () => Object.keys(keysOf(readable(place))),
  }
}

function readable(place: string): JsonObject {
  const store = readJsonStore(place)
  if (store.state === 'corrupt') {
    throw new VibeError({
      code: 'credentials-corrupt',
      message: `The stored keys in ${place} cannot be used: ${store.reason}`,
      origin: place,
      hint: 'Mend the file, or give each key again: vibe provider:update NAME --key-stdin (the old file is kept)',
      exit: ExitCode.authentication,
    })
  }
  return store.state === 'ok' ? store.value : {}
}

function withKeys(store: JsonObject, credentials: JsonObject): JsonObject {
  return {...store, version: 1, credentials}
}

function keysOf(store: JsonObject): JsonObject {
  const keys = store['credentials']
  return typeof keys === 'object' && keys !== null && !Array.isArray(keys) ? (keys as JsonObject) : {}
}

function keyOf(store: JsonObject, name: string): string | undefined {
  const keys = keysOf(store)
  const entry = Object.hasOwn(keys, name) ? keys[name] : undefined
  if (typeof entry !== 'object' || entry === null || !('key' in entry)) return undefined
  return typeof entry.key === 'string' ? entry.key : undefined
}
