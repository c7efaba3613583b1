import type {Credential, JsonObject, ProviderContext} from 'vibe-plugin-api'

/** The key of a test context: it must show up in its header and nowhere else. */
export const TEST_KEY = 'sk-test-0123456789abcdef'

export type ContextChanges = Partial<Omit<ProviderContext, 'settings'>> & {
  settings?: JsonObject
  /** The key; null for a service that is used without one. */
  key?: string | null
}

/** A context as vibe builds it, for one endpoint, with TEST_KEY unless `key` says otherwise. */
export function testContext(endpoint: string, {key = TEST_KEY, ...changes}: ContextChanges = {}): ProviderContext {
  const credential: Credential = key === null ? {kind: 'none'} : {kind: 'api-key', value: key}
  return {
    apiVersion: 1,
    instanceId: 'test',
    providerId: 'test',
    quirks: [],
    settings: {},
    endpoint,
    credential: async () => credential,
    fetch: globalThis.fetch,
    userAgent: 'vibe-test/0',
    debug: () => {},
    ...changes,
  }
}
